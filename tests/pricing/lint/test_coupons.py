import pytest

from tests.pricing.lint.manifests import found, message, plan

EUR = {"kind": "coupon", "code": "off", "coupon_type": "fixed_amount", "amount_cents": 700, "amount_currency": "EUR"}
PLANS = (plan(code="us"), plan(code="eu", amount_currency="EUR"))


def limited(*codes: str) -> dict[str, object]:
    return {**EUR, "applies_to": {"plan_codes": list(codes)}}


def test_a_fixed_coupon_in_no_currency_of_its_plans_never_has_an_effect() -> None:
    assert message("coupon-currency", limited("us"), *PLANS) == (
        "a fixed coupon in EUR never has an effect: 'us' (USD)"
    )


@pytest.mark.parametrize("codes", [("us", "eu"), ("us", "unknown")])
def test_one_of_several_plans_is_named(codes: tuple[str, ...]) -> None:
    said = message("coupon-currency", limited(*codes), *PLANS)
    assert said == "a fixed coupon in EUR has no effect on some of its plans: 'us' (USD)"


@pytest.mark.parametrize(
    "coupon",
    [
        limited("eu"),
        limited("unknown"),
        EUR,
        {"kind": "coupon", "code": "off", "coupon_type": "percentage", "applies_to": {"plan_codes": ["us", "eu"]}},
    ],
    ids=["same currency", "unknown plan", "no limit", "percentage"],
)
def test_all_else_is_fine(coupon: dict[str, object]) -> None:
    assert not found("coupon-currency", coupon, *PLANS)
