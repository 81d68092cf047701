"""The project's policies that match a plan, in words: what they say, and what they require."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lago_gitops.core.assessment.guard import LABEL, Requirement
from lago_gitops.core.model.plurals import counted

Document = Mapping[str, Any]
VERBS: Final = {"warn": "warns", "require": "requires an approval", "refuse": "refuses"}
UNITS_S: Final = (("day", 24 * 3600), ("hour", 3600), ("minute", 60))


def policies_of(document: Document) -> tuple[Document, ...]:
    """Policies of a plan document; plans saved by older releases have none."""
    return tuple(document.get("policies", ()))


def names_standing(document: Document) -> frozenset[str]:
    return frozenset(one["name"] for one in policies_of(document) if one["stands"])


def required_by(policy: Document) -> Requirement:
    """What a policy of a plan document requires."""
    wanted = policy.get("require")
    if wanted is None:
        return Requirement(f"{LABEL}{policy['name']}")
    return Requirement(wanted["label"], tuple(wanted["approvers"]), wanted["wait_s"])


def answer(policy: Document) -> str:
    """What to do about a policy: a sentence without a full stop; empty for a policy that only warns."""
    if policy["result"] == "warn":
        return ""
    if not policy["stands"]:
        return "it was allowed for this run"
    if policy["result"] == "refuse":
        return (
            f"it takes --allow {policy['name']}, or the label {LABEL}{policy['name']} set by somebody with write access"
        )
    return "; ".join(_wanted(policy["require"]))


def _wanted(require: Document) -> Iterator[str]:
    if require["label"]:
        who = " or ".join(require["approvers"]) or "somebody with write access to the repository"
        yield f"{who} has to set the label {require['label']}"
    if require["wait_s"]:
        yield f"wait {duration(require['wait_s'])} after the plan was first shown"


def duration(seconds: int) -> str:
    """A duration in the largest unit that gives a whole number."""
    for noun, size in UNITS_S:
        if seconds % size == 0:
            return counted(seconds // size, noun)
    return counted(seconds, "second")
