"""Answers of HTTP/1.1 as their bytes come: half of one is never taken for a whole one."""

import re
from collections.abc import Callable, Iterator, Mapping

MOST_HEAD_BYTES = 100_000
PIECE_BYTES = 65_536
_STATUS = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: .*)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?")
_LINE_END, _HEAD_END, _FOLD = re.compile(rb"\r?\n"), re.compile(rb"\r?\n\r?\n"), re.compile(rb"\r?\n[ \t]+")
_SWITCHING_PROTOCOLS, _NO_CONTENT, _NOT_MODIFIED = 101, 204, 304


class BrokenAnswerError(Exception):
    """It is no answer, or it ended too soon; the text says which."""


class Incoming:
    """One answer: first its `head`, then its `pieces`, each of which raises BrokenAnswerError, and whatever `receive`
    does. `receive` gives some bytes, at most so many, and none at the end of the connection."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._held = b""
        self._is_last = self._is_whole = False
        self._body: Iterator[bytes] = iter(())

    @property
    def leaves_open(self) -> bool:
        """Whether another answer can follow on the connection: this one was read to its end, and is not the last."""
        return self._is_whole and not self._is_last and not self._held

    def head(self) -> tuple[int, Mapping[str, str]]:
        """The status, and headers by lower-case names; what comes more than once is joined by commas."""
        version, status, headers = self._one_head()
        while status < 200 and status != _SWITCHING_PROTOCOLS:  # news of an answer that is under way
            version, status, headers = self._one_head()
        self._is_last = version == b"0" or "close" in _words(headers, "connection")
        self._body = self._body_of(status, headers)
        return status, headers

    def pieces(self) -> Iterator[bytes]:
        yield from self._body
        self._is_whole = True

    def _one_head(self) -> tuple[bytes, int, Mapping[str, str]]:
        first, *lines = _LINE_END.split(_FOLD.sub(b" ", self._until(_HEAD_END)))
        status = _STATUS.fullmatch(first)
        if status is None:
            raise BrokenAnswerError("the answer is not HTTP")
        return status[1], int(status[2]), _headers(lines)

    def _body_of(self, status: int, headers: Mapping[str, str]) -> Iterator[bytes]:
        if status in {_SWITCHING_PROTOCOLS, _NO_CONTENT, _NOT_MODIFIED}:
            return iter(())
        if encoding := _words(headers, "transfer-encoding"):
            if encoding != {"chunked"}:
                raise BrokenAnswerError(f"an answer in an unknown transfer encoding: {', '.join(encoding)}")
            return self._chunks()
        if not (said := _words(headers, "content-length")):
            self._is_last = True
            return self._rest()
        length = said.pop()
        if said or not (length.isascii() and length.isdigit()):
            raise BrokenAnswerError("an answer without a clear length")
        return self._sized(int(length))

    def _sized(self, length: int) -> Iterator[bytes]:
        while length:
            piece = self._some(length)
            length -= len(piece)
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        while size := self._chunk_size():
            yield from self._sized(size)
            if self._until(_LINE_END):
                raise BrokenAnswerError("a chunk of the answer is longer than it says")
        while self._until(_LINE_END):
            pass  # headers that come after the body

    def _chunk_size(self) -> int:
        said = _CHUNK.fullmatch(self._until(_LINE_END))
        if said is None:
            raise BrokenAnswerError("a chunk of the answer doesn't say how long it is")
        return int(said[1], 16)

    def _rest(self) -> Iterator[bytes]:
        """Until the connection ends."""
        piece, self._held = self._held, b""
        while piece := piece or self._receive(PIECE_BYTES):
            yield piece
            piece = b""

    def _until(self, end: re.Pattern[bytes]) -> bytes:
        while (found := end.search(self._held)) is None:
            if len(self._held) > MOST_HEAD_BYTES:
                raise BrokenAnswerError(f"the answer has a head of more than {MOST_HEAD_BYTES // 1000} kB")
            self._held += self._more()
        said, self._held = self._held[: found.start()], self._held[found.end() :]
        return said

    def _some(self, most: int) -> bytes:
        """At least one byte, at most so many."""
        held = self._held or self._more()
        self._held = held[most:]
        return held[:most]

    def _more(self) -> bytes:
        found = self._receive(PIECE_BYTES)
        if not found:
            raise BrokenAnswerError("the server closed the connection before the end of its answer")
        return found


def _headers(lines: list[bytes]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise BrokenAnswerError("the answer has a header that is none")
        name, value = header[1].decode().lower(), header[2].decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _words(headers: Mapping[str, str], name: str) -> set[str]:
    """What a header lists; nothing where there is none."""
    return {word.strip().lower() for word in headers[name].split(",")} if name in headers else set()
