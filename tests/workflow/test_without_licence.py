"""A Lago without a licence: what it would leave out is said, is not sent, and stands in nobody's way."""

from pathlib import Path

import pytest

from tests.texts import BASIC, HALF, METRIC
from tests.worlds import statuses, world

PLAN = (
    BASIC
    + """\
minimum_commitment: {amount_cents: 5}
usage_thresholds: [{amount_cents: 1000}]
charges:
  - {code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: "1"}, min_amount_cents: 5}
"""
)
COUPON = HALF + "applies_to: {plan_codes: [basic]}\n"
ALL = (METRIC, PLAN, COUPON)
VERSIONS = pytest.mark.parametrize("version", ["1.51.0", "1.38.0"])


@VERSIONS
def test_what_needs_a_licence_is_not_sent_and_blocks_nothing(version: str) -> None:
    with world(lago_version=version) as lago:
        planned = lago.plan(*ALL).plan
        assert set(statuses(lago.apply(*ALL)).values()) == {"done"}
        number = len(lago.writes())
        again = lago.plan(*ALL).plan

        assert [effect.sentence for effect in planned.effects[1]] == [
            "this Lago has no licence and would leave out minimum_commitment, usage_thresholds, "
            "charges.calls.min_amount_cents: not sent"
        ]
        assert again.changes == ()
        assert [one.field for one in again.comparison.unknown] == [
            "minimum_commitment",
            "usage_thresholds",
            "charges.calls.min_amount_cents",
        ]
        lago.apply(*ALL)
        assert len(lago.writes()) == number


@VERSIONS
def test_with_a_licence_nothing_is_left_out_nor_said(version: str) -> None:
    with world(premium=True, lago_version=version) as lago:
        assert [effects for effects in lago.plan(*ALL).plan.effects if effects] == []
        assert set(statuses(lago.apply(*ALL)).values()) == {"done"}
        assert lago.plan(*ALL).plan.changes == ()
        assert lago.send("GET", "plans/basic")["plan"]["minimum_commitment"]["amount_cents"] == 5


def test_other_changes_of_the_same_resource_are_made() -> None:
    with world() as lago:
        lago.apply(*ALL)
        changed = PLAN.replace("name: Basic", "name: Basis").replace('amount: "1"', 'amount: "2"')
        assert statuses(lago.apply(METRIC, changed, COUPON)) == {"plan/basic": "done"}
        assert lago.plan(METRIC, changed, COUPON).plan.changes == ()


def test_what_a_licence_brought_stays_when_it_has_ended_and_a_change_of_it_is_said(tmp_path: Path) -> None:
    """What Lago has of it, it would not change any more."""
    database = str(tmp_path / "lago.sqlite")
    with world(premium=True, database=database) as lago:
        lago.apply(*ALL)
    with world(database=database) as lago:
        changed = PLAN.replace("commitment: {amount_cents: 5}", "commitment: {amount_cents: 6}")
        changed = changed.replace("usage_thresholds: [{amount_cents: 1000}]", "usage_thresholds: []")

        assert lago.send("GET", "plans/basic")["plan"]["minimum_commitment"]["amount_cents"] == 5
        assert lago.plan(METRIC, changed, COUPON).plan.changes == ()
        unknown = {one.field for one in lago.plan(METRIC, changed, COUPON).plan.comparison.unknown}
        assert unknown == {"minimum_commitment", "usage_thresholds"}
        assert lago.plan(METRIC, PLAN, COUPON).plan.comparison.unknown == ()


@VERSIONS
def test_a_charge_that_needs_the_licence_that_ended_stops_only_changes_of_charges(version: str, tmp_path: Path) -> None:
    """A PUT of the plan's own fields passes; one that has its charges is a 422."""
    tiers = "{graduated_percentage_ranges: [{from_value: 0, to_value: null, rate: '1', flat_amount: '0'}]}"
    metric = METRIC.replace("count_agg", "sum_agg\nfield_name: x")
    plan = f"""
kind: plan
code: share
name: Share
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
charges:
  - {{code: calls, billable_metric_code: calls, charge_model: graduated_percentage, properties: {tiers}}}
"""
    database = str(tmp_path / "lago.sqlite")
    with world(premium=True, database=database, lago_version=version) as lago:
        lago.apply(metric, plan)
    with world(database=database, lago_version=version) as lago:
        assert statuses(lago.apply(metric, plan.replace("Share", "Shared"))) == {"plan/share": "done"}
        [refusal] = lago.plan(metric, plan.replace("rate: '1'", "rate: '2'")).plan.refusals
        assert "graduated_percentage needs a Lago licence" in refusal.message


@VERSIONS
@pytest.mark.parametrize(("field", "value"), [("timezone", "Asia/Tokyo"), ("email_settings", "[invoice.finalized]")])
def test_what_the_organization_would_not_take_is_said(version: str, field: str, value: str) -> None:
    """Of the organization no defaults are known: what Lago has need not be a licence's doing."""
    manifest = f"kind: organization\n{field}: {value}\n"
    with world(lago_version=version) as lago:
        plan = lago.plan(manifest).plan

        assert plan.changes == ()
        assert [one.field for one in plan.comparison.unknown] == [field]
        assert lago.plan(f"{manifest}ignore: [{field}]\n").plan.comparison.unknown == ()


def test_the_licence_is_asked_for_only_where_a_manifest_needs_one() -> None:
    with world() as lago:
        lago.plan(METRIC, "kind: feature\ncode: f\nname: F\n")
        assert "GET /analytics/mrr" not in lago.requests
        lago.plan(METRIC, PLAN)
        assert lago.requests.count("GET /analytics/mrr") == 1
