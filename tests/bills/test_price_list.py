import pytest

from lago_gitops.bills.price_list import fee_names, plan_named
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.fees.fee import ItemType
from tests.pricetests.samples import CALLS, STORAGE, SUPPORT, billed, fees, plan, prices


def test_what_is_to_be_deleted_is_not_for_sale() -> None:
    of = prices(plan(), plan(code="old"), more="---\n{kind: plan, code: gone, state: absent}\n")
    assert [*of.plans] == ["growth", "old"]


def test_cents_may_be_written_with_a_point() -> None:
    of = prices(plan(amount_cents="3100.0", minimum_commitment="{amount_cents: 5e3}"))
    found = plan_named(of, "growth")
    assert (found.amount_cents, type(found.amount_cents)) == (3100, int)
    assert found.minimum_commitment is not None
    assert type(found.minimum_commitment.amount_cents) is int


def test_an_unknown_plan_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidPriceError, match="no plan 'grwth': did you mean 'growth'"):
        plan_named(prices(plan()), "grwth")


def test_units_of_a_metric_that_lives_in_lago_only_are_taken_as_said() -> None:
    of = prices(plan(CALLS.replace("metric_code: calls", "metric_code: elsewhere")))
    assert fees(billed(of, "elsewhere=2.5")) == {"subscription": 3100, "calls": 3}


def test_fees_are_named_as_on_invoices() -> None:
    of = prices(
        plan(CALLS, STORAGE.replace("{code", "{invoice_display_name: Space, code"), fixed_charges=f"[{SUPPORT}]")
    )
    assert fee_names(of, "growth") == {
        (ItemType.SUBSCRIPTION, "growth"): "Growth",
        (ItemType.COMMITMENT, "growth"): "Minimum commitment",
        (ItemType.CHARGE, "calls"): "Calls",
        (ItemType.CHARGE, "storage"): "Space",
        (ItemType.FIXED_CHARGE, "support"): "Support",
    }


def test_everyone_pays_the_taxes_of_the_billing_entity() -> None:
    assert prices().everyones_taxes == ()
    applied = "---\n{kind: tax, code: all, name: All, rate: 5, applied_to_organization: true}\n"
    assert prices(more=applied).everyones_taxes == ("all",)
    entity = "---\n{kind: billing_entity, code: main, name: Main, tax_codes: [city]}\n"
    assert prices(more=applied + entity).everyones_taxes == ("city",)
