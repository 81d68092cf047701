"""Past usage of recorded subscribers at the prices before and after a change. Recorded: usage."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lago_gitops.bills.price_list import plan_named, price_list
from lago_gitops.bills.usage.rated import PRORATED, SIZES, Tariff, rated
from lago_gitops.bills.usage.recorded import usage_period
from lago_gitops.core.validation.validate import Checked
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.project import Environment
from lago_gitops.render.schemas.impact import impact_schema
from lago_gitops.workflow.changes.plan import make_plan
from lago_gitops.workflow.impact.cache import usage_cache
from lago_gitops.workflow.impact.usage import Ask, impact_on_usage
from tests.recorded_lago import RecordedLago, answers
from tests.workflow.audit.test_usage import Manifests, dearer, edited, pulled

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ENVIRONMENT = Environment("live")
LATEST = Ask()
LICENSED = Rules(licensed=True)


def impact(
    lago: RecordedLago,
    manifests: Manifests,
    folder: Path,
    ask: Ask = LATEST,
    now: datetime = NOW,
) -> Any:
    with lago.access.reader() as client, usage_cache(folder / "usage.sqlite") as cache:
        planned = make_plan(Checked(manifests, ()), ENVIRONMENT, client, lago.access)
        return impact_on_usage(planned, client, ask, cache, now)["usage"]


def recorded(code: str) -> list[tuple[str, Decimal, int]]:
    """Who used a charge, how much, and what Lago billed for it."""
    return [
        (asked.split("/")[2], Decimal(used["units"]), used["amount_cents"])
        for asked, body in answers("usage").items()
        if "past_usage" in asked
        for period in body["usage_periods"]
        for used in period["charges_usage"]
        if used["charge"]["code"] == code
    ]


def dearer_units() -> Manifests:
    return edited("grid_sum", "units_standard_01", {"amount": "0.15"})


def cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_a_price_that_rises_is_worth_what_a_sum_by_hand_says(tmp_path: Path) -> None:
    found = impact(RecordedLago(answers("usage")), dearer_units(), tmp_path)

    used = recorded("units_standard_01")
    assert len(used) == 15
    by_hand = sum(cents(units * Decimal("0.15")) - billed for _, units, billed in used)
    [sums] = found["by_currency"]
    assert sums["difference_cents"] == by_hand
    assert (sums["more"], sums["less"], sums["same"]) == (15, 0, 1)
    assert (sums["from_date"], sums["to_date"]) == ("2026-10-01", "2026-10-31")
    assert found["basis"] == "exact"
    assert found["subscriptions"] == {"all": 16, "rated": 16, "without_usage": 0, "left_out": 0, "overridden": 0}
    largest = max(cents(units * Decimal("0.15")) - billed for _, units, billed in used)
    assert sums["most_more_cents"] == found["movers"][0]["difference_cents"] == largest
    jsonschema.validate(found, impact_schema()["properties"]["usage"])


def test_all_usage_together_costs_what_lago_billed(tmp_path: Path) -> None:
    [sums] = impact(RecordedLago(answers("usage")), dearer_units(), tmp_path)["by_currency"]
    billed = sum(
        period["amount_cents"]
        for asked, body in answers("usage").items()
        if asked.startswith("/customers/sum_") and "past_usage" in asked
        for period in body["usage_periods"]
    )
    assert sums["before_cents"] == billed


def test_the_second_run_asks_lago_for_no_usage_and_says_the_same(tmp_path: Path) -> None:
    first, second = RecordedLago(answers("usage")), RecordedLago(answers("usage"))
    found = impact(first, dearer_units(), tmp_path)
    assert sum("past_usage" in asked for asked in first.asked) == 16
    assert impact(second, dearer_units(), tmp_path) == found
    assert not any("past_usage" in asked for asked in second.asked)


@pytest.mark.slow
def test_usage_is_asked_for_again_when_another_period_is_over_or_more_are_wanted(tmp_path: Path) -> None:
    impact(RecordedLago(answers("usage")), dearer_units(), tmp_path)
    for ask, now in ((Ask(), datetime(2026, 12, 2, tzinfo=UTC)), (Ask(periods=2), NOW)):
        lago = RecordedLago(answers("usage"))
        impact(lago, dearer_units(), tmp_path, ask, now)
        assert sum("past_usage" in asked for asked in lago.asked) == 16


@pytest.mark.slow
def test_a_sample_is_the_same_for_its_seed(tmp_path: Path) -> None:
    ask = Ask(sample=8, seed=1)
    lago = RecordedLago(answers("usage"))
    found = impact(lago, dearer_units(), tmp_path, ask)
    lago.lists["subscriptions"].reverse()
    assert impact(lago, dearer_units(), tmp_path, ask) == found
    assert impact(lago, dearer_units(), tmp_path, Ask(sample=8, seed=2)) != found
    assert (found["basis"], found["seed"]) == ("sampled", 1)
    assert found["subscriptions"]["rated"] == 8
    [sums] = found["by_currency"]
    estimate = sums["estimate"]
    assert estimate["subscriptions"] == 16
    assert estimate["difference_cents"] == round(16 * sums["difference_cents"] / 8)
    assert estimate["low_cents"] < estimate["difference_cents"] < estimate["high_cents"]


@pytest.mark.slow
def test_customers_are_hashed_with_a_secret_of_the_machine(tmp_path: Path) -> None:
    lago = RecordedLago(answers("usage"))
    hashed = impact(lago, dearer_units(), tmp_path)["movers"]
    shown = impact(lago, dearer_units(), tmp_path, Ask(shows_customers=True))["movers"]
    (tmp_path / "other").mkdir()
    elsewhere = impact(lago, dearer_units(), tmp_path / "other")["movers"]
    assert all(one["customer"].startswith("c_") for one in hashed)
    assert {one["customer"] for one in shown} <= {row["external_customer_id"] for row in lago.lists["subscriptions"]}
    assert {one["customer"] for one in hashed}.isdisjoint(one["customer"] for one in elsewhere)


def test_at_its_own_price_every_charge_of_every_model_makes_what_lago_billed() -> None:
    """What can't be rated hangs on what past usage does not show."""
    now = price_list(pulled())
    then = replace(now, plans={code: _dearer(plan) for code, plan in now.plans.items()})
    rates, whys = 0, Counter[str]()
    for asked, body in answers("usage").items():
        for period in body["usage_periods"] if "past_usage" in asked else ():
            code = plan_of(asked.split("/")[2])
            found = rated(usage_period(period), Tariff(plan_named(now, code), plan_named(then, code), LICENSED, {}))
            whys.update(one.why for one in found.unrated)
            rates += len(period["charges_usage"]) - len(found.unrated)
    assert rates > 600
    assert set(whys) == {SIZES, PRORATED}


def plan_of(subscription: str) -> str:
    rows = RecordedLago(answers("usage")).lists["subscriptions"]
    return next(str(row["plan_code"]) for row in rows if row["external_id"] == subscription)


def _dearer(plan: Any) -> Any:
    charges = [{**each, "properties": dearer(each.get("properties") or {})} for each in plan.get("charges") or ()]
    return {**plan, "charges": charges}


def test_whoever_has_no_period_that_is_over_is_not_asked_for(tmp_path: Path) -> None:
    lago = RecordedLago(answers("usage"))
    lago.lists["subscriptions"] = [
        {**row, "started_at": "2026-11-01T00:00:00.000Z"} if row["external_id"] == "sum_11" else row
        for row in lago.lists["subscriptions"]
    ]
    found = impact(lago, dearer_units(), tmp_path)
    assert not any("sum_11" in asked for asked in lago.asked)
    assert found["subscriptions"]["without_usage"] == 1


def test_a_file_that_is_no_cache_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "usage.sqlite"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    with usage_cache(path) as cache:
        cache.put("s", 1, "2026-12-01T00:00:00Z", [{"a": 1}])
        assert cache.get("s", 1, "2026-11-30T00:00:00Z") == [{"a": 1}]
        assert cache.get("s", 1, "2026-12-01T00:00:00Z") is None
        assert cache.get("s", 2, "2026-11-30T00:00:00Z") is None
    assert path.stat().st_mode & 0o777 == 0o600
