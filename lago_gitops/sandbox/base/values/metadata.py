"""Metadata of customers and invoices: entries with unique keys."""

from collections.abc import Callable

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.values.casts import assigned, blank, text
from lago_gitops.sandbox.base.world import World, new_id

LONGEST_KEY = 20


def listed(old: list[Doc], items: list[Doc], entry: Callable[[Doc | None, Doc], Doc]) -> list[Doc]:
    """Entries with a known id are changed, others created, and those not sent removed. Raises RefusedError."""
    known = {each["id"]: each for each in old}
    new = [entry(known.get(text(item.get("id")) or ""), item) for item in items]
    if len({each["key"] for each in new}) < len(new):
        raise invalid({"key": ["value_already_exist"]})
    return new


def written(world: World, old: Doc | None, item: Doc, longest_value: int) -> Doc:
    """The entry after the change. Raises RefusedError."""
    new = old or {"id": new_id(), "key": None, "value": None, "created_at": world.stamp()}
    new = new | assigned(item, {"key": text, "value": text})
    problems: Problems = {}
    for field, longest in (("key", LONGEST_KEY), ("value", longest_value)):
        if blank(new[field]):
            note(problems, field, "value_is_mandatory")
        elif len(new[field]) > longest:
            note(problems, field, "value_is_too_long")
    refuse_if_any(problems)
    return new
