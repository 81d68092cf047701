"""A line of the table of timings, and the way to the line that a change is on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lago_gitops.core.model.effects import Undo
from lago_gitops.core.model.timing import Timing

ADDED, REMOVED, SWAPPED, DELETED = "added", "removed", "swapped", "deleted"
"""Changes of a whole object or item; all others are named by a field. Swapped: deleted, and created in the same run."""
ANY = "*"
"""Any change that no line before has."""


class When(StrEnum):
    """What a line wants to hold."""

    ARREARS = "in arrears"
    ADVANCE = "in advance"
    WAS_ARREARS = "was in arrears"
    WAS_ADVANCE = "was in advance"
    OTHER_METRIC = "on another metric"
    PRORATED = "prorated"
    AT_ONCE = "apply_units_immediately"
    NESTED = "by its own endpoint"
    RAISED = "raised or removed"
    LOWERED = "lowered or added"
    OVERRIDDEN = "of overridden plans"
    PASSED = "the usage is above it already"
    IN_USE = "in use"
    UNUSED = "never in use"
    BEFORE_1_39 = "Lago before 1.39"


@dataclass(frozen=True, slots=True)
class Line:
    """`of` is a kind of resource, or a part of a plan; `fields` are its fields, or one of the words above.

    `drafts` are drafts of the period before, where they differ from `timing`. `recorded` are experiments of
    `tests/data/lago/timing.jsonl`; a line without any follows from the lines of what it is made of.
    """

    of: str
    fields: tuple[str, ...]
    timing: Timing
    when: frozenset[When] = frozenset()
    drafts: Timing | None = None
    undo: Undo = Undo.REVERSIBLE
    note: str = ""
    recorded: tuple[str, ...] = ()


def line_of(table: Sequence[Line], of: str, change: str, holding: Collection[When] = ()) -> Line:
    """The first line for the change all of whose conditions hold. Raises LookupError when the table has none."""
    facts = frozenset(holding)
    for line in table:
        if line.of == of and (change in line.fields or ANY in line.fields) and line.when <= facts:
            return line
    raise LookupError(f"no line for {of} {change}, {', '.join(sorted(facts))}")
