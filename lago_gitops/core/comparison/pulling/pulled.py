"""What became of the resources of an organization that was pulled."""

from dataclasses import dataclass
from enum import StrEnum

from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, FieldChange


class PullFate(StrEnum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT = "left"
    ABSENT = "not in Lago"


@dataclass(frozen=True, slots=True)
class Resource:
    """What became of one of them. `changes` lead from the manifest to Lago: made, or to be made by hand where it is
    left, for a `reason`. `to_set` are environment variables that its manifest refers to and nobody has set yet, each
    with the field whose text it is to have.
    """

    address: Address
    fate: PullFate
    mark: Mark
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    to_set: tuple[tuple[str, str], ...] = ()
