import pytest

from tests.pricing.lint.manifests import found, message, paths, plan

EUR = {"kind": "coupon", "code": "off", "coupon_type": "fixed_amount", "amount_cents": 700, "amount_currency": "EUR"}
PLANS = (plan(code="us"), plan(code="eu", amount_currency="EUR"))


def limited(*codes: str) -> dict[str, object]:
    return {**EUR, "applies_to": {"plan_codes": list(codes)}}


def test_a_fixed_coupon_in_no_currency_of_its_plans_never_has_an_effect() -> None:
    assert message("coupon-currency", limited("us"), *PLANS) == (
        "a fixed coupon in EUR never has an effect: 'us' (USD)"
    )
    assert paths("coupon-currency", limited("us"), *PLANS) == ["amount_currency"]
    assert "never has an effect" in message("coupon-currency", limited("us", "us"), *PLANS)


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


def test_a_date_without_a_time_ends_as_the_day_begins() -> None:
    (finding,) = found("coupon-bare-date", {**EUR, "expiration_at": "2027-12-31"})
    assert finding.path == ("expiration_at",)
    assert finding.message == (
        "expiration_at 2027-12-31 is the start of that day, UTC: on 2027-12-31 the coupon can no longer be applied"
    )
    assert finding.hint == "write 2027-12-31T23:59:59Z to keep it until the end of that day"


@pytest.mark.parametrize("written", ["20271231", "2027-W52-5"])
def test_however_the_date_is_written(written: str) -> None:
    (finding,) = found("coupon-bare-date", {**EUR, "expiration_at": written})
    assert "on 2027-12-31 the" in finding.message


@pytest.mark.parametrize("written", ["2027-12-31T00:00:00Z", "2027-12-31 12:00", None, "tomorrow"])
def test_a_time_is_fine(written: object) -> None:
    assert not found("coupon-bare-date", {**EUR, "expiration_at": written})
