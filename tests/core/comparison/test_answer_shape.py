"""Answers of a shape that Lago does not give are told before anything looks at them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.comparison.answer_shape import DEEPEST, ROW, misfit, shape_misfit
from lago_gitops.core.comparison.live import live
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import (
    Free,
    Grants,
    Moment,
    Object,
    Text,
    TextMap,
    ValueSets,
    Variant,
)
from lago_gitops.kinds import KINDS
from tests.core.kinds import NODE, field, node
from tests.organizations import NAMES, recorded

RAW = Object((field("text", Text()),))
SHAPES = Object(
    (
        field("when", Moment()),
        field("texts", TextMap(max_keys=2, max_key_length=9, max_value_length=9)),
        field("sets", ValueSets()),
        field("grants", Grants("feature")),
        field("free", Free()),
        field("end", Text(), required=True, null_means="no end"),
        field("by", Text()),
        field("shape", Variant("by", {"round": Object((field("radius", Text(), required=True),))})),
        field(
            "seen",
            Text(),
            read=lambda answer: answer["raw"]["text"],
            answered=(field("raw", Object((field("text", Text()),))),),
        ),
    )
)


def wrong(**fields: Any) -> str:
    return shape_misfit(SHAPES, {"end": None, **fields})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (node("a", name="n", size="3", parts=[{"code": "p", "of": "b", "price": "any text"}]), ""),
        (node("a", size=Decimal("2.0"), foreign=[1], cascade="not read", newer=None), ""),
        ({"name": "n"}, "code is missing, not text"),
        (node("a") | {"code": None}, "code is null, not text"),
        (node(""), "code is empty"),
        (node("a", name=1), "name is a number, not text"),
        (node("a", name=True), "name is true or false, not text"),
        (node("a", size=1.5), "size is a number, not a whole number"),
        (node("a", size="many"), "size is text, not a whole number"),
        (node("a") | {"to": "b"}, "to is text, not a list"),
        (node("a") | {"to": ["b", None]}, "to[1] is null, not text"),
        (node("a", parts={}), "parts is an object, not a list"),
        (node("a", parts=["p"]), "parts[0] is text, not an object"),
        (node("a", parts=[{"code": "p"}, {"code": "q", "price": []}]), "parts[1].price is a list, not a number"),
        (node("a", parts=[{"of": "b"}]), "parts[0].lago_id is missing, not text"),
        (node("a", parts=[{"of": "b", "lago_id": "1", "created_at": "2026"}]), ""),
        (node("a", parts=[{"of": "b", "lago_id": "1", "created_at": None}]), "parts[0].created_at is null, not text"),
        (
            node("a", parts=[{"code": "p"}, {"code": "q"}, {"code": "p"}]),
            "parts[2].code is there twice, not a code of its own",
        ),
        (node("a", values=[{"key": "k"}, {"key": "k"}]), ""),
        (node("a", lago_id=7), "lago_id is a number, not text"),
        (None, "it is null, not an object"),
        ([], "it is a list, not an object"),
    ],
)
def test_the_first_thing_wrong_is_named_with_its_place(answer: Any, words: str) -> None:
    assert misfit(NODE, answer) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {
                "when": "2026-01-01",
                "texts": {"a": None, "b": "c"},
                "sets": {"k": ["v"]},
                "grants": {"f": 1},
                "free": {},
            },
            "",
        ),
        ({"when": 5}, "when is a number, not text"),
        ({"texts": {"a": 1}}, "texts.a is a number, not text"),
        ({"texts": []}, "texts is a list, not an object"),
        ({"sets": {"k": "v"}}, "sets.k is text, not a list"),
        ({"sets": {"k": [[]]}}, "sets.k[0] is a list, not text"),
        ({"grants": "f"}, "grants is text, not an object"),
        ({"free": []}, "free is a list, not an object"),
        ({"by": "round", "shape": {}}, "shape.radius is missing, not text"),
        ({"by": "square", "shape": {}}, ""),
        ({"shape": 1}, "shape is a number, not an object"),
        ({"raw": {"text": 1}}, "raw.text is a number, not text"),
        ({"seen": 1}, ""),
    ],
)
def test_each_type_has_a_shape_of_its_own(fields: Mapping[str, Any], words: str) -> None:
    assert wrong(**fields) == words


def nested(levels: int) -> Any:
    return {"a": nested(levels - 1)} if levels else []


def test_somebody_elses_json_may_be_deep_but_not_without_end() -> None:
    assert wrong(free=nested(DEEPEST - 1)) == ""
    assert wrong(free=nested(DEEPEST)) == f"free is nested too deeply, not at most {DEEPEST} levels"


def test_a_row_that_is_only_counted_needs_its_age_alone() -> None:
    assert shape_misfit(ROW, {"created_at": "2026-01-01T00:00:00Z", "lago_id": 1}) == ""
    assert shape_misfit(ROW, {}) == "created_at is missing, not text"


def test_an_organization_has_an_id_and_a_name_whatever_else() -> None:
    organization = KINDS["organization"]

    assert misfit(organization, {"lago_id": "o", "name": "O"}) == ""
    assert misfit(organization, {"lago_id": "o"}) == "name is missing, not text"


def rows(kind: ResourceKind, answers: Mapping[str, Any]) -> list[Any]:
    found = [row for body in answers.values() for row in body.get(kind.collection, ()) if kind.key]
    return [*found, *(body[kind.name] for body in answers.values() if kind.name in body)]


@pytest.mark.parametrize("name", NAMES)
def test_what_lago_answered_fits(name: str) -> None:
    answers = recorded(name)
    found = [misfit(kind, row) for kind in KINDS.values() for row in rows(kind, answers)]

    assert len(found) > 30
    assert set(found) == {""}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("code", "lago_id", "a")), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_what_fits_can_be_made_a_value(name: str, data: st.DataObject) -> None:
    """Any other value in the place of any that a real Lago answered either is told, or does no harm."""
    kind = KINDS[name]
    row = data.draw(st.sampled_from(rows(kind, recorded("price_list"))))
    changed = {**row, data.draw(st.sampled_from(sorted(row))): data.draw(JSON)}
    if not misfit(kind, changed):
        live(kind, changed)
