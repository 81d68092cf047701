"""Usage events: a table of their own, because they are many, append-only, and read by time."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    subscription TEXT,
    transaction_id TEXT NOT NULL,
    code TEXT NOT NULL,
    at INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    properties TEXT NOT NULL,
    cents TEXT,
    times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (transaction_id, subscription)
);
CREATE INDEX IF NOT EXISTS of_subscription ON events (subscription, at);
CREATE INDEX IF NOT EXISTS by_time ON events (at DESC, transaction_id);
"""
_EARLIEST = -(2**62)
_COLUMNS = "seq, id, subscription, transaction_id, code, at, created_at, properties, cents, times"


class LoggedEvent(NamedTuple):
    """`subscription` is an external id, `at` in microseconds since 1970: Lago accepts years beyond those of a date."""

    seq: int
    id: str
    subscription: str | None
    transaction_id: str
    code: str
    at: int
    created_at: str
    properties: dict[str, Any]
    cents: str | None  # a precise total amount
    times: int = 1  # one row stands for so many events


class Range(NamedTuple):
    """Events of a code or a subscription, or between two instants; None: no restriction."""

    code: str | None = None
    subscription: str | None = None
    since: int | None = None
    until: int | None = None


class EventLog:
    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql
        sql.executescript(_SCHEMA)
        if "times" not in {row[1] for row in sql.execute("PRAGMA table_info(events)")}:  # a file of an earlier version
            sql.execute("ALTER TABLE events ADD COLUMN times INTEGER NOT NULL DEFAULT 1")

    def add(self, event: LoggedEvent) -> int | None:
        """The event's sequence number; None if the subscription already has that transaction id."""
        row = (*event[1:7], json.dumps(event.properties, separators=(",", ":")), event.cents, event.times)
        added = self._sql.execute(
            "INSERT INTO events (id, subscription, transaction_id, code, at, created_at, properties, cents, times) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            row,
        )
        return added.lastrowid if added.rowcount else None

    def clear(self) -> None:
        self._sql.execute("DELETE FROM events")

    def by_number(self, seq: int) -> LoggedEvent:
        return next(self._read("seq = ?", (seq,)))

    def of_transaction(self, transaction_id: str) -> LoggedEvent | None:
        """The first one, of any subscription."""
        return next(self._read("transaction_id = ? ORDER BY seq LIMIT 1", (transaction_id,)), None)

    def of_subscription(
        self, subscription: str, codes: Iterable[str], until: int, since: int | None = None
    ) -> list[LoggedEvent]:
        """By time, then in the order of arrival; both bounds are included."""
        wanted = json.dumps(list(codes))
        condition = "subscription = ? AND at BETWEEN ? AND ? AND code IN (SELECT value FROM json_each(?))"
        bounds = (_EARLIEST if since is None else since, until)
        return list(self._read(f"{condition} ORDER BY at, seq", (subscription, *bounds, wanted)))

    def count(self, wanted: Range) -> int:
        condition, values = _condition(wanted)
        # Conditions are constants of this module; only the values come from requests.
        (number,) = self._sql.execute(f"SELECT count(*) FROM events WHERE {condition}", values).fetchone()  # noqa: S608
        return int(number)

    def page(self, wanted: Range, offset: int, limit: int) -> list[LoggedEvent]:
        """Latest first, then by transaction id."""
        condition, values = _condition(wanted)
        ordered = f"{condition} ORDER BY at DESC, transaction_id, seq LIMIT ? OFFSET ?"
        return list(self._read(ordered, (*values, limit, offset)))

    def _read(self, condition: str, values: tuple[Any, ...]) -> Iterator[LoggedEvent]:
        rows = self._sql.execute(f"SELECT {_COLUMNS} FROM events WHERE {condition}", values)  # noqa: S608
        for seq, id_, subscription, transaction_id, code, at, created_at, properties, cents, times in rows:
            shared = (seq, id_, subscription, transaction_id, code, at, created_at)
            yield LoggedEvent(*shared, json.loads(properties), cents, times)


def _condition(wanted: Range) -> tuple[str, tuple[Any, ...]]:
    bounds = (("code =", wanted.code), ("subscription =", wanted.subscription))
    times = (("at >=", wanted.since), ("at <=", wanted.until))
    asked = [(comparison, value) for comparison, value in (*bounds, *times) if value is not None]
    return " AND ".join(["1", *(f"{comparison} ?" for comparison, _ in asked)]), tuple(value for _, value in asked)
