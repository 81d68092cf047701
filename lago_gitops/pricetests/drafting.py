"""First price tests for a plan: usage at the points where its prices change, and what it costs today."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lago_gitops.bills.price_list import PriceList
from lago_gitops.core.model.scalars import decimal, plain
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.writer import write
from lago_gitops.pricetests.documents import price_tests
from lago_gitops.pricetests.recording import recorded
from lago_gitops.pricetests.runs import Unpriced, run_all

Fields = Mapping[str, Any]
ONE_PRICE = (1, 100, 10_000)  # units to test a price without tiers at
MOST_LEVELS = 6
MOST_UNITS = 10**15 - 1  # a usage has 15 digits at most
OF_THE_SERVER = ("dynamic", "custom")  # models whose amounts come from events, or from the organization's own code
EVERY_VALUE = "__ALL_FILTER_VALUES__"


def drafted(source: str, plan: str, prices: PriceList, *, schema_url: str | None = None) -> str:
    """The text of a test file for a plan, with its current bills; empty when nothing on it can be priced."""
    tests = list(_tests(prices.plans[plan]))
    while tests:
        text = write({"plan": plan, "tests": tests}, schema_url=schema_url)
        read = price_tests(source, read_text(source, text).manifests, prices)
        results = [result for run in run_all([read], prices) for result in run.results]
        priced = {result.test.index for result in results if not isinstance(result.outcome, Unpriced)}
        if len(priced) == len(tests):
            return recorded(source, text, results).text
        tests = [test for index, test in enumerate(tests) if index in priced]
    return ""


def _tests(plan: Fields) -> Iterator[dict[str, Any]]:
    """Tests without usage, then with more and more of everything."""
    yield {"name": "without usage"}
    charges = [one for one in plan.get("charges") or () if one["charge_model"] not in OF_THE_SERVER]
    points = {charge["code"]: tuple(_points(charge)) for charge in charges}
    levels = min(MOST_LEVELS, max((len(each) for each in points.values()), default=0))
    for level in range(levels):
        usage = {code: _at(each, level, levels) for code, each in points.items()}
        yield {
            "name": f"usage {level + 1} of {levels}: {_words(usage)}",
            "usage": {charge["code"]: _given(charge, usage[charge["code"]]) for charge in charges},
        }


def _at(points: tuple[Any, ...], level: int, levels: int) -> Any:
    """The item at a level: the first at level 0; beyond the end, the last."""
    return points[level * (len(points) - 1) // max(1, levels - 1)]


def _words(usage: Mapping[str, Any]) -> str:
    shown = [f"{code} {plain(decimal(units))}" for code, units in usage.items()]
    return ", ".join(shown[:3]) + (" …" if len(shown) > 3 else "")


def _points(charge: Fields) -> Iterator[Any]:
    """Units at the end of each tier, just beyond it, and far beyond the last bound."""
    properties = charge.get("properties") or {}
    tiers = next((value for name, value in properties.items() if name.endswith("_ranges")), None)
    bounds = [tier["to_value"] for tier in tiers or () if tier["to_value"] is not None]
    if not bounds:
        size = properties.get("package_size")
        yield from ONE_PRICE if size is None else (size, size + 1, size * 10)
        return
    for bound in bounds:
        yield bound
        yield bound + 1
    yield min(bounds[-1] * 10, MOST_UNITS)


def _given(charge: Fields, units: Any) -> Any:
    """The units without properties, and once more for each filter."""
    values = (dict(_properties(one["values"])) for one in charge.get("filters") or ())
    filtered = [{"units": units, "properties": properties} for properties in values if properties]
    return [{"units": units}, *filtered] if filtered else units


def _properties(values: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    for key, those in values.items():
        yield from ((key, value) for value in list(those)[:1] if value != EVERY_VALUE)
