"""A price before and after as a mermaid chart: figures only, no text by users."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from lago_gitops.pricing.base.numbers import ZERO, half_up, quot
from lago_gitops.render.prices.costs import Vertex, bends
from lago_gitops.render.prices.model import PriceChange

STEPS: Final = 20  # steps between the samples: mermaid spreads the values of a line evenly over the axis


def chart(price: PriceChange, currency: str, period: str) -> str:
    """The text of a chart; empty when the price has no line, or a straight one."""
    lines = [line for line in price.lines if line]
    if not any(map(bends, lines)):
        return ""
    even = price.comparison.break_even[-1:] if price.comparison else ()
    upto = min((2 * each.units for each in even), default=max(line[-1].units for line in lines))
    values = [[_value(line, upto * step / STEPS) for step in range(STEPS + 1)] for line in lines]
    top = max(max(line) for line in values) or Decimal(1)
    return "\n".join(
        [
            "xychart-beta",
            f'  title "{currency} a {period}, by usage"',
            f'  x-axis "units" 0 --> {_text(upto)}',
            f'  y-axis "{currency}" 0 --> {_text(top)}',
            *(f"  line [{', '.join(map(_text, line))}]" for line in values),
        ]
    )


def _value(line: Sequence[Vertex], units: Decimal) -> Decimal:
    """The value on the line between vertices; at a step, the value below it."""
    for lower, upper in pairwise(line):
        if lower.units <= units <= upper.units and upper.units > lower.units:
            share = quot(units - lower.units, upper.units - lower.units)
            return lower.amount + share * (upper.amount - lower.amount)
    return line[-1].amount if line else ZERO


def _text(value: Decimal) -> str:
    return format(half_up(value, 2).normalize(), "f")
