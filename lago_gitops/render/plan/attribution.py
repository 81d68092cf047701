"""The origin of each change of a plan, if a base revision was named: in the document, and in words."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from lago_gitops.core.comparison.origin import Origin
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.plan import Attribution
from lago_gitops.render.base.values import printable

Document = dict[str, Any]
COMMIT_SHOWN = 7  # digits
_ORIGINS: Mapping[Any, str] = {
    Origin.DRIFT: "drift: changed in Lago, not in this branch",
    Origin.BOTH: "changed in this branch and in Lago",
}


def attributed(document: Document, attribution: Attribution) -> Document:
    """The plan's document with `base`, and with the origin of each change and field, which are added in place."""
    base = {"ref": attribution.ref, "commit": attribution.commit, "stands_in": attribution.stands_in}
    for change, origins in zip(document["changes"], attribution.origins, strict=True):
        change["origin"] = str(origins[0] if len(set(origins)) == 1 else Origin.BOTH)
        for field, origin in zip(change.get("fields", ()), origins, strict=False):
            field["origin"] = str(origin)
    return {**document, "base": base}


def origin_words(change: Mapping[str, Any]) -> str:
    """The origin of a change or field, in words; empty if this branch alone changes it."""
    return _ORIGINS.get(change.get("origin"), "")


def unchanged_words(document: Mapping[str, Any]) -> str:
    """The message of a plan without changes: about Lago, or about the revision compared instead."""
    base = document.get("base")
    if base is None or not base["stands_in"]:
        return "Lago matches the manifests"
    return f"the manifests are as in {_name(base)}"


def base_words(document: Mapping[str, Any]) -> str:
    """One line about the base; empty if none was named."""
    base = document.get("base")
    if base is None:
        return ""
    name = _name(base)
    if base["stands_in"]:
        return f"Compared with {name}, not with Lago: subscriptions and drift are not known."
    numbers = Counter(one.get("origin") for one in document["changes"])
    said = [f"{counted(numbers[Origin.YOURS], 'change')} from this branch", f"{numbers[Origin.DRIFT]} from drift"]
    said += [f"{numbers[Origin.BOTH]} from both"] if numbers[Origin.BOTH] else []
    return f"Since {name}: {', '.join(said)}."


def _name(base: Mapping[str, Any]) -> str:
    return printable(f"{base['ref']} ({base['commit'][:COMMIT_SHOWN]})")
