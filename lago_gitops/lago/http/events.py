"""Events for observers of the client, without bodies, queries and headers."""

from collections.abc import Callable
from dataclasses import dataclass

from lago_gitops.lago.errors import Call


@dataclass(frozen=True, slots=True)
class Began:
    """A request is about to be sent. `attempt` counts from 1."""

    call: Call
    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt has ended. `status` is None without a complete answer; `problem` is "" if it succeeded."""

    call: Call
    attempt: int
    status: int | None
    elapsed_s: float
    problem: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """A number of requests will follow, as far as known: pages of a list, details of its rows."""

    number: int


Event = Began | Ended | Announced
# Called from the sending thread. It must not raise: the result of the request would be lost.
Observer = Callable[[Event], None]


def both(first: Observer, second: Observer) -> Observer:
    def observe(event: Event) -> None:
        first(event)
        second(event)

    return observe


def unobserved(_: Event) -> None:
    """The observer that does nothing."""


def untracked(_: str) -> None:
    """Ignores what is done next."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """A progress display: `observe` gets events of requests, `tell` what is done next."""

    observe: Observer = unobserved
    tell: Callable[[str], None] = untracked


NOBODY = Tracker()
