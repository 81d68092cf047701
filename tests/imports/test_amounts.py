"""Amounts in tables: the column tells what points and commas mean."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.imports.stripe.amounts import HELP, column_of


def read(cells: Sequence[str], separator: str = ",", subunits: int = 100) -> list[Decimal | str]:
    column = column_of(cells, separator)
    return [column.amount(cell, subunits) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["10.00", "0.05", "1,099.00"], ["10", "0.05", "1099"]),
        (["10,00", "0,05", "1.099,00"], ["10", "0.05", "1099"]),
        (["29,9", "1.099"], ["29.9", "1099"]),
        (["0,005", "1,234"], ["0.005", "1.234"]),
        (["10.50", "1,099"], ["10.5", "1099"]),
        (["1,099,000"], ["1099000"]),
        (["1\u202f099,00", "1 099,5"], ["1099", "1099.5"]),
        (["1'099.00"], ["1099"]),
        (["10", "1099"], ["10", "1099"]),
    ],
)
def test_one_cell_that_can_mean_one_thing_only_tells_the_column(cells: list[str], amounts: list[str]) -> None:
    assert read(cells) == [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(("cell", "amount"), [("1,099", "1.099"), ("1.099", "1099")])
def test_semicolons_between_columns_stand_for_decimal_commas(cell: str, amount: str) -> None:
    assert read([cell], ";") == [Decimal(amount)]


def test_a_cell_with_a_point_outweighs_semicolons() -> None:
    assert read(["10.00", "1,099"], ";") == [Decimal(10), Decimal(1099)]


@pytest.mark.parametrize("cell", ["1,099", "1.099"])
def test_an_amount_that_can_mean_two_things_is_refused(cell: str) -> None:
    assert read([cell]) == [f"amount {cell!r} can mean 1.099 or 1099: {HELP}"]


@pytest.mark.parametrize("cell", ["1,099", "1.099"])
def test_a_currency_without_decimals_has_thousands(cell: str) -> None:
    assert read([cell], subunits=1) == [Decimal(1099)]


def test_cells_that_contradict_each_other_are_refused() -> None:
    comma, point, both, plain = read(["10,00", "10.50", "1,099", "7"])

    assert (comma, point) == (f"amount '10,00' contradicts others here: {HELP}",
                              f"amount '10.50' contradicts others here: {HELP}")  # fmt: skip
    assert (both, plain) == (f"amount '1,099' can mean 1.099 or 1099: {HELP}", Decimal(7))


@pytest.mark.parametrize("cell", ["", "$10", "10 EUR", "1e3", "-5", "1,09,9", "1.0.0", "٣", "10.", ".5", "NaN"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    assert read([cell]) == [f"amount {cell!r} is not a number: {HELP}"]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'")]))
def test_a_column_of_amounts_with_cents_is_exact_in_every_notation(cents: list[int], signs: tuple[str, str]) -> None:
    sign, group = signs
    cells = [f"{each / 100:,.2f}".replace(",", "_").replace(".", sign).replace("_", group) for each in cents]

    assert read(cells) == [Decimal(each) / 100 for each in cents]
