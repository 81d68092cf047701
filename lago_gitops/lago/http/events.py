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


@dataclass(frozen=True, slots=True)
class Foretold:
    """So many requests follow, as far as is known by now: pages of a list, details of its rows."""

    number: int


Event = Began | Ended | Foretold
# Called from the thread that sends. It must not raise: what happened to the request would be lost.
Observer = Callable[[Event], None]


def both(first: Observer, second: Observer) -> Observer:
    def observe(event: Event) -> None:
        first(event)
        second(event)

    return observe


def unobserved(_: Event) -> None:
    """The observer that doesn't look."""


def untold(_: str) -> None:
    """Nobody waits to know what is done next."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who waits to know how far a run is: `observe` is told of requests, `tell` what is done next."""

    observe: Observer = unobserved
    tell: Callable[[str], None] = untold


NOBODY = Onlooker()
