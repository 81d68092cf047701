"""What a request is, and its answer while it comes, whatever carries them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A request. `target` is the path below the server's URL, with the query; an empty `body` is none."""

    method: str
    target: str
    body: bytes = field(default=b"", repr=False)
    wait_s: float = 30.0  # for each piece that is sent or comes
    connect_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """`headers` finds lower-case names. `pieces` of the body, decoded, come once, and raise CutOffError; `close` says
    that no more of them are wanted, and has to be called."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes] = field(repr=False)
    close: Callable[[], None] = field(repr=False)


class UnansweredError(Exception):
    """There is no answer; the text says why. `is_sent`: whether the server may have the request."""

    def __init__(self, words: str, *, is_sent: bool) -> None:
        super().__init__(words)
        self.is_sent = is_sent


class CutOffError(Exception):
    """An answer that was cut off."""


class Line(Protocol):
    """Carries one request at a time to one server."""

    def send(self, message: Message) -> Reply:
        """Once the head of the answer is there. Raises UnansweredError, and RuntimeError once it is closed."""

    def close(self) -> None:
        """End what is under way. From any thread."""


class ReadOnly:
    """A line on which nothing is written, whoever asks for it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def send(self, message: Message) -> Reply:
        """Raises PermissionError for anything but a GET, before it leaves."""
        if message.method != "GET":
            raise PermissionError(f"{message.method} {message.target}: this client only reads")
        return self._line.send(message)

    def close(self) -> None:
        self._line.close()


def late(name: str) -> str:
    """What is said of a time-out of that name."""
    return f"no answer in time ({name})"
