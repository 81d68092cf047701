"""Checks the shape of answers before anything else uses them."""

from lago_gitops.core.comparison.answer_shape import OF_THE_ORGANIZATION, misfit, shape_misfit
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import Object
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import BadAnswer, Call
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.transport import api_path


def expected(kind: ResourceKind, row: JsonObject, *parts: str) -> JsonObject:
    """The row from a GET of the path `parts`. Raises BadAnswer if it isn't an object of the kind."""
    if wrong := misfit(kind, row):
        name = row.get(kind.key) if kind.key else None
        raise _bad(parts, f"{kind.name} {name!r}: {wrong}" if isinstance(name, str) else f"{kind.name}: {wrong}")
    return row


def expected_shape(object_: Object, row: JsonObject, *parts: str) -> JsonObject:
    """Like `expected`, for objects that aren't resources. Raises BadAnswer."""
    if wrong := shape_misfit(object_, row):
        raise _bad(parts, wrong)
    return row


def whoami(reader: Reader) -> JsonObject:
    """The key's organization, with at least `lago_id` and `name`. Raises LagoError."""
    return expected_shape(OF_THE_ORGANIZATION, reader.one("organization", "organizations"), "organizations")


def _bad(parts: tuple[str, ...], wrong: str) -> BadAnswer:
    return BadAnswer(Call("GET", api_path(*parts)), f"an unexpected answer: {wrong}", status=200)
