"""A small kind of resource, to state rules of the core by."""

from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.canonical import canonical, shaped
from lago_gitops.core.model.kind import Nested, ResourceKind
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live, Update
from lago_gitops.core.model.types import Boolean, Exact, Field, Integer, Keyed, Lock, Many, Object, Reference, Text


def field(name: str, type_: Any, **more: Any) -> Field:
    return Field(name, type_, "Doc.", **more)


PART = Object(
    (
        field("code", Text(), required=True),
        field("of", Reference("node", sent_as="node_id"), lock=Lock.REPLACE),
        field("price", Exact()),
        field("at_once", Boolean(), write_only=True),
    )
)
NODE = ResourceKind(
    name="node",
    collection="nodes",
    doc="A node.",
    nested=(Nested("parts", "part", since="1.39"),),
    always_sent=("size",),
    fields=(
        field("code", Text(), required=True, lock=Lock.IN_USE),
        field("name", Text()),
        field("size", Integer(), default=1),
        field("to", Many(Reference("node")), default=[], clear=[]),
        field(
            "parts",
            Keyed(PART, ("code",), lambda item: str(item["code"]), ("of", "price"), "1.39"),
            default=[],
            clear=[],
        ),
        field("newer", Text(), since="1.50"),
        field(
            "values",
            Keyed(Object((field("key", Text()), field("values", Many(Text())))), ("key",), lambda item: item["key"]),
            default=[],
            clear=[],
            grows_first=True,
        ),
        field("cascade", Boolean(), write_only=True),
    ),
)
KINDS = {"node": NODE}


def address(code: str) -> Address:
    return Address("node", code)


def node(code: str, *to: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "to": list(to), **more}


def desired(data: dict[str, Any], **more: Any) -> Desired:
    return Desired(address(data["code"]), canonical(NODE.object, data), Mark(f"{data['code']}.yaml"), **more)


def tombstone(code: str, **more: Any) -> Desired:
    return Desired(address(code), {}, Mark(f"{code}.yaml"), absent=True, **more)


def live(data: dict[str, Any], **more: Any) -> Live:
    form = shaped(NODE.object, data)
    ids = {("parts", part["code"]): f"id of {part['code']}" for part in data.get("parts") or ()}
    return Live(address(data["code"]), f"id of {data['code']}", canonical(NODE.object, form), form, ids, **more)


def create(data: dict[str, Any]) -> Create:
    return Create(desired(data))


def update(before: dict[str, Any], after: dict[str, Any], **more: Any) -> Update:
    wanted, found = desired(after, **more), live(before)
    return Update(wanted, found, field_changes(NODE.object, found.fields, wanted.fields))


def delete(data: dict[str, Any]) -> Delete:
    return Delete(tombstone(data["code"]), live(data))
