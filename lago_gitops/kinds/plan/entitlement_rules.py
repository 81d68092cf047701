"""Values of privileges that Lago takes: of the type that the feature says."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.kind import Finding, Lookup, Path
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.scalars import granted_text
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.model.types import Json


def entitlements_fit(plan: Mapping[str, Any], lookup: Lookup) -> Iterator[Finding]:
    for code, values in (plan.get("entitlements") or {}).items():
        feature = lookup(Address("feature", code))
        if feature is not None:
            yield from _values_fit(values, feature, ("entitlements", code))


def _values_fit(values: Mapping[str, Json], feature: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    privileges = {one["code"]: one for one in feature.get("privileges") or ()}
    for code, value in values.items():
        if code not in privileges:
            hint = closest(code, privileges) or f"it has {', '.join(privileges) or 'none'}"
            yield Finding((*path, code), f"the feature has no privilege {code!r}", hint)
        elif words := misfit(value, privileges[code]):
            yield Finding((*path, code), f"{code} is {value!r}, not {words}")


def misfit(value: Json, privilege: Mapping[str, Any]) -> str:
    """What the value should be; empty where it is. What Lago keeps as text may be written as what the text says: it
    is read so, too, since not every reader knows the type of the privilege."""
    options = (privilege.get("config") or {}).get("select_options") or ()
    match privilege.get("value_type") or "string":
        case "integer" if isinstance(value, bool) or not isinstance(value, int):
            return "a whole number"
        case "boolean" if not isinstance(value, bool):
            return "true or false"
        case "select" if granted_text(value) not in options:
            return f"one of {', '.join(options)}"
        case "string" if value == "":
            return "text that is not blank"
        case _:
            return ""
