from datetime import date

import pytest

from lago_gitops.bills.notation import usage_line
from lago_gitops.bills.price_list import plan_named
from lago_gitops.bills.scenario import Moved, charge_named, day_of, moved, usage_of
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.usage.given import Given
from tests.pricetests.samples import CALLS, STORAGE, D, plan, prices

TWICE = CALLS.replace("code: calls, b", "code: extra, b")
THIRD = CALLS.replace("code: calls, b", "code: third, b")


def test_a_name_is_a_charges_code_first_and_then_its_metrics() -> None:
    found = plan_named(prices(plan(TWICE, STORAGE)), "growth")
    assert charge_named(found, "extra").code == "extra"
    assert charge_named(found, "calls").code == "extra"
    both = plan_named(prices(plan(CALLS, TWICE)), "growth")
    assert charge_named(both, "calls").code == "calls"


def test_a_metric_with_several_charges_is_ambiguous() -> None:
    found = plan_named(prices(plan(TWICE, THIRD)), "growth")
    with pytest.raises(InvalidPriceError, match="several charges on metric 'calls': name one of extra, third"):
        charge_named(found, "calls")


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(InvalidPriceError, match="did you mean 'storage'"):
        charge_named(plan_named(prices(plan(CALLS, STORAGE)), "growth"), "stroage")
    with pytest.raises(InvalidPriceError, match="it has no charges"):
        charge_named(plan_named(prices(plan()), "growth"), "calls")


def test_lines_of_one_charge_come_together() -> None:
    found = plan_named(prices(plan(STORAGE)), "growth")
    lines = map(usage_line, ("storage=1", "storage{region=eu,team=a}=2"))
    assert usage_of(found, lines) == {"storage": (Given(D(1)), Given(D(2), None, {"region": "eu", "team": "a"}))}


def test_a_property_that_makes_no_difference_is_refused() -> None:
    found = plan_named(prices(plan(STORAGE, CALLS)), "growth")
    with pytest.raises(InvalidPriceError, match="'storage' has no filter and no group by 'regoin': did you mean"):
        usage_of(found, [usage_line("storage{regoin=eu}=1")])
    with pytest.raises(InvalidPriceError, match="it has neither"):
        usage_of(found, [usage_line("calls{region=eu}=1")])


def test_usage_moves_to_another_plan_by_metric() -> None:
    of = prices(plan(CALLS, STORAGE), plan(TWICE, code="other"))
    here, there = (plan_named(of, code) for code in ("growth", "other"))
    usage = usage_of(here, map(usage_line, ("calls=5", "storage=1")))
    assert moved(usage, here, there) == Moved({"extra": (Given(D(5)),)}, ("storage",))


def test_where_the_other_plan_has_several_charges_the_same_code_is_meant() -> None:
    of = prices(plan(CALLS), plan(TWICE, CALLS, code="other"), plan(TWICE, THIRD, code="third"))
    here, there, third = (plan_named(of, code) for code in ("growth", "other", "third"))
    assert moved({"calls": (Given(D(5)),)}, here, there).usage == {"calls": (Given(D(5)),)}
    with pytest.raises(InvalidPriceError, match="several charges"):
        moved({"calls": (Given(D(5)),)}, here, third)


def test_a_period_is_a_month_or_a_day() -> None:
    assert day_of("2026-10") == date(2026, 10, 1)
    assert day_of("2026-10-17") == date(2026, 10, 17)
    for wrong in ("2026-13", "2026-02-30", "", "soon", "2026"):
        with pytest.raises(InvalidPriceError, match="not a period"):
            day_of(wrong)
