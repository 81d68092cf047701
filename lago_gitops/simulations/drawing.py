"""Random and growing usage of a customer in a month."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from lago_gitops.bills.notation import stated_usages
from lago_gitops.pricing.base.numbers import half_up, number
from lago_gitops.pricing.base.words import decimals
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.simulations.population import MonthlyUsage

_OWN = frozenset({"between", "growth"})


def drawn(lines: Iterable[tuple[Metric, Mapping[str, Any]]], month: int, chance: Random) -> Iterator[MonthlyUsage]:
    """The usage of a month, counted from 0. Each line is one draw, regardless of its other fields."""
    for metric, said in lines:
        whole = {key: value for key, value in said.items() if key not in _OWN} | {"units": _units(said, month, chance)}
        [one] = stated_usages(whole)
        yield MonthlyUsage(metric, one)


def _units(said: Mapping[str, Any], month: int, chance: Random) -> Decimal:
    """With as many decimals as the most precise bound."""
    figures = [number(each) for each in said.get("between", (said.get("units", 0),) * 2)]
    places = max(map(decimals, figures))
    step = Decimal(1).scaleb(-places)
    units = chance.randint(int(figures[0] / step), int(figures[1] / step)) * step
    growth = number(said.get("growth") or 0)
    return half_up(units * (1 + growth) ** month, places) if growth else units
