"""Kinds that Lago doesn't list: why, and what would help."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.plurals import in_words
from lago_gitops.core.model.resources import Desired, Refusal


class Why(Enum):
    """Why a list could not be read."""

    PERMISSION = "the key may not read it"
    LICENCE = "a Lago without a licence doesn't have it"
    RELEASE = "the server is too old for it"


def unavailable_kinds(
    wanted: Iterable[Desired], unavailable: Mapping[str, Why], kinds: Mapping[str, ResourceKind]
) -> Iterator[Refusal]:
    """Manifests of kinds that could not be listed: what is there is not known, which is not nothing."""
    for one in wanted:
        why = unavailable.get(one.address.kind)
        if why is not None:
            kind = kinds[one.address.kind]
            yield Refusal(one.address, one.mark, reason(kind, why), (way_out(kind, why), "leave the manifest out"))


def reason(kind: ResourceKind, why: Why) -> str:
    """Why the kind can't be listed, as a clause without full stop."""
    objects = in_words(kind.collection)
    until = f" before Lago {kind.gate.until}" if kind.gate is not None and kind.gate.until else ""
    match why:
        case Why.PERMISSION:
            return f"this API key may not read {objects}"
        case Why.LICENCE:
            return f"{objects} need a Lago licence{until}, but this Lago has none"
        case Why.RELEASE:  # the last of its union
            return f"this Lago is too old for {objects}" + (f": they came with Lago {kind.since}" if kind.since else "")


def way_out(kind: ResourceKind, why: Why) -> str:
    match why:
        case Why.PERMISSION:
            return f"give the key read and write permission on {kind.name}"
        case Why.LICENCE:
            newer = f"update Lago to {kind.gate.until}, or " if kind.gate is not None and kind.gate.until else ""
            return f"{newer}get a licence"
        case Why.RELEASE:  # the last of its union
            return f"update Lago to {kind.since or 'a newer release'}"
