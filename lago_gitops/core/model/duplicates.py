"""Things that are there twice."""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def repeated(values: Iterable[T]) -> Iterator[tuple[int, T]]:
    """The index and value of everything that came before, in order; None never repeats."""
    seen: set[T] = set()
    for index, value in enumerate(values):
        if value is not None and value in seen:
            yield index, value
        seen.add(value)
