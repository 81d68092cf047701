"""Values of plain (unquoted) scalars: YAML 1.2's core schema with exact numbers, without YAML 1.1's extras."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lago_gitops.manifests.limits import MAX_DIGITS

Scalar = str | int | Decimal | None  # bool is an int


@dataclass(frozen=True, slots=True)
class Odd:
    """A scalar written in an unusual way (0x10 for 16), so messages need its text.

    With a `message`, it is ambiguous and refused; its value is then the text, so other problems can be found.
    """

    text: str
    value: Scalar
    message: str = ""
    hint: str = ""


WORDS: dict[str, Scalar | Odd] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    "true": True,
    "false": False,
    **{word: Odd(word, word.lower() == "true") for word in ("True", "TRUE", "False", "FALSE")},
}

_NUMBER_STARTS = frozenset("0123456789+-.")
_COMMON = re.compile(
    r"(?:-?[1-9][0-9]*|0|-0(?=\.))(?:\.[0-9]+)?"
)  # most numbers: one check, twice as fast as all rules
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?([0-9]+))?", re.ASCII)
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


@lru_cache(maxsize=16_384)
def resolved(text: str) -> Scalar | Odd:
    """The value of a plain scalar. Cached, because files repeat their words."""
    if text in WORDS:
        return WORDS[text]
    return _number(text) if text[0] in _NUMBER_STARTS else text


def _number(text: str) -> Scalar | Odd:
    if _COMMON.fullmatch(text) and len(text) <= MAX_DIGITS:
        return Decimal(text) if "." in text else int(text)
    if _NOT_A_NUMBER.fullmatch(text):
        return Odd(text, text, f"{text} is not an amount", 'quote it if the text is meant: "' + text + '"')
    if len(text) <= MAX_DIGITS and (_OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text)):
        return Odd(text, int(text, 0))
    number = _DECIMAL.fullmatch(text)
    if number is None:
        return text
    if _LEADING_ZERO.match(text):
        return _leading_zero(text)
    if len(text) > MAX_DIGITS or len(number[1] or "") > 4 or abs(Decimal(text).adjusted()) > MAX_DIGITS:
        shown = text if len(text) < 30 else text[:30] + "…"
        return Odd(text, text, f"the number {shown} has more than {MAX_DIGITS} digits", "quote it if the text is meant")
    return Odd(text, int(text) if _INTEGER.fullmatch(text) else Decimal(text))


def _leading_zero(text: str) -> Odd:
    """Codes and postcodes look like this, and readers disagree: 00123 is 123 in YAML 1.2, but 83 in YAML 1.1."""
    return Odd(text, text, f"{text} starts with a zero, so it may be a code or a number", f'quote the code: "{text}"')
