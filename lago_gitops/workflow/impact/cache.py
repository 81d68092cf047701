"""A cache of past usage: finished periods never change."""

import json
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

Row = dict[str, Any]
_TABLES: Final = """
create table if not exists usage (subscription text primary key, periods integer, until text, rows blob);
create table if not exists about (name text primary key, value text);
"""


class UsageCache:
    """A file that only its owner can read. Not thread-safe."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(_TABLES)

    def get(self, subscription: str, periods: int, now: str) -> list[Row] | None:
        """The latest periods; None when unknown, or another may have ended since. Times are in Lago's notation."""
        row = self._database.execute(
            "select rows from usage where subscription = ? and periods >= ? and until > ?", (subscription, periods, now)
        ).fetchone()
        return None if row is None else json.loads(zlib.decompress(row[0]))[:periods]

    def put(self, subscription: str, periods: int, until: str, rows: Sequence[Row]) -> None:
        """`until`: when the next period ends."""
        body = zlib.compress(json.dumps(list(rows), separators=(",", ":"), default=str).encode(), 1)
        self._database.execute("insert or replace into usage values (?, ?, ?, ?)", (subscription, periods, until, body))

    def keep(self) -> None:
        """Write everything put since the last time."""
        self._database.commit()

    @property
    def salt(self) -> str:
        """This file's secret, for pseudonyms that nobody else can guess."""
        self._database.execute("insert or ignore into about values ('salt', ?)", (secrets.token_hex(16),))
        self._database.commit()
        return str(self._database.execute("select value from about where name = 'salt'").fetchone()[0])


@contextmanager
def usage_cache(path: Path) -> Iterator[UsageCache]:
    """The cache in a file, which is created if missing; a file that isn't a cache is replaced. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        database, cache = _opened(path)
    except sqlite3.DatabaseError:
        path.unlink()
        database, cache = _opened(path)
    with closing(database):
        yield cache
        cache.keep()


def _opened(path: Path) -> tuple[sqlite3.Connection, UsageCache]:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path)
    try:
        return database, UsageCache(database)
    except sqlite3.DatabaseError:
        database.close()
        raise
