from lago_gitops.pricing.base.words import signed_money
from lago_gitops.pricing.usage.given import Given
from lago_gitops.render.bill.comparison import comparison_text
from lago_gitops.render.bill.document import comparison_document
from tests.pricing.samples import (
    SUM,
    D,
    charge,
    fixed_charge,
    plan,
    standard,
)
from tests.render.bill.bills import TAXES, TEN, document, of


def test_two_bills_stand_side_by_side_with_what_separates_them() -> None:
    before = document(of(charge(SUM, standard(2))), Given(D(3)), taxes=TAXES)
    after = document(of(amount_cents=2000, fixed_charges=(fixed_charge(standard(1), 1),)), coupons=(TEN,))
    compared = comparison_document(before, after)
    assert (compared["difference_cents"], compared["difference_percent"]) == (1890 - 1920, -1.6)
    assert comparison_text(compared, lambda shown, _: shown).splitlines()[3:] == [
        "                plan    plan  difference",
        "Subscription  €10.00  €20.00     +€10.00  +100.0%",
        "units          €6.00              −€6.00  −100.0%",
        "seat                   €1.00      +€1.00",
        "Coupons               −€2.10      −€2.10",
        "Taxes          €3.20              −€3.20  −100.0%",
        "─────────────────────────────────────────────────",
        "Total         €19.20  €18.90      −€0.30    −1.6%",
    ]


def test_bills_in_two_currencies_have_no_difference() -> None:
    compared = comparison_document(document(of()), document(plan(amount_cents=1000, currency="JPY")))
    assert (compared["difference_cents"], compared["difference_percent"]) == (None, None)
    assert comparison_text(compared, lambda shown, _: shown).splitlines()[-1] == "Total         €10.00  ¥1,000"


def test_a_difference_has_a_sign() -> None:
    assert [signed_money(cents, "EUR") for cents in (5, -5, 0)] == ["+€0.05", "−€0.05", "€0.00"]
