"""Whether a document is a plan that can be shown: its seal shows that nobody edited it, not who created it."""

from functools import cache
from typing import Any

from lago_gitops.core.validation.schema_errors import Shape
from lago_gitops.render.html.report import drawn
from lago_gitops.render.html.what_if import rated_plan
from lago_gitops.render.prices.documents import read_prices
from lago_gitops.render.schemas.plan import plan_schema

DEEPEST = 64  # levels of lists and objects
_CONTAINERS = (dict, list)  # of JSON that was read


def is_plan(document: dict[str, Any]) -> bool:
    """Whether it has everything a saved plan has, with the right types, including prices."""
    if not _is_shallow(document) or not _shape().fits(document):
        return False
    return all(_is_readable(change, document["metrics"]) for change in document["changes"] if "prices" in change)


@cache
def _shape() -> Shape:
    return Shape(plan_schema(), {})


def _is_shallow(value: Any) -> bool:
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(DEEPEST):
        if not level:
            break
        inner = [one.values() if type(one) is dict else one for one in level]
        level = [item for items in inner for item in items if type(item) in _CONTAINERS]
    return not level


def _is_readable(change: dict[str, Any], metrics: dict[str, Any]) -> bool:
    """The schema leaves prices to their own readers, which fail in many ways on forged input."""
    try:
        tuple(drawn(read_prices(change["prices"])))
        for side in (change.get("before"), change.get("after")):
            if side is not None:
                rated_plan(side, metrics)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RuntimeError):
        return False
    return True
