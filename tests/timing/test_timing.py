"""When a change reaches an invoice: the table against recorded experiments, and against the tables of kinds."""

import json
from datetime import date
from pathlib import Path

import pytest

from lago_gitops.core.model.timing import MEANINGS, Timing
from lago_gitops.core.model.types import Keyed, Object
from lago_gitops.kinds import KINDS
from lago_gitops.kinds.plan.charge import CHARGE
from lago_gitops.kinds.plan.fixed_charge import FIXED_CHARGE
from lago_gitops.kinds.timing.drafts import marks_drafts
from lago_gitops.kinds.timing.line import ADDED, DELETED, REMOVED, SWAPPED, When
from lago_gitops.kinds.timing.table import TABLE, timing
from tests.timing.experiments import RECORDED, experiment, lines
from tests.timing.invoices import predicted
from tests.timing.page import PAGE, page
from tests.timing.recorded import verdicts

APART = {"charges", "fixed_charges", "billing_configuration"}  # whose own fields have lines
PARTS = {"charge": CHARGE, "fixed_charge": FIXED_CHARGE}


def test_every_recorded_class_and_amount_is_predicted() -> None:
    found = list(verdicts())

    assert len(found) == len(lines(RECORDED))
    assert [(one.id, one.server) for one in found if one.differences] == []


def fields(object_: Object) -> list[str]:
    return [field.name for field in object_.fields if not field.write_only and field.name not in APART]


def test_a_line_that_cannot_be_tried_says_why_and_leaves_the_others_alone(tmp_path: Path) -> None:
    good = lines(RECORDED)[0]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line, default=str) for line in ({"id": "small/new", "kind": "?"}, good)))

    bad, well = verdicts(file)

    assert "it can't be tried" in str(bad.differences)
    assert (well.id, well.differences) == (good["id"], ())


@pytest.mark.parametrize(("kind", "cents"), [("coupon percentage 20→50 while applied", 1020), ("coupon", 500)])
def test_of_a_percentage_an_experiment_says_in_words_what_it_was(kind: str, cents: int) -> None:
    base = next(line for line in lines(RECORDED) if line["id"] == "small/k-ctl")
    sent = {"coupon": {"name": "c", "coupon_type": "percentage" if "→" in kind else "fixed_amount"}}
    asked = {"method": "PUT", "path": "/coupons/c", "body": sent, "status": 200}

    tried = experiment({**base, "id": "small/k-pct", "kind": kind, "requests": [asked]})

    assert predicted(tried, tried.subscribers[-1])[date(2026, 11, 1)] == (5100, cents, 0, 0)


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "organization"])
def test_every_field_of_every_kind_has_a_line(kind: str) -> None:
    table = KINDS[kind]
    configuration = [one.type for one in table.fields if one.name == "billing_configuration"]
    names = [*fields(table.object), *(name for type_ in configuration for name in fields(type_))]  # type: ignore[arg-type]

    for name in (*names, ADDED, DELETED):
        assert timing(kind, name, When.IN_USE, When.ARREARS)


@pytest.mark.parametrize("part", PARTS)
def test_every_field_of_charges_has_a_line(part: str) -> None:
    for name in (*fields(PARTS[part]), ADDED, REMOVED, SWAPPED):
        for billed in (When.ARREARS, When.ADVANCE):
            assert timing(part, name, billed, When.WAS_ARREARS)


def test_a_kind_without_a_line_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="no line for tax nope"):
        timing("tax", "nope")


def test_every_class_is_used_and_explained() -> None:
    assert set(MEANINGS) == set(Timing) == {line.timing for line in TABLE}


def test_no_line_is_hidden_by_one_before_it() -> None:
    for line in TABLE:
        for name in line.fields:
            assert timing(line.of, name, *line.when) is line, (line.of, name)


def test_an_experiment_that_a_line_names_is_recorded_or_was_kept_back() -> None:
    known = {row["id"].split("/")[0] for row in lines(RECORDED)}

    assert {each.split("/")[0] for line in TABLE for each in line.recorded} <= known


def test_only_requests_to_the_object_itself_mark_drafts() -> None:
    assert marks_drafts("PUT", "/plans/p", "name")
    assert not marks_drafts("PUT", "/plans/p/charges/c")
    assert not marks_drafts("PUT", "/billable_metrics/m", "name")
    assert not marks_drafts("PUT", "/taxes/t", "rate")


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_keyed_lists_of_a_plan_are_the_parts_that_have_lines() -> None:
    keyed = {one.name for one in KINDS["plan"].fields if isinstance(one.type, Keyed)}

    assert keyed == {"charges", "fixed_charges", "usage_thresholds"}
