import json
from pathlib import Path
from typing import Any

import pytest

from tests.pricing.recorded.run import FILES, main, verdicts
from tests.pricing.recorded.setup import PRICES, RECORDINGS


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_recorded_fee_and_invoice_is_reproduced(file: Path) -> None:
    found = tuple(verdicts(file))
    assert sum(verdict.fees for verdict in found) > 100
    assert [str(difference) for verdict in found for difference in verdict.differences] == []


def doctored(folder: Path, name: str, **changes: Any) -> Path:
    """A file with the first case of that name, something in its invoice changed."""
    cases = map(json.loads, (PRICES / "cases.jsonl").read_text().splitlines())
    case = next(case for case in cases if case["id"] == name)
    case.setdefault("invoice", {}).update(changes)
    file = folder / "cases.jsonl"
    file.write_text(json.dumps(case))
    return file


SETUP = PRICES / "setup.json"
PREMIUM = RECORDINGS / "premium"


def test_a_figure_that_differs_is_named(tmp_path: Path) -> None:
    file = doctored(tmp_path, "sum_01", total_amount_cents=1)
    (verdict,) = verdicts(file, SETUP)
    (difference,) = verdict.differences
    assert (difference.case, difference.field, difference.expected) == ("sum_01", "total_amount_cents", 1)


def test_a_fee_too_many_is_named(tmp_path: Path) -> None:
    file = doctored(tmp_path, "sum_01", fees=[])
    (verdict,) = verdicts(file, SETUP)
    assert {difference.field for difference in verdict.differences} == {"fee"}


def test_an_invoice_that_should_have_failed_is_named(tmp_path: Path) -> None:
    file = doctored(tmp_path, "sum_01")
    file.write_text(json.dumps({**json.loads(file.read_text()), "billing_error": "no tier"}))
    (verdict,) = verdicts(file, SETUP)
    assert [difference.field for difference in verdict.differences] == ["billing_error"]


def test_the_runner_exits_1_and_counts_by_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = doctored(tmp_path, "sum_01", total_amount_cents=1)
    assert main([str(file), str(SETUP)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert " ".join(first.split()) == "sum 0 / 1 cases, 1 invoices, 39 fees"


def test_the_runner_exits_0_when_all_agrees(tmp_path: Path) -> None:
    assert main([str(doctored(tmp_path, "sum_01")), str(SETUP)]) == 0


def test_files_without_a_price_list_of_their_own_use_the_repositorys(tmp_path: Path) -> None:
    for file in FILES:
        if file.parent == PRICES:
            alone = tmp_path / f"kept_{file.name}"
            alone.write_text(file.read_text().splitlines()[-1])
            assert main([str(alone)]) == 0


def timeline(folder: Path, name: str) -> dict[str, Any]:
    (folder / "setup.json").write_text((PREMIUM / "setup.json").read_text())
    cases = map(json.loads, (PREMIUM / "cases.jsonl").read_text().splitlines())
    return next(case for case in cases if case["id"] == name)


@pytest.mark.parametrize(
    ("name", "place", "value", "field"),
    [
        ("change_up_coupon", ("credit_notes", 0, "taxes_rate"), 1.0, "credit_notes"),
        ("regroup_paid", ("fees_by_event", "e0", 0, "amount_cents"), 1, "amount_cents"),
        ("grace_commit", ("answers", "draft", 0, "issuing_date"), "2026-11-05", "issuing_date"),
        ("thresh_pb_at", ("lifetime_usage", 0, "current_usage_amount_cents"), 1, "current_usage_amount_cents"),
        ("tz_tokyo_adv", ("invoices", 0, "billing_period", "charges_to_datetime"), None, "billing_period"),
    ],
)
def test_whatever_differs_in_a_timeline_is_named(
    tmp_path: Path, name: str, place: tuple[str | int, ...], value: object, field: str
) -> None:
    case = timeline(tmp_path, name)
    part: Any = case
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))
    (verdict,) = verdicts(tmp_path / "cases.jsonl")
    assert field in {difference.field for difference in verdict.differences}


def test_an_invoice_too_many_in_a_timeline_is_named(tmp_path: Path) -> None:
    case = timeline(tmp_path, "thresh_pb_at")
    case["invoices"].pop()
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))
    (verdict,) = verdicts(tmp_path / "cases.jsonl")
    assert "invoices" in {difference.field for difference in verdict.differences}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"id": "x_1", "plan": "nope", "events": [], "subscription_at": "2026-10-01T00:00:00Z"}, "KeyError: 'nope'"),
        ({"subscriptions": []}, "KeyError"),
        (
            {"id": "x_2", "plan": "s", "subscription_at": "2026-10-01T00:00:00Z", "events": [], "invoices": []}
            | {"subscriptions": [], "actions": [{"do": "dance", "at": "2026-10-02T00:00:00Z"}]},
            "what a case may do is change, coupon",
        ),
    ],
)
def test_a_case_that_cannot_be_tried_says_why_and_leaves_the_others_alone(
    tmp_path: Path, broken: dict[str, Any], said: str
) -> None:
    good = timeline(tmp_path, "change_up_coupon")
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, (broken, good))))

    bad, well = verdicts(tmp_path / "cases.jsonl")

    assert said in str(*bad.differences)
    assert (well.case, well.differences) == ("change_up_coupon", ())


def test_a_field_of_a_case_that_is_null_counts_as_left_out(tmp_path: Path) -> None:
    nulls = dict.fromkeys(("actions", "coupons", "customer", "customer_tax_codes", "bill_hour", "note"))
    case = {**nulls, **timeline(tmp_path, "commit_cw")}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))

    assert [verdict.differences for verdict in verdicts(tmp_path / "cases.jsonl")] == [()]


def test_events_in_advance_are_told_from_timelines_by_what_a_case_holds(tmp_path: Path) -> None:
    case = timeline(tmp_path, "regroup_paid")
    del case["subscriptions"], case["actions"][0]["at"]
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))

    assert "KeyError: 'at'" in str(next(verdicts(tmp_path / "cases.jsonl")).differences[0])
