from lago_gitops.pricing.usage.given import Given
from tests.pricing.samples import (
    COUNT,
    D,
    charge,
    standard,
)
from tests.render.bill.bills import TAXES, TEN, document, of


def test_json_has_lagos_fees_and_totals() -> None:
    made = document(of(charge(COUNT, standard(1))), Given(D(3)), taxes=TAXES, coupons=(TEN,))
    assert [fee["item"]["type"] for fee in made["fees"]] == ["subscription", "charge"]
    assert made["fees"][1] | {"units": "3.0", "amount_cents": 300, "amount_currency": "EUR"} == made["fees"][1]
    assert made["coupons"] == [{"code": "TEN", "amount_cents": 130}]
    assert made["taxes"] == [{"code": "vat", "rate": 20.0, "fees_amount_cents": 1170, "amount_cents": 234}]
    assert made["total_amount_cents"] == 1300 - 130 + 234
