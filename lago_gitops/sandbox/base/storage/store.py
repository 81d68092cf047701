"""The sandbox's database: one JSON document per object, with a few columns to find it by."""

import json
import re
import sqlite3
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash

CACHE_KB = 64_000  # of the file, in memory
_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT,
    parent TEXT,
    ref TEXT,
    sort TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    doc TEXT NOT NULL,
    UNIQUE (id, kind)
);
CREATE INDEX IF NOT EXISTS by_age ON objects (kind, deleted);
CREATE INDEX IF NOT EXISTS by_code ON objects (kind, code, parent, deleted);
CREATE INDEX IF NOT EXISTS by_parent ON objects (kind, parent, deleted);
CREATE INDEX IF NOT EXISTS by_ref ON objects (kind, ref, deleted);
CREATE INDEX IF NOT EXISTS fees_of_event ON objects (json_extract(doc, '$.event')) WHERE kind = 'fee';
CREATE INDEX IF NOT EXISTS true_ups ON objects (json_extract(doc, '$.true_up_parent_id')) WHERE kind = 'fee';
CREATE INDEX IF NOT EXISTS in_order ON objects (kind, deleted, sort, seq DESC);
"""
_SAVE = """
INSERT INTO objects (id, kind, code, parent, ref, sort, deleted, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id, kind) DO UPDATE SET code = excluded.code, parent = excluded.parent, ref = excluded.ref,
    sort = excluded.sort, deleted = excluded.deleted, doc = excluded.doc
"""


def _unsorted(_: Doc) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How documents of one kind are found: `parent` and `ref` name the keys that contain another object's id.

    Lists are ordered by `sort`, then newest first. `code` is the key that is unique within the parent.
    """

    name: str
    code: str = "code"
    parent: str | None = None
    ref: str | None = None
    sort: Callable[[Doc], str] = _unsorted


class Where(NamedTuple):
    """A condition on the rows of a list, in SQL, for what the columns alone can't express."""

    sql: str
    values: tuple[Any, ...]


EVERYTHING = Where("1", ())


_OF_THE_FILE = tuple(
    f"SQLITE_{name}" for name in ("BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "NOTADB", "PERM", "READONLY")
)


class UnusableFileError(Exception):
    """The sandbox's file can't be opened or isn't a database; the text has the file, the reason, and what to do."""


def among(field: str, values: Iterable[Any]) -> Where:
    """Documents whose key `field` has one of `values`."""
    # Fields are constants of this package; only the values come from requests.
    condition = f"json_extract(doc, '$.{field}') IN (SELECT value FROM json_each(?))"  # noqa: S608
    return Where(condition, (json.dumps(list(values)),))


def all_of(conditions: Iterable[Where]) -> Where:
    """Rows that meet all of the conditions."""
    wanted = [each for each in conditions if each is not EVERYTHING]
    if not wanted:
        return EVERYTHING
    return Where(" AND ".join(each.sql for each in wanted), tuple(value for each in wanted for value in each.values))


class Store:
    """Documents have an `id` and, once deleted, a `deleted_at`. "Kept" means not deleted.

    Between two transactions everything is in one file: a copy of that file is a copy of the sandbox.
    """

    def __init__(self, database: str) -> None:
        """Raises UnusableFileError."""
        self._database = database
        self._written = Counter[str]()
        self._snapshots: dict[str, sqlite3.Connection] = {}
        with self.file_in_use():
            self.sql = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self.sql.close)  # closes it when the sandbox is dropped, as in tests
            self.sql.execute("PRAGMA journal_mode = TRUNCATE")
            self.sql.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            self.sql.execute("PRAGMA synchronous = OFF")  # a sandbox may lose its data in a power cut
            self.sql.executescript(_SCHEMA)

    @contextmanager
    def file_in_use(self) -> Iterator[None]:
        """Raises UnusableFileError if the file itself is the problem: damaged, removed, on a full disk."""
        try:
            yield
        except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
            if isinstance(error, sqlite3.Error) and not error.sqlite_errorname.startswith(_OF_THE_FILE):
                raise
            text = f"the sandbox can't write to {self._database}: {error}; delete that file, or name another"
            raise UnusableFileError(text) from None

    def close(self) -> None:
        self.sql.close()
        for snapshot in self._snapshots.values():
            snapshot.close()

    def remember(self, name: str) -> None:
        """Save a snapshot under a name: in a temporary database, which SQLite moves to disk if it is large."""
        if name in self._snapshots:
            self._snapshots.pop(name).close()
        self._snapshots[name] = sqlite3.connect("", check_same_thread=False)
        self.sql.backup(self._snapshots[name])

    def recall(self, name: str) -> bool:
        """Restore the snapshot of that name. False if there is none."""
        found = self._snapshots.get(name)
        if found is None:
            return False
        self._forget()
        found.backup(self.sql)
        return True

    def remembered(self) -> list[str]:
        """Oldest first."""
        return list(self._snapshots)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed or, if an exception passes, rolled back."""
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._forget()
            if self.sql.in_transaction:  # a full disk has already ended it
                self.sql.execute("ROLLBACK")
            raise
        self.sql.execute("COMMIT")

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Within a transaction: whatever is written inside is rolled back."""
        self.sql.execute("SAVEPOINT trial")
        try:
            yield
        finally:
            self._forget()
            self.sql.execute("ROLLBACK TO trial")
            self.sql.execute("RELEASE trial")

    def _forget(self) -> None:
        """After a rollback, what was read may be outdated: count every kind as written."""
        self._written.update(self._written.keys())

    def save(self, kind: Kind, doc: Doc) -> None:
        """Insert it, or replace the document with its id. Lago crashes on a text with a zero byte."""
        text = _dumps(doc)
        if _ZERO.search(text):
            raise crash()
        parent = doc[kind.parent] if kind.parent else None
        ref = doc[kind.ref] if kind.ref else None
        deleted = doc.get("deleted_at") is not None
        self._written[kind.name] += 1
        row = (doc["id"], kind.name, doc.get(kind.code), parent, ref, kind.sort(doc), deleted, text)
        self.sql.execute(_SAVE, row)

    def written(self, kinds: Iterable[Kind]) -> tuple[int, ...]:
        """How often documents of these kinds were written: if the number is the same, nothing has changed."""
        return tuple(self._written[kind.name] for kind in kinds)

    def erase(self, kind: Kind, id_: str) -> None:
        """Remove the row, instead of setting `deleted_at`."""
        self._written[kind.name] += 1
        self.sql.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind.name, id_))

    def clear(self) -> None:
        """Remove all rows."""
        self._forget()
        self.sql.execute("DELETE FROM objects")

    def get(self, kind: Kind, id_: Any) -> Doc | None:
        """None also for what can't be an id."""
        if not isinstance(id_, str):
            return None
        return self._one("kind = ? AND id = ? AND deleted = 0", kind.name, id_)

    def with_deleted(self, kind: Kind, id_: str) -> Doc:
        """A document that exists or was deleted. Raises KeyError if it never existed."""
        found = self._one("kind = ? AND id = ?", kind.name, id_)
        if found is None:
            raise KeyError(f"{kind.name} {id_}")
        return found

    def first(self, kind: Kind, where: Where = EVERYTHING) -> Doc | None:
        """The oldest kept one."""
        return self._one(f"kind = ? AND deleted = 0 AND {where.sql} ORDER BY seq", kind.name, *where.values)

    def since(self, kind: Kind, number: int) -> list[Doc]:
        """The kept ones created after the document with this number, oldest first."""
        return self._all("kind = ? AND deleted = 0 AND seq > ? ORDER BY seq", kind.name, number)

    def last_number(self) -> int:
        """The number of the newest document of any kind; 0 if there is none."""
        (number,) = self.sql.execute("SELECT coalesce(max(seq), 0) FROM objects").fetchone()
        return int(number)

    def by_code(self, kind: Kind, code: str, parent: str | None = None) -> Doc | None:
        return self._one("kind = ? AND code = ? AND deleted = 0 AND parent IS ?", kind.name, code, parent)

    def code_is_taken(self, kind: Kind, doc: Doc, *, burned: bool = False) -> bool:
        """Whether another kept document (`burned`: or deleted one) with the same parent has its code."""
        parent = doc[kind.parent] if kind.parent else None
        condition = "kind = ? AND code = ? AND parent IS ? AND id <> ? AND (? OR deleted = 0)"
        return self._one(condition, kind.name, doc.get(kind.code), parent, doc["id"], burned) is not None

    def codes(self, kind: Kind, parent: str) -> set[str]:
        rows = self.sql.execute(
            "SELECT code FROM objects INDEXED BY by_parent WHERE kind = ? AND parent = ? AND deleted = 0",
            (kind.name, parent),
        )
        return {code for (code,) in rows}

    def children(self, kind: Kind, parent: str) -> list[Doc]:
        """The kept ones, oldest first."""
        return self._all("kind = ? AND parent = ? AND deleted = 0 ORDER BY seq", kind.name, parent)

    def referrers(self, kind: Kind, ref: str) -> list[Doc]:
        """The kept ones whose `ref` is this id, oldest first."""
        return self._all("kind = ? AND ref = ? AND deleted = 0 ORDER BY seq", kind.name, ref)

    def has_referrer(self, kind: Kind, ref: str) -> bool:
        return self._one("kind = ? AND ref = ? AND deleted = 0", kind.name, ref) is not None

    def of_code(self, kind: Kind, code: str) -> list[Doc]:
        """The kept ones with that code, of any parent, oldest first."""
        return self._all("kind = ? AND code = ? AND deleted = 0 ORDER BY seq", kind.name, code)

    def newest(self, kind: Kind, where: Where = EVERYTHING) -> list[Doc]:
        """Newest first, whatever the order of lists of the kind."""
        return self._all(f"kind = ? AND deleted = 0 AND {where.sql} ORDER BY seq DESC", kind.name, *where.values)

    def kept(self, kind: Kind, where: Where = EVERYTHING) -> list[Doc]:
        return self._all(f"kind = ? AND deleted = 0 AND {where.sql} ORDER BY sort, seq DESC", kind.name, *where.values)

    def count(self, kind: Kind, where: Where = EVERYTHING) -> int:
        # Conditions are constants of this package; only values come from requests.
        query = f"SELECT count(*) FROM objects WHERE kind = ? AND deleted = 0 AND {where.sql}"  # noqa: S608
        (number,) = self.sql.execute(query, (kind.name, *where.values)).fetchone()
        return int(number)

    def count_ever(self, kind: Kind, parent: str | None = None) -> int:
        """How many ever existed, including deleted ones; with a parent, only its own."""
        query = "SELECT count(*) FROM objects WHERE kind = ? AND (? IS NULL OR parent = ?)"
        (number,) = self.sql.execute(query, (kind.name, parent, parent)).fetchone()
        return int(number)

    def page(self, kind: Kind, offset: int, limit: int, where: Where = EVERYTHING) -> list[Doc]:
        condition = f"kind = ? AND deleted = 0 AND {where.sql} ORDER BY sort, seq DESC LIMIT ? OFFSET ?"
        return self._all(condition, kind.name, *where.values, limit, offset)

    def _one(self, condition: str, *values: Any) -> Doc | None:
        row = self.sql.execute(f"SELECT doc FROM objects WHERE {condition} LIMIT 1", values).fetchone()  # noqa: S608
        return None if row is None else json.loads(row[0])

    def _all(self, condition: str, *values: Any) -> list[Doc]:
        rows = self.sql.execute(f"SELECT doc FROM objects WHERE {condition}", values)  # noqa: S608
        return [json.loads(doc) for (doc,) in rows]


def _dumps(doc: Doc) -> str:
    return json.dumps(doc, separators=(",", ":"))
