"""What an observer of the client is told; no bodies, no queries, no headers."""

from collections.abc import Callable
from dataclasses import dataclass

from lago_gitops.lago.errors import Call


@dataclass(frozen=True, slots=True)
class Began:
    """A request is about to go out. `attempt` counts from 1."""

    call: Call
    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt is over. `status` is None when no whole answer came; `problem` is "" when all is well."""

    call: Call
    attempt: int
    status: int | None
    elapsed_s: float
    problem: str = ""
    request_id: str = ""


Event = Began | Ended
# Called from the thread that sends. It must not raise: what happened to the request would be lost.
Observer = Callable[[Event], None]


def unobserved(_: Event) -> None:
    """The observer that doesn't look."""
