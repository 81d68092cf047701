"""What an older Lago asks of a plan beyond what every Lago does."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.plurals import listed
from lago_gitops.core.model.scalars import plain
from lago_gitops.kinds.plan.tier_rules import TIER_FIELDS

TOUCHING = "1.45"  # the first Lago that lets a tier start where the one before ends

APART = "1.39"  # the first Lago that bills a filter which contains another one
FIXED = "1.39"  # the first Lago that makes fees of fixed charges
ALL_VALUES = "__ALL_FILTER_VALUES__"

Tiers = Mapping[Decimal, Mapping[str, Any]]


def tiers_are_exact(plan: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    """Recorded on 1.38: the first tier starts at 0, each other one above the end of the one before, of volume too."""
    if has(TOUCHING):
        return
    for path, where, properties in _prices(plan):
        for name in TIER_FIELDS:
            yield from _exact(properties.get(name) or {}, (*path, "properties", name), f"{where}.{name}")


def _prices(plan: Mapping[str, Any]) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """Each with its path in the manifest, whose order canonical fields keep."""
    for name in ("charges", "fixed_charges"):
        for at, (code, charge) in enumerate((plan.get(name) or {}).items()):
            yield (name, at), f"{name}.{code}", charge["properties"] or {}
            for number, item in enumerate((charge.get("filters") or {}).values()):
                yield (name, at, "filters", number), f"{name}.{code}.filters", item["properties"] or {}


def _exact(tiers: Tiers, path: Path, where: str) -> Iterator[Finding]:
    expected = Decimal(0)
    for start in sorted(tiers):
        if start != expected:
            message = f"{where}: before Lago {TOUCHING} a tier must start at {plain(expected)}, not at {plain(start)}"
            yield Finding(path, message, f"start it at {plain(expected)}, or update Lago to {TOUCHING}")
            return
        expected = (tiers[start]["to_value"] or Decimal(0)) + 1


def filters_are_billed(plan: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    """Recorded on 1.38: in arrears a filter with the same keys as another one, and all of its values, bills nothing."""
    if has(APART):
        return
    for at, (code, charge) in enumerate((plan.get("charges") or {}).items()):
        values = [dict(item["values"]) for item in (charge.get("filters") or {}).values()]
        lost = [one for one in values if any(_contains(one, other) for other in values if other is not one)]
        if lost and not charge["pay_in_advance"]:
            shown = "; ".join(f"{key}: {', '.join(taken)}" for key, taken in lost[0].items())
            message = (
                f"charges.{code}: before Lago {APART} no event of the filter {{{shown}}} is billed, because another one"
            )
            yield Finding(
                ("charges", at, "filters"),
                f"{message} has some of its values",
                "remove the values that filters share, or update Lago",
            )


def fixed_charges_are_billed(plan: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    """Recorded: old/fx-w. Lago before 1.39 stores them, but creates no fees for them."""
    codes = [str(code) for code in plan.get("fixed_charges") or ()]
    if codes and not has(FIXED):
        message = f"fixed charges {listed(codes)} are stored but never billed: Lago bills them from {FIXED} on"
        yield Finding(("fixed_charges",), message, f"update Lago to {FIXED}, or sell the add-ons in another way")


def _contains(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one.keys() != other.keys() or any(ALL_VALUES in taken for taken in one.values()):
        return False
    return all(set(other[key]) <= set(taken) for key, taken in one.items())
