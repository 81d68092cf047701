"""What an import finds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.model.problem import Mark

EXPRESSION = re.compile(r"\$\{|\$\(|\{\{|<%")
"""What stands where a tool fills in a value later: Terraform, shells, Postman and Lago's command line, templates."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One resource as its source says it, by Lago's field names. `where` is the file and the place in it.

    `others` are keys that the source has for its own use: they are not missed in the manifest. `secret` are fields that
    the source says must not be shown. What `is_known_only` belongs to somebody else, and tells which code an id has.
    """

    kind: str
    data: Mapping[str, Any]
    where: str
    others: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    is_known_only: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that can't be said in manifests, or not the same way."""

    where: str
    message: str


Document = tuple[str, Any]
"""A source, and its JSON value."""


class Placed(dict[str, Any]):
    """An object of a JSON value that knows its place."""

    __slots__ = ("mark",)

    def __init__(self, pairs: Any, mark: Mark) -> None:
        super().__init__(pairs)
        self.mark = mark


class Table(list[Placed]):
    """The rows of a table, each by its columns' names; `separator` stands between columns."""

    __slots__ = ("separator",)

    def __init__(self, rows: Iterable[Placed], separator: str) -> None:
        super().__init__(rows)
        self.separator = separator


def place_of(value: Any, source: str, way: str = "") -> str:
    """Where a value stands, as `path:line:column` if it knows, and how one gets there within it."""
    item = value[0] if isinstance(value, list) and value else value
    start = str(item.mark) if isinstance(item, Placed) else source
    return f"{start}: {way}" if way else start


def plain_json(value: Any) -> Any:
    """The value without places."""
    match value:
        case dict():
            return {name: plain_json(item) for name, item in value.items()}
        case list():
            return [plain_json(item) for item in value]
    return value


def expressions(value: Any, way: str = "") -> Iterator[tuple[str, str]]:
    """Texts that a tool completes when it runs, each with the way to it."""
    match value:
        case dict():
            for name, item in value.items():
                yield from expressions(item, f"{way}.{name}" if way else str(name))
        case list():
            for index, item in enumerate(value):
                yield from expressions(item, f"{way}[{index}]")
        case str() if EXPRESSION.search(value):
            yield way, value
