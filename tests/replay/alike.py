"""Whether two answers are the same but for ids, the seconds of times and orders that Lago leaves open."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

UNORDERED = frozenset(
    {
        *("charges", "fees", "charges_usage", "applied_taxes", "taxes", "entitlements", "filters", "grouped_usage"),
        *("usage_thresholds", "applicable_usage_thresholds", "fixed_charges", "privileges", "lago_invoice_ids"),
    }
)
# On an invoice, by the names of the subscriptions: those without one come as they like.
_BY_SUBSCRIPTION = re.compile(r".+\.(subscriptions|billing_periods)")
# Newest first; what was made in the same minute comes as it likes.
_BY_AGE = frozenset({"webhook_endpoints", "invoices", "fees", "usage_periods"})
_ID = re.compile(r"id-\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)([0-5]\d)((?:\.\d+)?)(Z|[+-]\d\d:\d\d)")
# The database's own clock made them; a recording says when it was asked instead.
_UNCOMPARED = re.compile(r"events\[\d+\]\.created_at")


class Ids:
    """Which of our ids stands for which recorded one; a pair once made holds."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def agree(self, theirs: str, ours: str) -> bool:
        return self._ours.setdefault(theirs, ours) == ours and self._theirs.setdefault(ours, theirs) == theirs

    def named(self, ours: str) -> str:
        return self._theirs.get(ours, "id")

    def known(self, theirs: str) -> str:
        return theirs if theirs in self._ours else "id"


def differences(theirs: Any, ours: Any, ids: Ids) -> list[str]:
    """One line for each place where they differ."""
    return list(_differences(theirs, ours, ids, ""))


def _differences(theirs: Any, ours: Any, ids: Ids, path: str) -> Iterator[str]:
    match theirs, ours:
        case dict(), dict():
            for key in theirs.keys() | ours.keys():
                at = f"{path}.{key}" if path else key
                if key not in ours:
                    yield f"{at}: Lago {_text(theirs[key])}, the sandbox has no such key"
                elif key not in theirs:
                    yield f"{at}: Lago has no such key, the sandbox {_text(ours[key])}"
                else:
                    yield from _differences(theirs[key], ours[key], ids, at)
        case list(), list() if len(theirs) == len(ours):
            pairs = zip(_ordered(theirs, path, ids.known), _ordered(ours, path, ids.named), strict=True)
            for at, (one, other) in enumerate(pairs):
                yield from _differences(one, other, ids, f"{path}[{at}]")
        case str(), str():
            if not _UNCOMPARED.fullmatch(path) and not _same_text(theirs, ours, ids):
                yield f"{path}: Lago {_text(theirs)}, the sandbox {_text(ours)}"
        case float(), float():
            if not math.isclose(theirs, ours, rel_tol=1e-12):  # a database sums floats in the order it finds them
                yield f"{path}: Lago {_text(theirs)}, the sandbox {_text(ours)}"
        case _:
            if type(theirs) is not type(ours) or theirs != ours:
                yield f"{path}: Lago {_text(theirs)}, the sandbox {_text(ours)}"


def unlike(theirs: Any, ours: Any, path: str) -> Iterator[str]:
    """Of answers that no two runs give alike: other keys, other types. Which page of a list came can't be told."""
    match theirs, ours:
        case (None, _) | (_, None):
            return
        case dict(), dict():
            for key in theirs.keys() ^ ours.keys():
                yield f"{path}.{key}: only {'Lago' if key in theirs else 'the sandbox'} has it"
            for key in theirs.keys() & ours.keys() - {"amount_details"}:  # as the charge model has them
                yield from unlike(theirs[key], ours[key], f"{path}.{key}")
        case list(), list():
            for one, other in zip(theirs[:1], ours[:1], strict=False):
                yield from unlike(one, other, f"{path}[0]")
        case _:
            if type(theirs) is not type(ours):
                yield f"{path}: Lago {_text(theirs)}, the sandbox {_text(ours)}"


def _same_text(theirs: str, ours: str, ids: Ids) -> bool:
    """Ids in a text, as those of a page's address, are compared as ids."""
    known, found = _ID.findall(theirs), _ID.findall(ours)
    if _ID.sub("id", to_minute(theirs)) != _ID.sub("id", to_minute(ours)):
        return False
    return all(ids.agree(one, other) for one, other in zip(known, found, strict=True))


def to_minute(text: str) -> str:
    """The clock's seconds are no part of a recording; the last second of a period is."""
    return _TIME.sub(lambda found: found[0] if found[2] == "59" else f"{found[1]}00{_zeros(found[3])}{found[4]}", text)


def _zeros(fraction: str) -> str:
    return re.sub(r"\d", "0", fraction)


def _ordered(items: list[Any], path: str, name: Any) -> list[Any]:
    key = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
    if path in _BY_AGE:
        return sorted(items, key=lambda item: (_made(item), _key(item, name)), reverse=True)
    unordered = key in UNORDERED or _BY_SUBSCRIPTION.fullmatch(path)
    return sorted(items, key=lambda item: _key(item, name)) if unordered else items


def _made(item: Any) -> str:
    """By the day on it first, as lists of invoices are."""
    made = item.get("created_at") or item.get("from_datetime") or ""
    return str(item.get("issuing_date") or "") + to_minute(str(made))


def _key(item: Any, name: Any) -> tuple[str, str]:
    """What it is without ids, and among the same what is known of its ids."""
    text = to_minute(json.dumps(_plain(item), sort_keys=True))
    return _ID.sub("id", text), _ID.sub(lambda found: str(name(found[0])), text)


def _plain(value: Any) -> Any:
    """Lists within that have no order don't give one."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(_ID.sub("id", json.dumps(_plain(item), sort_keys=True)) for item in value)
    return value


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:157]}…"
