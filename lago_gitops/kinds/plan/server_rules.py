"""What an older Lago asks of a plan beyond what every Lago does."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.canonical import plain
from lago_gitops.core.model.kind import Finding
from lago_gitops.kinds.plan.tier_rules import TIER_FIELDS

TOUCHING = "1.45"  # the first Lago that lets a tier start where the one before ends

APART = "1.39"  # the first Lago that bills a filter which contains another one
ALL_VALUES = "__ALL_FILTER_VALUES__"

Tiers = Mapping[Decimal, Mapping[str, Any]]


def tiers_are_exact(plan: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    """Recorded on 1.38: the first tier starts at 0, each other one above the end of the one before, of volume too."""
    if has(TOUCHING):
        return
    for where, properties in _prices(plan):
        for name in TIER_FIELDS:
            yield from _exact(properties.get(name) or {}, f"{where}.{name}")


def _prices(plan: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in ("charges", "fixed_charges"):
        for code, charge in (plan.get(name) or {}).items():
            yield f"{name}.{code}", charge["properties"] or {}
            for item in (charge.get("filters") or {}).values():
                yield f"{name}.{code}.filters", item["properties"] or {}


def _exact(tiers: Tiers, where: str) -> Iterator[Finding]:
    expected = Decimal(0)
    for start in sorted(tiers):
        if start != expected:
            message = f"{where}: before Lago {TOUCHING} a tier has to start at {plain(expected)}, not at {plain(start)}"
            yield Finding((), message, f"start it at {plain(expected)}, or update Lago to {TOUCHING}")
            return
        expected = (tiers[start]["to_value"] or Decimal(0)) + 1


def filters_are_billed(plan: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    """Recorded on 1.38: in arrears a filter with the same keys as another one, and all of its values, bills nothing."""
    if has(APART):
        return
    for code, charge in (plan.get("charges") or {}).items():
        values = [dict(item["values"]) for item in (charge.get("filters") or {}).values()]
        lost = [one for one in values if any(_contains(one, other) for other in values if other is not one)]
        if lost and not charge["pay_in_advance"]:
            shown = "; ".join(f"{key}: {', '.join(taken)}" for key, taken in lost[0].items())
            message = (
                f"charges.{code}: before Lago {APART} no event of the filter {{{shown}}} is billed, since another one"
            )
            yield Finding(
                (), f"{message} has a part of its values", "let filters have no value in common, or update Lago"
            )


def _contains(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one.keys() != other.keys() or any(ALL_VALUES in taken for taken in one.values()):
        return False
    return all(set(other[key]) <= set(taken) for key, taken in one.items())
