"""The project's policies that speak up about a plan, in words: what they say, and what answers them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lago_gitops.core.assessment.guard import LABEL, Requirement
from lago_gitops.core.model.plurals import counted

Document = Mapping[str, Any]
VERBS: Final = {"warn": "warns", "require": "requires an approval", "refuse": "refuses"}
UNITS_S: Final = (("day", 24 * 3600), ("hour", 3600), ("minute", 60))


def policies_of(document: Document) -> tuple[Document, ...]:
    """Those of a plan document; plans that older releases saved have none."""
    return tuple(document.get("policies", ()))


def names_standing(document: Document) -> frozenset[str]:
    return frozenset(one["name"] for one in policies_of(document) if one["stands"])


def required_by(policy: Document) -> Requirement:
    """What answers a policy of a plan document."""
    wanted = policy.get("require")
    if wanted is None:
        return Requirement(f"{LABEL}{policy['name']}")
    return Requirement(wanted["label"], tuple(wanted["approvers"]), wanted["wait_s"])


def answer(policy: Document) -> str:
    """What a policy wants: an imperative sentence without a full stop. Empty for one that wants nothing."""
    if policy["result"] == "warn":
        return ""
    if not policy["stands"]:
        return "it was allowed for this run"
    if policy["result"] == "refuse":
        return (
            f"only --allow {policy['name']}, or the label {LABEL}{policy['name']} of somebody who may write, answers it"
        )
    return "; ".join(_wanted(policy["require"]))


def _wanted(require: Document) -> Iterator[str]:
    if require["label"]:
        who = " or ".join(require["approvers"]) or "somebody who may write to the repository"
        yield f"{who} has to set the label {require['label']}"
    if require["wait_s"]:
        yield f"wait {duration(require['wait_s'])} after the plan was first shown"


def duration(seconds: int) -> str:
    """In the largest unit that makes it a whole number."""
    for noun, size in UNITS_S:
        if seconds % size == 0:
            return counted(seconds // size, noun)
    return counted(seconds, "second")
