"""JSON texts → values, with exact numbers and positions of objects; and errors with positions."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lago_gitops.core.model.problem import Mark
from lago_gitops.imports.resources import Note, Placed, plain_json
from lago_gitops.manifests.limits import MAX_DEPTH, MAX_DIGITS

BLANKS = " \t\r\n\ufeff\x1e"  # between values; the last separates records of a JSON text sequence
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]:]|[^\s"{}\[\]:,]+', re.DOTALL)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
MEANINGS = {  # of Python's messages; the first word that fits
    "Expecting ','": "a comma or a closing bracket is missing here",
    "Expecting ':'": "a colon is missing here",
    "Expecting property name": "a key in double quotes is missing here",
    "Expecting value": "a value is missing here",
    "Invalid control character": "a text has a line break or a control character: write it as an escape",
    "Invalid \\": "a backslash starts no escape: write it twice",
    "Illegal trailing comma": "a comma stands before the closing bracket: remove it",
    "Unterminated string": "a text has no closing quote",
}


class NotJsonError(ValueError):
    """An error in a text, and its offset."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset, self.message = offset, message


def json_values(text: str, start: Mark) -> Iterator[Any]:
    """The values in a text, one after another, with positions of objects; a note for invalid JSON.

    `start` is the position of the text in its file. Values before an error are included, those after it aren't.
    """
    places, offset = _Places.of(text, start), _after_blanks(text, 0)
    try:
        reader = _Reader(text, places)
        while True:
            value, offset = reader.value(offset)
            yield value
            if (offset := _after_blanks(text, offset)) == len(text):
                return
    except NotJsonError as wrong:
        yield Note(str(places.at(wrong.offset)), wrong.message)


def json_value(text: str) -> Any:
    """The value of a JSON text embedded in something else, without positions. Raises NotJsonError."""
    value, end = _Reader(text, _Places.of(text, Mark(""))).value(_after_blanks(text, 0))
    if _after_blanks(text, end) < len(text):
        raise NotJsonError(end, "something follows the value")
    return plain_json(value)


@dataclass(frozen=True, slots=True)
class _Places:
    start: Mark
    breaks: tuple[int, ...]  # offsets of line breaks

    @classmethod
    def of(cls, text: str, start: Mark) -> "_Places":
        return cls(start, tuple(match.start() for match in re.finditer("\n", text)))

    def at(self, offset: int) -> Mark:
        line = bisect_right(self.breaks, offset - 1)
        if line == 0:
            return Mark(self.start.source, self.start.line, self.start.column + offset)
        return Mark(self.start.source, self.start.line + line, offset - self.breaks[line - 1])


class _Reader:
    """Reads one value after another. Python's decoder is fast but has no positions: it ends objects in the order of
    a scan of brackets, which knows where each one begins.
    """

    def __init__(self, text: str, places: _Places) -> None:
        self.text, self.places = text, places
        self.starts = iter(_starts(text))
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
        )

    def value(self, offset: int) -> tuple[Any, int]:
        try:
            value, end = self.decoder.raw_decode(self.text, offset)
        except json.JSONDecodeError as error:
            meaning = _meaning(self.text, error.pos, error.msg)
            raise NotJsonError(error.pos, f"this is not JSON: {meaning}") from None
        _check_words(self.text, offset, end)
        return value, end

    def _object(self, pairs: list[tuple[str, Any]]) -> Placed:
        start = next(self.starts)
        value = Placed(pairs, self.places.at(start))
        if len(value) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            second = _second(self.text, start, twice)
            raise NotJsonError(second, f"the key {twice!r} stands here a second time: remove one")
        return value


def _after_blanks(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in BLANKS:
        offset += 1
    return offset


def _decimal(text: str) -> Decimal:
    """0 for a number beyond Decimal's range, which `_check_words` reports."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _constant(word: str) -> str:
    """The word itself: NaN and infinities are what `_check_words` reports."""
    return word


def _integer(text: str) -> int:
    return int(text) if len(text) <= MAX_DIGITS else 0


def _starts(text: str) -> Iterator[int]:
    """Where each object begins, in the order of their ends."""
    open_: list[int] = []
    starts: list[int] = []
    for token in TOKEN.finditer(text):
        if token[0] in "{[":
            open_.append(token.start())
            if len(open_) > MAX_DEPTH:
                raise NotJsonError(token.start(), f"it is nested more than {MAX_DEPTH} levels deep")
        elif token[0] in "}]" and open_:
            start = open_.pop()
            if token[0] == "}":
                starts.append(start)
    return iter(starts)


def _second(text: str, start: int, key: str) -> int:
    """The offset of the second of two equal keys in the object at `start`."""
    depth, seen, last = 0, 0, start
    for token in TOKEN.finditer(text, start):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if token[0] == ":" and depth == 1 and json.loads(text[last : token.start()], strict=False) == key:
            seen += 1
            if seen == 2:
                break
        last = token.start()
    return last


def _check_words(text: str, start: int, end: int) -> None:
    """Raise NotJsonError for values that the grammar allows but resources can't have."""
    for token in TOKEN.finditer(text, start, end):
        word = token[0]
        if word[0] == '"':
            if SURROGATE.search(word) and _is_half(json.loads(word)):
                raise NotJsonError(token.start(), "a text has half of a character (a lone surrogate): write all of it")
        elif word in {"NaN", "Infinity", "-Infinity"}:
            raise NotJsonError(token.start(), f"{word} is not a number")
        elif NUMBER.fullmatch(word) and _is_beyond(word):
            raise NotJsonError(token.start(), f"{_cut(word)} has more than {MAX_DIGITS} digits")


def _is_half(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _is_beyond(word: str) -> bool:
    try:
        number = Decimal(word).as_tuple()
    except InvalidOperation:
        return True
    exponent = int(number.exponent)
    return len(number.digits) + max(exponent, 0) > MAX_DIGITS or -exponent > MAX_DIGITS


def _cut(word: str, most: int = 20) -> str:
    return word if len(word) <= most else f"{word[:most]}…"


def _meaning(text: str, offset: int, message: str) -> str:
    """Python's message in other words, with a hint."""
    rest, before = text[offset:].strip(BLANKS), text[:offset].strip(BLANKS)
    if not rest and not before:
        return "the file is empty"
    if not rest or (message.startswith("Unterminated") and "\n" not in rest):
        return "the text ends here, in the middle of a value: the file is cut off, so export it again"
    if rest[0] == "<" and not before:
        return "it is HTML or XML, as of a sign-in or error page: save the answer of the API"
    if rest[0] == "'" and not message.startswith("Expecting ','"):
        return "texts and keys need double quotes, as the JSON functions of Python and JavaScript write them"
    if rest[0] in "/#":
        return "JSON has no comments: remove them"
    if rest[0] in "}]" and before.endswith(","):
        return MEANINGS["Illegal trailing comma"]
    return next((words for start, words in MEANINGS.items() if message.startswith(start)), message)
