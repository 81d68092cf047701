"""Answers without what differs from one server to the next: ids, times, and orders that Lago leaves open."""

import json
import re
from typing import Any

UNORDERED = frozenset(
    {
        "charges",
        "fixed_charges",
        "entitlements",
        "privileges",
        "taxes",
        "webhook_urls",
        "plan_codes",
        "billable_metric_codes",
        "usage_thresholds",
        "applicable_usage_thresholds",
        "charges_usage",
    }
)
# The one time that a request sets and that has to come back as it was sent.
_SENT_TIME = "expiration_at"
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_END_OF_ID = re.compile(r"(?<=^REC-|^ORG-|^DEF-)[0-9A-F]{4}")


class Names:
    """Gives each id the same name wherever it comes up, so that one that stays is told from one that changes."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, id_: str) -> str:
        return self._known.setdefault(id_, f"id {len(self._known) + 1}")


def normal(answer: Any, names: Names) -> Any:
    return _named(_ordered(answer, ""), names)


def _ordered(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        found = {name: _ordered(item, name) for name, item in value.items()}
        if found.get("webhook_url") in found.get("webhook_urls", ()):
            found["webhook_url"] = "one of them"
        return found
    if isinstance(value, list):
        items = [_ordered(item, "") for item in value]
        return sorted(items, key=_without_ids) if key in UNORDERED else items
    if isinstance(value, str) and key != _SENT_TIME and _TIME.fullmatch(value):
        return "a time"
    return _END_OF_ID.sub("XXXX", value) if isinstance(value, str) else value


def _without_ids(item: Any) -> str:
    return UUID.sub("", json.dumps(item, sort_keys=True))


def _named(value: Any, names: Names) -> Any:
    """Objects by sorted key, so that ids come up in the same order on both sides."""
    if isinstance(value, dict):
        return {name: _named(value[name], names) for name in sorted(value)}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.of(value) if isinstance(value, str) and UUID.fullmatch(value) else value


def shape(value: Any) -> Any:
    """What is left of an answer that no two runs give alike: keys and types."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__
