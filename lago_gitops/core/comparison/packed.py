"""Data that is seldom looked at, in a tenth of the memory."""

import pickle
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from lago_gitops.core.model.types import Json

UNPACKED_KEPT = 64


class Packed(Mapping[str, Json]):
    """A mapping as bytes. What is looked at is unpacked, and must not be altered."""

    __slots__ = ("_bytes",)

    def __init__(self, data: Mapping[str, Json]) -> None:
        self._bytes = pickle.dumps(data, pickle.HIGHEST_PROTOCOL)

    def __getitem__(self, name: str) -> Json:
        return _unpacked(self._bytes)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_unpacked(self._bytes))

    def __len__(self) -> int:
        return len(_unpacked(self._bytes))

    def __repr__(self) -> str:
        return repr(_unpacked(self._bytes))


@lru_cache(UNPACKED_KEPT)
def _unpacked(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = pickle.loads(content)  # noqa: S301
    return found
