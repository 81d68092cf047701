from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.types import (
    Exact,
    Field,
    Free,
    Integer,
    Keyed,
    Many,
    Object,
    Text,
    TextMap,
    Type,
    Variant,
)
from lago_gitops.core.validation.from_environment import (
    Variables,
    completed,
    references,
    variable,
    with_texts,
)
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.writer import write

X = {"env": "X"}
INNER = Object((Field("name", Text(), ""), Field("by", Text(choices=("a", "b")), "")))


def object_of(type_: Type) -> Object:
    return Object((Field("f", type_, "", alias="g"),))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (X, "X"),
        ({"env": "_a1"}, "_a1"),
        ({"env": "1a"}, None),
        ({"env": "a\n"}, None),
        ({"env": ""}, None),
        ({"env": 1}, None),
        ({"env": "X", "more": 1}, None),
        ({}, None),
        ("{env: X}", None),
        (["env"], None),
        (None, None),
    ],
)
def test_a_reference_is_a_map_with_the_name_of_a_variable(value: Any, name: str | None) -> None:
    assert variable(value) == name


@pytest.mark.parametrize(
    ("type_", "value", "found"),
    [
        (Text(), X, {("f",): "X"}),
        (Text(choices=("a",)), X, {}),
        (Text(), "a", {}),
        (Exact(), X, {}),
        (Integer(), X, {}),
        (Free(), X, {}),
        (Many(Text()), ["a", X], {("f", 1): "X"}),
        (Many(Text()), X, {}),
        (TextMap(9, 9, 9), {"a": X, "env": "X", "b": None}, {("f", "a"): "X"}),
        (TextMap(9, 9, 9), X, {}),
        (INNER, {"name": X, "by": X, "other": X}, {("f", "name"): "X"}),
        (Keyed(INNER, ("name",), str), [{"name": X}, 1, X, {"name": "a"}], {("f", 0, "name"): "X"}),
        (Keyed(INNER, ("name",), str), {"name": X}, {("f", "name"): "X"}),  # the schema says what is wrong with it
        (Variant("by", {"a": INNER, "b": INNER}), {"name": X}, {("f", "name"): "X"}),
    ],
)
def test_texts_of_any_depth_may_be_references_and_nothing_else_is_one(
    type_: Type, value: Any, found: dict[Any, str]
) -> None:
    assert references(object_of(type_), {"f": value}) == found


def test_an_older_name_is_as_good() -> None:
    assert references(object_of(Text()), {"g": X}) == {("g",): "X"}


def test_a_text_that_is_not_set_is_a_problem_where_it_is_needed() -> None:
    manifest = read_text("a.yaml", "kind: x\nf: {env: X}\n").manifests[0]
    wanted, fields = Variables(lambda _: None, needed=True), object_of(Text())

    found, problems = completed(manifest, fields, wanted)
    [said] = problems
    assert (str(said.mark), said.message) == ("a.yaml:2:1", "the environment variable X is not set")
    assert said.hint == "set it: in your shell with `export X=…`, in a pipeline from a secret"
    assert said.rule == "environment"
    assert (found.data["f"], found.unset, found.written(("f",))) == ("{env: X}", {("f",)}, "{env: X}")
    assert completed(manifest, fields, Variables()) == (found, ())


@pytest.mark.parametrize("needed", [True, False])
def test_the_text_of_an_api_key_is_never_what_a_manifest_says(needed: bool) -> None:
    manifest = Manifest("a.yaml", {"f": X})
    found, [said] = completed(manifest, object_of(Text()), Variables(str.lower, needed, frozenset({"X"})))
    assert (found.data, found.unset) == ({"f": "{env: X}"}, {("f",)})
    assert (said.message, said.hint) == (
        "the environment variable X holds an API key, which must not be sent to Lago as data",
        "name another variable",
    )


def test_a_text_that_is_set_is_what_the_manifest_says() -> None:
    manifest = read_text("a.yaml", "kind: x\nf: {env: X}\nz: 1\n").manifests[0]
    found, problems = completed(manifest, object_of(Text()), Variables(str.lower, needed=True))

    assert (found.data, problems, found.unset) == ({"kind": "x", "f": "x", "z": 1}, (), frozenset())
    assert str(found.mark(("z",))) == "a.yaml:3:1"


def test_a_manifest_without_references_stays_itself() -> None:
    manifest = Manifest("a.yaml", {"kind": "x", "f": "a"})

    assert completed(manifest, object_of(Text()), Variables())[0] is manifest


DATA = st.recursive(
    st.sampled_from(["a", 1, None]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, child in items for path in paths(child, (*at, key)))]


@given(st.dictionaries(st.sampled_from("abc"), DATA, min_size=1), st.data())
def test_other_texts_leave_all_else_what_and_where_it_is(data: dict[str, Any], draw: st.DataObject) -> None:
    manifest = read_text("a.yaml", write(data)).manifests[0]
    chosen = draw.draw(st.sampled_from(paths(data)[1:]))
    found = with_texts(manifest, {chosen: "new"})
    without_places = with_texts(Manifest("a.yaml", data), {chosen: "new"})

    assert without_places.data == found.data
    for path in paths(found.data):
        assert found.mark(path) == manifest.mark(path)
    value: Any = found.data
    for step in chosen:
        value = value[step]
    assert value == "new"
    assert len(paths(found.data)) == len(found.marks.slots) - sum(
        isinstance(_at(found.data, path), dict | list) for path in paths(found.data)
    )


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
