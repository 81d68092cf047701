"""Data that is seldom looked at, in a tenth of the memory."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")
N = TypeVar("N")
UNPACKED_KEPT = 64


class Packed(Mapping[K, V]):
    """A mapping as bytes. Values are unpacked when read, and must not be altered."""

    __slots__ = ("_bytes",)

    def __init__(self, data: Mapping[K, V]) -> None:
        self._bytes = _packed(data)

    def __getitem__(self, key: K) -> V:
        return cast("V", _unpacked(self._bytes)[key])

    def get(self, key: K, default: Any = None) -> Any:
        """As of any mapping, for half the price of a lookup that may fail."""
        return _unpacked(self._bytes).get(key, default)

    def __iter__(self) -> Iterator[K]:
        return iter(_unpacked(self._bytes))

    def __len__(self) -> int:
        return len(_unpacked(self._bytes))

    def __eq__(self, other: object) -> bool:
        """The very same data need not be unpacked to be equal."""
        if self is other:
            return True
        return bool(_unpacked(self._bytes) == (_unpacked(other._bytes) if isinstance(other, Packed) else other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(_unpacked(self._bytes))


class PackedValues(Mapping[K, V]):
    """A mapping whose values are bytes until they are read. They must not be altered."""

    __slots__ = ("_packed",)

    def __init__(self, values: Iterable[tuple[K, V]]) -> None:
        self._packed = {key: _packed(value) for key, value in values}

    def __getitem__(self, key: K) -> V:
        return cast("V", _unpacked(self._packed[key]))

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[K]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class Looked(Mapping[K, V]):
    """What stands elsewhere under the names that `names` leads to, looked up each time: held for all, what is unpacked
    would fill the memory that it was packed for."""

    __slots__ = ("_look", "_names")

    def __init__(self, names: Mapping[K, N], look: Callable[[N], V]) -> None:
        self._names, self._look = names, look

    def __getitem__(self, key: K) -> V:
        value: V = self._look(self._names[key])
        return value

    def __iter__(self) -> Iterator[K]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _packed(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


@lru_cache(UNPACKED_KEPT)
def _unpacked(content: bytes) -> Any:
    return pickle.loads(content)  # noqa: S301 -- what this process has packed
