import pytest

from lago_gitops.core.model.currencies import CODES, SUBUNITS, SYMBOLS, money_of


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (123_450, "EUR", "€1,234.50"),
        (-5, "USD", "−$0.05"),
        (0, "GBP", "£0.00"),
        (-1, "JPY", "−¥1"),
        (1, "INR", "₹0.01"),
        (1200, "KRW", "₩1,200"),
        (100, "ILS", "₪1.00"),
        (7, "VND", "₫7"),
        (7, "UAH", "₴0.07"),
        (7, "NGN", "₦0.07"),
        (7, "PHP", "₱0.07"),
        (1500, "KWD", "KWD 1.500"),
        (10_000, "CLF", "CLF 1.0000"),
        (7, "MRO", "MRO 1.4"),
        (150, "???", "??? 1.50"),
        (10**30 + 1, "EUR", "€10,000,000,000,000,000,000,000,000,000.01"),
    ],
)
def test_money_has_the_symbol_and_the_decimals_of_its_currency(cents: int, currency: str, text: str) -> None:
    assert money_of(cents, currency) == text


def test_symbols_are_those_of_currencies_that_lago_knows_each_of_one_only() -> None:
    assert SYMBOLS.keys() <= SUBUNITS.keys()
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert list(CODES) == sorted(SUBUNITS)
