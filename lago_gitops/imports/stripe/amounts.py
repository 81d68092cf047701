"""Amounts as tables write them, with points, commas and thousands separators.

A cell can be ambiguous: 1,099 is about a thousand in one country and about one in another. The column decides.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

SIGNS = ".,"
SPACES = " \u00a0\u202f'\u2019"
HELP = "write amounts with a decimal point and without thousands separators"


@dataclass(frozen=True, slots=True)
class Column:
    """`sign` is the decimal sign of a column; empty if cells contradict each other, None if all are ambiguous."""

    sign: str | None

    def amount(self, cell: str, subunits: int) -> Decimal | str:
        """The amount in `subunits`, or why it is ambiguous."""
        readings = _readings(cell)
        values = set(readings.values())
        if len(values) <= 1:
            value = next(iter(values), None)
            if value is None:
                return f"amount {cell!r} is not a number: {HELP}"
            return value if self.sign != "" or cell.isdigit() else f"amount {cell!r} contradicts others here: {HELP}"
        if self.sign:
            return readings[self.sign]
        whole = [value for value in values if subunits == 1 and value == value.to_integral_value()]
        if self.sign is None and len(whole) == 1:
            return whole[0]
        return f"amount {cell!r} can mean {' or '.join(f'{value:f}' for value in sorted(values))}: {HELP}"


def column_of(cells: Iterable[str], separator: str) -> Column:
    """The decimal sign of all cells. If all are ambiguous, a semicolon between columns implies decimal commas."""
    told = {next(iter(readings)) for readings in map(_readings, cells) if len(readings) == 1}
    if len(told) > 1:
        return Column("")
    return Column(next(iter(told), "," if separator == ";" else None))


def _readings(cell: str) -> Mapping[str, Decimal]:
    """The cell's value by decimal sign; a number without one has the same value for both."""
    return {sign: value for sign in SIGNS if (value := _reading(cell.strip(), sign)) is not None}


def _reading(cell: str, sign: str) -> Decimal | None:
    group = SIGNS.replace(sign, "") + SPACES
    match = re.fullmatch(rf"(\d+|[1-9]\d{{0,2}}([{group}])\d{{3}}(?:\2\d{{3}})*)(?:[{sign}](\d+))?", cell, re.ASCII)
    if match is None:
        return None
    whole = re.sub(r"\D", "", match[1])
    return Decimal(f"{whole}.{match[3]}" if match[3] else whole)
