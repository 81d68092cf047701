from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.types import (
    PRICE_LIMIT,
    Exact,
    Field,
    Free,
    Keyed,
    Moment,
    Object,
    Text,
    Type,
    Variant,
)
from lago_gitops.core.validation.bounds import value_findings


def found(type_: Type, value: Any, **around: Any) -> list[tuple[str, str]]:
    object_ = Object((Field("f", type_, "", alias="g"), Field("sort", Text(), "")))
    return [(".".join(map(str, one.path)), one.message) for one in value_findings(object_, {"f": value, **around})]


@pytest.mark.parametrize(
    ("type_", "good", "bad", "message"),
    [
        (Exact(minimum=None, above=Decimal(0)), "0.1", "0.0", "0 is not above 0"),
        (Exact(minimum=None, above=Decimal(0)), 1, 0, "0 is not above 0"),
        (Exact(maximum=Decimal(100)), "100.0", "100.01", "100.01 is more than 100"),
        (Exact(maximum=PRICE_LIMIT, above=Decimal(0)), "0.1", "0", "0 is not above 0"),
        (Exact(maximum=PRICE_LIMIT, places=1), "0.1", "0.11", "0.11 has more than 1 decimals"),
        (
            Exact(maximum=PRICE_LIMIT, binary=True),
            "0.1",
            "0." + "1" * 20,
            f"0.{'1' * 20} has more digits than Lago keeps",
        ),
        (Exact(places=2), "1.2500", Decimal("1.250000001"), "1.250000001 has more than 2 decimals"),
        (Exact(places=0), Decimal("1E+2"), "0.5", "0.5 has more than 0 decimals"),
        (Moment(), "2027-01-01", "tomorrowZ", "'tomorrowZ' is not a date"),
        (Text(capitals=True), "Ü-1", "ü-1", "'ü-1' has lower-case letters"),
        (Text(capitals=True), "SS", "ß", "'ß' has lower-case letters"),
        (
            Exact(binary=True),
            "7.123456789012345",
            "7.1234567890123456789",
            "7.1234567890123456789 has more digits than Lago keeps",
        ),
    ],
)
def test_values_are_within_their_bounds(type_: Type, good: Any, bad: Any, message: str) -> None:
    assert found(type_, good) == found(type_, None) == []
    assert found(type_, bad) == [("f", message)]


BOUND = Object((Field("n", Exact(maximum=Decimal(1)), ""),))


def test_wherever_they_stand() -> None:
    assert found(BOUND, {"n": "2"}) == [("f.n", "2 is more than 1")]
    assert found(Keyed(BOUND, ("n",), str), [{"n": 1}, {"n": 2}]) == [("f.1.n", "2 is more than 1")]
    variant = Variant("sort", {"a": BOUND, "b": Object(())})
    assert found(variant, {"n": 2}, sort="a") == [("f.n", "2 is more than 1")]
    inside = Object((Field("v", variant, ""),))
    assert found(inside, {"v": {"n": 2}}, sort="a") == [("f.v.n", "2 is more than 1")]


def test_a_shape_that_nobody_knows_has_no_bounds() -> None:
    assert found(Variant("sort", {"a": BOUND}), {"n": 2}, sort="b") == []


def test_the_older_name_is_looked_at_too() -> None:
    assert found(Exact(maximum=Decimal(1)), None, g=2) == [("f", "2 is more than 1")]


def test_prices_that_fit_their_schema_need_no_look() -> None:
    assert found(Exact(maximum=PRICE_LIMIT), "anything") == []
    assert found(Text(), "anything") == []


# recorded on a server: trial_period, bounds of tiers
@pytest.mark.parametrize(
    ("written", "kept"),
    [("0.12345678901234567891", "0.12345678901234568"), ("7.1234567890123456789", "7.123456789012345")],
)
def test_digits_that_a_binary_float_loses_are_told_with_what_it_keeps(written: str, kept: str) -> None:
    [finding] = value_findings(Object((Field("f", Exact(binary=True), ""),)), {"f": written})
    assert finding.hint == f"write what it would keep: {kept}"
    assert found(Exact(binary=True), kept) == found(Exact(binary=True), 10**30) == []


def test_only_fractions_of_binary_numbers_lose_digits() -> None:
    assert found(Exact(binary=True), str(2**53 + 1)) == []
    assert found(Exact(above=Decimal(0)), "0." + "1" * 20) == []


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**15))
def test_what_is_accepted_of_a_binary_number_comes_back_as_it_was(number: Decimal) -> None:
    is_kept = number == number.to_integral_value() or Decimal(repr(float(number))) == number
    assert (found(Exact(binary=True), number) == []) is is_kept


def test_a_null_in_a_list_is_dropped_by_lago_wherever_it_stands() -> None:
    message = "Lago drops a null in a list"
    assert found(Free(), {"a": None, "b": [1, {"c": [2]}]}) == []
    assert found(Free(), {"a": [1, None], "b": {"c": [[None]]}}) == [("f.a.1", message), ("f.b.c.0.0", message)]
