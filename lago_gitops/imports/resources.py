"""Resources and notes from imported files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.model.problem import Mark

EXPRESSION = re.compile(r"\$\{|\$\(|\{\{|<%")
"""Placeholders that a tool fills in later: Terraform, shells, Postman and Lago's command line, templates."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One resource as in its source, by Lago's field names. `where` is its position in the file.

    `others` are keys for the source's own use, which a manifest doesn't need. `secret` are fields that
    the source marks as secret. A resource that `is_known_only` isn't imported, but maps its id to its code.
    """

    kind: str
    data: Mapping[str, Any]
    where: str
    others: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    is_known_only: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that manifests can't express, or only differently."""

    where: str
    message: str


Document = tuple[str, Any]
"""A source, and its JSON value."""


class Placed(dict[str, Any]):
    """An object of a JSON value with its position."""

    __slots__ = ("mark",)

    def __init__(self, pairs: Any, mark: Mark) -> None:
        super().__init__(pairs)
        self.mark = mark


class Table(list[Placed]):
    """The rows of a table, by the names of columns; `separator` separates columns."""

    __slots__ = ("separator",)

    def __init__(self, rows: Iterable[Placed], separator: str) -> None:
        super().__init__(rows)
        self.separator = separator


def place_of(value: Any, source: str, way: str = "") -> str:
    """The position of a value, as `path:line:column` if known, and the path to it."""
    item = value[0] if isinstance(value, list) and value else value
    start = str(item.mark) if isinstance(item, Placed) else source
    return f"{start}: {way}" if way else start


def plain_json(value: Any) -> Any:
    """The value without positions."""
    match value:
        case dict():
            return {name: plain_json(item) for name, item in value.items()}
        case list():
            return [plain_json(item) for item in value]
    return value


def leaves(value: Any, way: str = "") -> Iterator[tuple[str, Any]]:
    """Values that are neither objects nor lists, each with its path."""
    match value:
        case dict():
            for name, item in value.items():
                yield from leaves(item, f"{way}.{name}" if way else str(name))
        case list():
            for index, item in enumerate(value):
                yield from leaves(item, f"{way}[{index}]")
        case _:
            yield way, value


def expressions(value: Any) -> Iterator[tuple[str, str]]:
    """Texts with placeholders, each with its path."""
    return ((way, leaf) for way, leaf in leaves(value) if isinstance(leaf, str) and EXPRESSION.search(leaf))
