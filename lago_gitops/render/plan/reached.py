"""Whether the manifest of now still says what a change of a saved plan was to reach."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.identity import Named
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Create, Desired, FieldChange
from lago_gitops.render.plan.change import change_document, field_document

Document = Mapping[str, Any]
Redact = Callable[[dict[str, Any]], dict[str, Any]]
DEEPEST = 9  # plan, charges, one of them, filters, one of them, properties, tiers, one of them, its amount


def contradicts(planned: Document, wanted: Desired, kind: ResourceKind, redact: Redact) -> bool:
    """Whether a value differs in both, of a create or an update. `redact` hides what the saved plan hides.

    What only one side has doesn't count: an older server, or one without a licence, is not sent all that manifests say.
    """
    if planned["action"] == "create":
        now = redact(change_document(Create(wanted), kind, Named("", None), priced=False))["after"]
        return _differ(planned["after"], now)
    found: dict[str, list[Any]] = {}
    for change in _places(wanted, kind):
        found.setdefault(change.where, []).append(redact(field_document(change))["after"])
    return any(
        all(_differ(field["after"], now) for now in found[field["path"]])
        for field in planned["fields"]
        if field["path"] in found
    )


def _places(wanted: Desired, kind: ResourceKind) -> Iterator[FieldChange]:
    """Every value and every whole item that a change can be about: what is new compared with less and less."""
    for depth in range(DEEPEST):
        yield from field_changes(kind.object, _cut(wanted.fields, depth), wanted.fields)


def _cut(value: Any, depth: int) -> Any:
    """The same mappings down to a depth, with nothing in them."""
    if not isinstance(value, Mapping):
        return None
    return {key: _cut(inner, depth - 1) for key, inner in value.items()} if depth else {}


def _differ(planned: Any, now: Any) -> bool:
    match planned, now:
        case dict(), dict():
            return any(_differ(planned[key], now[key]) for key in planned.keys() & now.keys())
        case list(), list():
            return len(planned) != len(now) or any(map(_differ, planned, now))
        case _:
            return bool(planned != now)
