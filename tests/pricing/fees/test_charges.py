from dataclasses import replace
from decimal import Decimal

import pytest

from lago_gitops.pricing.catalog.items import ChargeFilter, PricingUnit
from lago_gitops.pricing.fees.charges import charge_fees, early_charge_fees
from lago_gitops.pricing.fees.fee import to_json
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.models import Price
from lago_gitops.pricing.models.usage import NOTHING, Usage
from lago_gitops.pricing.usage.buckets import Bucket, BucketUsage
from tests.pricing.samples import LICENSED, SUM, D, charge, dynamic, given, graduated, span, standard, terms, units

MINIMUM = charge(SUM, standard(1), min_amount_cents=1000)
CREDITS = charge(SUM, standard("0.333"), pricing_unit=PricingUnit(D("0.5")))


def test_no_units_no_amount_no_events_no_fee() -> None:
    assert charge_fees(charge(SUM, standard(1)), given(NOTHING), terms()) == ()


def test_an_event_of_no_units_leaves_a_fee_of_zero() -> None:
    (fee,) = charge_fees(charge(SUM, standard(1)), given(units(0)), terms())
    assert fee.amount_cents == 0


def test_negative_usage_is_shown_as_zero_while_its_details_keep_the_minus() -> None:
    (fee,) = charge_fees(charge(SUM, graduated((0, None, 1, 0))), given(units(-3)), terms())
    shown = to_json(fee)
    assert (shown["units"], shown["precise_amount"], shown["precise_unit_amount"]) == ("0.0", "0.0", "0.0")
    assert shown["amount_details"]["graduated_ranges"][0]["units"] == "-3.0"


def test_a_charge_minimum_needs_a_licence() -> None:
    assert len(charge_fees(MINIMUM, given(units(7)), terms())) == 1
    assert len(charge_fees(MINIMUM, given(units(7)), terms(LICENSED))) == 2


def test_a_charge_that_reaches_its_minimum_has_no_true_up() -> None:
    (fee,) = charge_fees(MINIMUM, given(units(10)), terms(LICENSED))
    assert not fee.true_up


def test_a_minimum_goes_by_the_days_of_the_period() -> None:
    half = Terms(span(first=17), "USD", LICENSED)
    parent, true_up = charge_fees(MINIMUM, given(NOTHING), half)
    assert (parent.amount_cents, true_up.amount_cents) == (0, 484)  # 15 of 31 days; a true-up keeps its parent


def test_a_true_up_counts_all_filters_and_hangs_on_the_default_bucket() -> None:
    eu = ChargeFilter((("region", ("eu",)),), standard(1))
    usage = (BucketUsage(Bucket(eu), units(4)), BucketUsage(Bucket(), units(3)))
    *_, true_up = charge_fees(replace(MINIMUM, filters=(eu,)), usage, terms(LICENSED))
    assert (true_up.amount_cents, true_up.filters) == (300, None)
    assert charge_fees(replace(MINIMUM, filters=(eu,)), usage[:1], terms(LICENSED))[-1].true_up is False


def test_credits_are_rounded_before_they_are_converted() -> None:
    (fee,) = charge_fees(CREDITS, given(units(1)), terms())
    assert (fee.amount_cents, fee.precise_amount_cents) == (17, D("16.5"))  # 0.33 credits at 0.5
    assert fee.precise_unit_amount == D("0.165")
    assert fee.unit_amounts is not None
    assert (fee.unit_amounts.amount_cents, fee.unit_amounts.precise_amount_cents) == (33, D("33.3"))


def test_a_filters_fee_names_it() -> None:
    eu = ChargeFilter((("region", ("eu",)),), standard(2), invoice_display_name="Europe")
    (fee,) = charge_fees(charge(SUM, standard(1), filters=(eu,)), (BucketUsage(Bucket(eu), units(4)),), terms())
    item = to_json(fee)["item"]
    assert (item["filters"], item["filter_invoice_display_name"]) == ({"region": ["eu"]}, "Europe")
    assert fee.amount_cents == 800


def test_only_what_is_negative_is_shown_as_zero() -> None:
    def shown(price: Price, amount: object) -> tuple[Decimal, int]:
        (fee,) = charge_fees(charge(SUM, price), given(units(amount)), terms())
        return fee.units, fee.amount_cents

    assert shown(graduated((0, None, 1, 5)), 0) == (0, 500)
    assert shown(standard(0), 5) == (5, 0)
    assert shown(graduated((0, None, 1, 5)), -3) == (0, 0)


def test_a_true_up_is_what_is_missing_to_the_last_part_of_a_cent() -> None:
    *_, true_up = charge_fees(MINIMUM, given(units("7.0005")), terms(LICENSED))
    assert (true_up.true_up, true_up.amount_cents, true_up.precise_amount_cents) == (True, 300, D("299.95"))
    assert true_up.precise_unit_amount == D("2.9995")


def test_a_minimum_in_credits_is_converted_when_what_is_missing_is_known() -> None:
    """A minimum of 10 credits at 0.25, of which 7 are used."""
    credits_ = replace(MINIMUM, pricing_unit=PricingUnit(D("0.25")))
    *_, true_up = charge_fees(credits_, given(units(7)), terms(LICENSED))
    assert (true_up.amount_cents, true_up.precise_amount_cents, true_up.precise_unit_amount) == (75, 75, D("0.75"))
    assert true_up.unit_amounts is not None
    assert (true_up.unit_amounts.amount_cents, true_up.unit_amounts.precise_amount_cents) == (300, 300)


def test_units_alone_make_a_fee_and_an_amount_alone_too() -> None:
    assert charge_fees(charge(SUM, standard(0)), given(Usage(D(5), 0)), terms())
    assert charge_fees(charge(SUM, graduated((0, None, 1, 5))), given(Usage(D(0), 0)), terms())


def test_before_the_period_ends_no_minimum_is_due() -> None:
    assert early_charge_fees(MINIMUM, given(NOTHING), terms(LICENSED)) == ()


def test_units_that_are_aggregated_in_all_are_those_of_the_fee_unless_they_are_said() -> None:
    said = replace(units(3), total_aggregated_units=D(9))
    found = [charge_fees(charge(SUM, standard(1)), given(usage), terms())[0] for usage in (units(3), said)]
    assert [fee.total_aggregated_units for fee in found] == [3, 9]


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_a_dynamic_amount_is_in_cents_of_the_currency_and_never_below_zero(currency: str) -> None:
    (fee,) = charge_fees(charge(SUM, dynamic()), sold(250), terms(currency=currency))
    assert (fee.amount_cents, fee.units) == (250, 2)
    (below,) = charge_fees(charge(SUM, dynamic()), sold(-250), terms(currency=currency))
    assert (below.amount_cents, below.units) == (0, 0)


def sold(cents: int) -> tuple[BucketUsage, ...]:
    return given(replace(units(2), precise_total_amount_cents=D(cents)))
