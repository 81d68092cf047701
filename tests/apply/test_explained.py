"""Refusals of Lago's that say less than a reader needs."""

import pytest

from lago_gitops.core.execution.outcome import Status
from lago_gitops.kinds import KINDS
from tests.texts import METRIC
from tests.worlds import World, world

VAT = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
PLAN = """
kind: plan
code: p
name: P
interval: monthly
amount_cents: 0
amount_currency: EUR
pay_in_advance: false
charges:
- {code: c, billable_metric_code: calls, charge_model: standard, properties: {amount: 1},
   applied_pricing_unit: {code: credits, conversion_rate: 2}}
"""
BURNED = (
    "a tax with this code was deleted earlier, and Lago never frees a tax code: give it another code, here and in "
    "every manifest that names it"
)


def failure(lago: World, *texts: str) -> str:
    [failed] = [one for one in lago.apply(*texts) if one.status is Status.FAILED]
    return failed.message


def test_the_code_of_a_deleted_tax_is_explained_with_the_way_out() -> None:
    with world() as lago:
        lago.apply(VAT)
        lago.send("DELETE", "taxes/vat")
        assert failure(lago, VAT) == f"POST /api/v1/taxes: 422 code: value_already_exist: {BURNED}"


def test_so_it_is_where_another_tax_shall_have_the_code() -> None:
    with world() as lago:
        lago.apply(VAT, VAT.replace("code: vat", "code: old"))
        lago.send("DELETE", "taxes/vat")
        assert failure(lago, f"{VAT}previously: [old]\n").endswith(BURNED)


def test_a_pricing_unit_that_there_is_not_is_explained() -> None:
    with world(premium=True) as lago:
        assert failure(lago, METRIC, PLAN).endswith(
            "there is no pricing unit with the code of an applied_pricing_unit: create it in Lago's web interface "
            "first: the API can't"
        )


@pytest.mark.parametrize(
    ("details", "is_explained"),
    [
        ({"code": ["value_already_exist"]}, True),
        ({"code": "value_already_exist"}, True),
        ({"code": ["value_is_mandatory"]}, False),
        ({"name": ["value_already_exist"]}, False),
        ({}, False),
    ],
)
def test_nothing_else_is_explained(details: dict[str, object], is_explained: bool) -> None:
    assert KINDS["tax"].explanation("validation_errors", details) == (BURNED if is_explained else "")


def test_a_copy_of_a_plan_that_no_subscription_shows_is_explained() -> None:
    plan = PLAN.split("charges:", maxsplit=1)[0]
    coupon = "kind: coupon\ncode: c\nname: C\ncoupon_type: percentage\npercentage_rate: 10\nfrequency: once\n"
    coupon += "expiration: no_expiration\n"
    with world(premium=True) as lago:
        lago.apply(plan, plan.replace("code: p", "code: q"), coupon)
        lago.send("POST", "customers", {"customer": {"external_id": "a", "currency": "EUR"}})
        later = {"external_customer_id": "a", "external_id": "s", "subscription_at": "2099-01-01T00:00:00Z"}
        overridden = {**later, "plan_code": "p", "plan_overrides": {"amount_cents": 7}}
        lago.send("POST", "subscriptions", {"subscription": overridden})
        lago.send("POST", "subscriptions", {"subscription": {**later, "plan_code": "q"}})
        limited = f"{coupon}applies_to: {{plan_codes: [p]}}\n"
        assert failure(lago, plan, limited).endswith("before it started: create a coupon under another code")
