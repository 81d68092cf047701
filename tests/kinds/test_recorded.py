"""What was sent to a real Lago and what it answered are the same in canonical form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lago_gitops.kinds import KINDS
from lago_gitops.kinds.plan.table import PLAN
from tests.kinds.forms import TRAFFIC, as_read, as_written, recorded, sent

# Where Lago keeps something else than it was sent: the fields that tell. Schema and rules don't let these be written.
UNWRITABLE = {
    "code-num": {"code"},  # a number
    "coup-02": {"frequency_duration"},  # with once
    "coup-03": {"amount_cents", "amount_currency"},  # with percentage
    "coup-05": {"amount_cents", "amount_currency"},
    "plan-02": {"amount_cents"},  # a fraction of a cent
    "plan-11": {"bill_charges_monthly"},  # on a monthly plan
    "plan-14": {"pay_in_advance"},  # "yes"
    "tax-create-rate-text": {"rate"},  # "abc"
    "pl-premium-ignored": {"minimum_commitment", "usage_thresholds"},  # without a licence
}
UNNAMED = {"fc-plan", "pl-defaults"}  # whose charges got their codes from Lago


def creates() -> Iterator[tuple[str, str]]:
    """The steps that make a resource, with its kind."""
    collections = {f"/api/v1/{kind.collection}": kind.name for kind in KINDS.values()}
    for steps in ("api", "odd"):
        answered = {}
        for line in (TRAFFIC / f"{steps}.answers.jsonl").read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            answered[answer["id"]] = answer["status"]
        for line in (TRAFFIC / f"{steps}.steps.jsonl").read_text(encoding="utf-8").splitlines():
            step = json.loads(line)
            if step["method"] == "POST" and step["path"] in collections and answered.get(step["id"]) == 200:
                yield step["id"], collections[step["path"]]


def by_code(items: list[dict[str, Any]], answered: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Items as a manifest has them: Lago is sent the id of what they are of, and gives its own code to one without."""
    codes = {one["code"]: one[name] for one in answered}
    return [{**item, name: codes[item["code"]]} for item in items]


def in_manifest_form(data: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    form = dict(data)
    for field, name in (("charges", "billable_metric_code"), ("fixed_charges", "add_on_code")):
        if form.get(field):
            form[field] = by_code(form[field], answer[field], name)
    return form


@pytest.mark.parametrize(("step", "name"), sorted((step, name) for step, name in creates() if step not in UNNAMED))
def test_what_is_read_means_what_was_sent(step: str, name: str) -> None:
    answer = recorded(step)
    read = as_read(KINDS[name], answer)
    written = as_written(KINDS[name], in_manifest_form(sent(step), answer))
    assert {field for field, value in written.items() if read[field] != value} == UNWRITABLE.get(step, set())


def test_charges_without_properties_have_the_defaults_of_their_model() -> None:
    answer = recorded("pl-defaults")
    bare = [
        {name: charge[name] for name in ("code", "billable_metric_code", "charge_model")}
        for charge in answer["charges"]
    ]
    assert len(bare) == 5
    assert as_written(PLAN, {"charges": bare})["charges"] == as_read(PLAN, answer)["charges"]


def test_fixed_charges_read_units_as_text_and_taxes_whole() -> None:
    answer = recorded("fc-plan")
    pairs = zip(sent("fc-plan")["fixed_charges"], answer["fixed_charges"], strict=True)
    named = [{**item, "code": one["code"], "add_on_code": one["add_on_code"]} for item, one in pairs]
    assert as_written(PLAN, {"fixed_charges": named})["fixed_charges"] == as_read(PLAN, answer)["fixed_charges"]
