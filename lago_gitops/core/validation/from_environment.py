"""Texts that a manifest takes from an environment variable: `webhook_url: {env: HARBOR_WEBHOOK_URL}`."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.types import Json, Many, Object, Text, TextMap, Type
from lago_gitops.core.validation.manifest import Manifest, Marks, Path, child_slots, reference

WORD = "env"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
RULE = "environment"


def _nothing(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Variables:
    """`text_of` has the text of an environment variable; None where it is not set, or is no text.

    Where they are `needed`, one that is not set is a problem; elsewhere the reference stands in for its text. `keys`
    open doors: their text has no place in Lago.
    """

    text_of: Callable[[str], str | None] = _nothing
    needed: bool = False
    keys: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        return None if name in self.keys else self.text_of(name)

    def wrong(self, name: str) -> tuple[str, str]:
        """What is wrong with a variable that has no text, and what helps."""
        if name in self.keys:
            return (
                f"the environment variable {name} holds an API key, which must not be sent to Lago as data",
                "name another variable",
            )
        return (
            f"the environment variable {name} is not set",
            f"set it: in your shell with `export {name}=…`, in a pipeline from a secret",
        )


def variable(value: Json) -> str | None:
    """The environment variable that a value refers to; None when it is no reference."""
    if not isinstance(value, dict) or value.keys() != {WORD}:
        return None
    name = value[WORD]
    return name if isinstance(name, str) and re.search(VARIABLE, name) and not name.endswith("\n") else None


def references(object_: Object, data: Mapping[str, Any]) -> dict[Path, str]:
    """The environment variables that texts of a manifest come from, by path. Its shape may be any."""
    return dict(_in_object((object_,), data, ()))


def completed(manifest: Manifest, object_: Object, variables: Variables) -> tuple[Manifest, tuple[Problem, ...]]:
    """The manifest with the texts of environment variables, and what is wrong with those."""
    names = references(object_, manifest.data)
    texts = {path: variables.text(name) for path, name in names.items()}
    missing = {path: name for path, name in names.items() if texts[path] is None}
    known = {path: reference(names[path]) if text is None else text for path, text in texts.items()}
    wrong = {path: name for path, name in missing.items() if variables.needed or name in variables.keys}
    problems = (Problem(manifest.mark(path), *variables.wrong(name), RULE) for path, name in wrong.items())
    whole = replace(with_texts(manifest, known), outside=names, unset=frozenset(missing)) if names else manifest
    return whole, tuple(problems)


def with_texts(manifest: Manifest, texts: Mapping[Path, Json]) -> Manifest:
    """The manifest with other values at some paths."""
    slots = array("Q")
    data = _Rebuilt(texts, manifest.marks.slots, slots).part(manifest.data, 0, ())
    return replace(manifest, data=data, marks=Marks(manifest.marks.sources, slots, manifest.marks.written))


def _in_object(objects: Sequence[Object], data: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    """`objects` are all that the data may be of: which of them is said by data that may be of no shape."""
    for name, value in data.items():
        types = (field.type for object_ in objects for field in object_.fields if name in (field.name, field.alias))
        for type_ in types:
            yield from _in_value(type_, value, (*path, name))


def _in_value(type_: Type, value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    match type_, value:
        case Text(choices=()), dict():
            yield from _named(path, value)
        case Many(), list():
            for index, item in enumerate(value):
                yield from _in_value(type_.item, item, (*path, index))
        case TextMap(), dict():
            for key, item in value.items():
                yield from _named((*path, key), item)
        case _, dict():
            yield from _in_object(tuple(objects_of(type_)), value, path)
        case _, list():
            objects = tuple(objects_of(type_))
            for index, item in enumerate(value):
                yield from _in_object(objects, item if isinstance(item, dict) else {}, (*path, index))
        case _:
            pass


def _named(path: Path, value: Json) -> Iterator[tuple[Path, str]]:
    name = variable(value)
    if name is not None:
        yield path, name


@dataclass(frozen=True, slots=True)
class _Rebuilt:
    """Data with other `values` at some paths; the slots of what is copied go from `old` to `new`."""

    values: Mapping[Path, Json]
    old: Sequence[int]
    new: "array[int]"

    def part(self, value: Json, slot: int, path: Path) -> Json:
        if path in self.values:
            return self._placed(self.values[path], slot)
        if not isinstance(value, dict | list):
            return self._placed(value, slot)
        start = len(self.new)
        self.new.extend((self.old[slot], 0) if self.old else ())
        parts = [(key, self.part(child, place, (*path, key))) for key, place, child in self._children(value, slot)]
        if self.old:
            self.new[start + 1] = len(self.new) - start
        return dict(parts) if isinstance(value, dict) else [part for _, part in parts]

    def _children(self, value: Json, slot: int) -> Iterable[tuple[str | int, int, Json]]:
        if self.old:
            return child_slots(value, slot, self.old)
        return ((key, 0, child) for key, child in (value.items() if isinstance(value, dict) else enumerate(value)))

    def _placed(self, value: Json, slot: int) -> Json:
        if self.old:
            self.new.append(self.old[slot])
        return value
