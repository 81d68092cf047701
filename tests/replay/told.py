"""Webhooks that arrived on a walk, held against those that Lago delivered on the same walk."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.replay.alike import Ids, differences
from tests.replay.run import Delivery

Doc = dict[str, Any]
_AROUND = frozenset({"webhook_type", "object_type", "organization_id"})
# Which of several subscriptions to one plan pays for a fixed charge on their common invoice, and whether the invoice
# that a trial's end makes is announced before that end is saved.
_BY_CHANCE = ("lago_subscription_id", "external_subscription_id", "lago_item_id", "from_date", "trial_ended_at")


def recorded(file: Path) -> list[Doc]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).decode().splitlines()]


def told_otherwise(theirs: Iterable[Doc], ours: Iterable[Delivery]) -> Iterator[str]:
    """One line for each delivery that is missing or too many, and for each place where one differs."""
    left: dict[tuple[str, str, str], list[Doc]] = {}
    for delivery in ours:
        left.setdefault((delivery.after, delivery.shown["webhook_type"], delivery.path), []).append(delivery.shown)
    for each in theirs:
        key = (each["after"], each["body"]["webhook_type"], each["to"])
        candidates = left.get(key)
        if not candidates:
            yield f"{key}: Lago told of it, the sandbox did not"
            continue
        closest = min(candidates, key=lambda body, of=each["body"]: _distance(of, body))
        candidates.remove(closest)
        for line in differences(each["body"], closest, Ids()):
            if not line.partition(":")[0].endswith(_BY_CHANCE):
                yield f"{key}: {line}"
    for key, bodies in left.items():
        yield from (f"{key}: the sandbox told of it, Lago did not" for _ in bodies)


def _distance(theirs: Doc, ours: Doc) -> tuple[bool, int]:
    return _number(theirs) != _number(ours), len(differences(theirs, ours, Ids()))


def _number(body: Doc) -> Any:
    """Of a document, which tells it apart."""
    shown = next(value for name, value in body.items() if name not in _AROUND)
    return shown.get("number")
