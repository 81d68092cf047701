from decimal import Decimal

from lago_gitops.kinds.tax.table import TAX
from tests.kinds.forms import as_read, as_written, findings, recorded


def test_a_rate_is_compared_by_value() -> None:
    assert as_read(TAX, recorded("tax-get-applied"))["rate"] == as_written(TAX, {"rate": "21"})["rate"] == 21


# recorded: rate-9
def test_a_rate_has_the_decimals_that_a_float_keeps() -> None:
    tax = {"kind": "tax", "code": "t", "name": "T"}
    assert findings({**tax, "rate": "99.123456789012"}) == []
    assert float(Decimal("99.123456789012")) == 99.123456789012
    assert findings({**tax, "rate": "0.1234567890123"}) == [("rate", "0.1234567890123 has more than 12 decimals")]
    assert findings({**tax, "rate": "100.1"}) == [("rate", "100.1 is more than 100")]


def test_whether_the_organization_applies_it_is_compared_where_it_is_written() -> None:
    assert "applied_to_organization" not in as_written(TAX, {"rate": 1})
    assert as_written(TAX, {"rate": 1, "applied_to_organization": False})["applied_to_organization"] is False
