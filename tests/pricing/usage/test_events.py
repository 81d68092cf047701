from decimal import Decimal

import pytest

from lago_gitops.pricing.usage.events import property_number, property_text
from tests.pricing.samples import SUM, D, event


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (None, None), (True, "true"), (False, "false"), (1e-7, "0.0000001"), (D("1E+3"), "1000"), (3, "3")],
)
def test_a_property_is_text_as_a_database_writes_it(value: object, text: str | None) -> None:
    assert property_text(event(SUM, 1, value), "units") == text


@pytest.mark.parametrize(
    ("value", "number"), [("-1.50", D("-1.50")), ("1e3", None), ("+1", None), (".5", None), ("", None), (2, D(2))]
)
def test_what_is_not_plain_digits_is_no_number(value: object, number: Decimal | None) -> None:
    assert property_number(event(SUM, 1, value), "units") == number


def test_a_metric_without_a_field_has_no_property() -> None:
    assert property_text(event(SUM, 1, 3), None) is None
