import pytest

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.catalog.items import Tax
from lago_gitops.pricing.fees.fee import to_json
from lago_gitops.pricing.invoicing.taxes import TaxLevels, applied_taxes, taxed, taxes_amount_cents
from tests.pricing.samples import fee

TAXES = {code: Tax(code, rate) for code, rate in (("vat", 20.0), ("city", 1.25), ("zero", 0.0))}
ALL_LEVELS = TaxLevels(TAXES, customer=("city",), billing_entity=("zero",))


@pytest.mark.parametrize(
    ("own", "levels", "expected"),
    [
        (("zero",), ALL_LEVELS, ["zero"]),
        ((), ALL_LEVELS, ["city"]),
        ((), TaxLevels(TAXES, customer=("city", "vat"), billing_entity=("zero",)), ["city", "vat"]),
        ((), TaxLevels(TAXES, billing_entity=("zero",)), ["zero"]),
        ((), TaxLevels(TAXES), []),
    ],
)
def test_the_first_level_with_any_tax_replaces_the_rest(
    own: tuple[str, ...], levels: TaxLevels, expected: list[str]
) -> None:
    assert [tax.code for tax in taxed(fee(100, tax_codes=own), levels).taxes] == expected


def test_an_unknown_tax_is_named() -> None:
    with pytest.raises(InvalidPriceError, match="no manifest describes tax 'gone', so its rate is not known"):
        taxed(fee(100, tax_codes=("gone",)), ALL_LEVELS)


def test_all_taxes_of_a_fee_are_rounded_once() -> None:
    shown = to_json(taxed(fee(1010, "1010.1", tax_codes=("vat", "city")), ALL_LEVELS))
    assert (shown["taxes_amount_cents"], shown["taxes_rate"], shown["taxes_precise_amount"]) == (
        215,
        21.25,
        "2.1464625",
    )


def test_the_sums_of_an_invoice_are_rounded_apart() -> None:
    fees = tuple(taxed(fee(cents, tax_codes=("city",)), ALL_LEVELS) for cents in (40, 40))
    assert [each.taxes_amount_cents for each in fees] == [1, 1]
    assert taxes_amount_cents(fees) == 1
    assert [(tax.amount_cents, tax.fees_amount_cents) for tax in applied_taxes(fees)] == [(1, 80)]


def test_a_tax_of_nothing_is_listed_too() -> None:
    assert [tax.code for tax in applied_taxes((taxed(fee(0), TaxLevels(TAXES, customer=("zero",))),))] == ["zero"]
