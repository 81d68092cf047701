from decimal import Decimal

import pytest

from lago_gitops.pricing.fees.fee import ItemType, to_json
from tests.pricing.samples import D, fee

TAXED = fee(
    1000,
    "1000.4",
    precise_coupons_amount_cents=Decimal(100),
    taxes_amount_cents=180,
    precise_taxes_amount_cents=D("180.08"),
)


def test_taxes_are_added_and_coupons_taken_off() -> None:
    shown = to_json(TAXED)
    assert (shown["total_amount_cents"], shown["precise_total_amount"]) == (1180, "11.8048")
    assert shown["sub_total_excluding_taxes_amount_cents"] == 900
    assert shown["sub_total_excluding_taxes_precise_amount_cents"] == "900.4"


@pytest.mark.parametrize("item_type", ItemType)
def test_a_code_is_that_of_the_charge_or_of_the_fixed_charge(item_type: ItemType) -> None:
    shown = to_json(fee(1, item_type=item_type, charge_code="calls"))
    assert [name for name in ("charge_code", "fixed_charge_code") if shown[name]] == (
        [f"{item_type}_code"] if item_type in {ItemType.CHARGE, ItemType.FIXED_CHARGE} else []
    )
