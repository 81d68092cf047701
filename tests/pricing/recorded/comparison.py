"""Comparing what was recorded with what the engine says: text as text, every field."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Found = tuple[str, str, object, object]  # which part of a case, field, recorded, ours


@dataclass(frozen=True, slots=True)
class Difference:
    case: str
    part: str  # of the case: an invoice's number and a fee
    field: str
    expected: object
    got: object

    def __str__(self) -> str:
        return f"{self.case}: {self.part}: {self.field}: expected {self.expected!r}, got {self.got!r}"


@dataclass(frozen=True, slots=True)
class Verdict:
    case: str
    invoices: int  # compared
    fees: int
    differences: tuple[Difference, ...]

    @property
    def group(self) -> str:
        return self.case.split("_")[0]


def tried(case: str, verdict: Callable[[], Verdict]) -> Verdict:
    """The verdict on a case; of one that can't be tried, why: the others of its file are tried all the same."""
    try:
        return verdict()
    except Exception as error:  # whatever a case holds that nobody has seen before
        said = str(error).strip() or "no more is known"
        return Verdict(case, 0, 0, (Difference(case, "", "the case", "tried", f"{type(error).__name__}: {said}"),))


def field_differences(part: str, expected: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[Found]:
    for name in sorted(expected.keys() | got.keys()):
        if not same(expected.get(name), got.get(name)):
            yield part, name, expected.get(name), got.get(name)


def fee_differences(expected: Iterable[Mapping[str, Any]], got: Iterable[Mapping[str, Any]]) -> Iterator[Found]:
    theirs, ours = _keyed(expected), _keyed(got)
    for key in sorted(theirs.keys() | ours.keys()):
        if key not in theirs or key not in ours:
            yield key, "fee", key in theirs, key in ours
        else:
            yield from field_differences(key, {**_untouched(theirs[key]), **theirs[key]}, ours[key])


def same(expected: object, got: object) -> bool:
    """Text as text, and a number is never text; JSON's own numbers by value."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(same(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(same, expected, got))
    if _is_number(expected) and _is_number(got):
        return Decimal(str(expected)) == Decimal(str(got))
    return type(expected) is type(got) and expected == got


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal | int | float) and not isinstance(value, bool)


def _keyed(fees: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """By what they are of; a number tells those apart that are of the same."""
    found: dict[str, Mapping[str, Any]] = {}
    for fee in fees:
        key = _key(fee)
        while key in found:
            key += "+"
        found[key] = fee
    return found


def _key(fee: Mapping[str, Any]) -> str:
    code = fee.get("charge_code") or fee.get("fixed_charge_code") or fee.get("charge") or fee["item_code"]
    place = {name: fee.get(name) or {} for name in ("filters", "grouped_by")}
    minimum = " minimum" if fee.get("true_up_of") else ""
    return f"{code} {fee.get('event', '')} {json.dumps(place, sort_keys=True)}{minimum}"


def _untouched(fee: Mapping[str, Any]) -> dict[str, Any]:
    """What the recordings leave out of a fee without coupon and tax."""
    return {
        "taxes_amount_cents": 0,
        "taxes_precise_amount": "0.0",
        "taxes_rate": 0.0,
        "precise_coupons_amount_cents": "0.0",
        "sub_total_excluding_taxes_amount_cents": fee["amount_cents"],
        "precise_total_amount": fee["precise_amount"],
        "total_amount_cents": fee["amount_cents"],
    }
