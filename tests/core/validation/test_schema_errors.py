"""What is said of a document that does not fit its schema."""

from array import array
from decimal import Decimal
from typing import Any

import pytest

from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Integer,
    Keyed,
    Many,
    Object,
    Reference,
    Text,
    TextMap,
    Type,
    ValueSets,
)
from lago_gitops.core.validation.manifest import LINE_SHIFT, Manifest, Marks
from lago_gitops.core.validation.schema import kind_schema
from lago_gitops.core.validation.schema_errors import Shape, Shapes
from lago_gitops.manifests.reading.reader import read_text


def field(name: str, type_: Type, **more: Any) -> Field:
    return Field(name, type_, "Doc.", **more)


ITEM = Object((field("code", Text(), required=True), field("node_code", Reference("node", sent_as="node_id"))))
NODE = ResourceKind(
    name="node",
    collection="nodes",
    doc="A node.",
    fields=(
        field("code", Text(forbidden=("..",)), required=True),
        field("sort", Text(choices=("small", "large"))),
        field("zip", Text(pattern="^[0-9]+$", hint="digits only")),
        field("many", Text(choices=tuple(f"choice {number}" for number in range(21)))),
        field("plain", Text(pattern="^[a-z]+$")),
        field("short", Text(max_length=2)),
        field("word", Text(pattern=NOT_BLANK)),
        field("price", Exact()),
        field("share", Exact(minimum=None, above=Decimal(0))),
        field("amount_cents", Integer(minimum=0, maximum=9)),
        field("size", Integer()),
        field("on", Boolean()),
        field("items", Keyed(ITEM, ("code",), str)),
        field("labels", TextMap(1, 3, 3)),
        field("values", ValueSets()),
        field("words", Many(Text()), not_called=("rows",)),
        field("terms", Object((field("grace_period", Integer()),))),
    ),
)
SHAPES = Shapes([NODE])


def said(**data: Any) -> list[str]:
    manifest = Manifest("n.yaml", {"kind": "node", "code": "n", **data})
    return [str(problem).removeprefix("n.yaml:1:1: ") for problem in SHAPES.problems(manifest)]


def test_nothing_is_said_of_what_fits() -> None:
    assert said(sort="small", price="0.5", size=Decimal("5.0"), items=[{"code": "a"}]) == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"code": None}, "code is null, not text (give it a value, or leave the line out where the field is optional)"),
        ({"code": 123}, 'code is 123, not text (put it in quotes: "123")'),
        ({"code": True}, 'code is true, not text (put it in quotes: "true")'),
        ({"code": ".."}, "code can't be '..' (no request could name it)"),
        ({"sort": "smal"}, "sort can't be 'smal' (did you mean 'small'?)"),
        ({"sort": 7}, "sort can't be 7 (one of small, large)"),
        ({"zip": "12a"}, "zip can't be '12a' (digits only)"),
        ({"zip": "12\n"}, "zip can't be '12\\n' (digits only)"),
        ({"plain": "A"}, "plain can't be 'A' (it must match ^[a-z]+$)"),
        ({"word": " "}, "word can't be ' ' (text that is not blank)"),
        ({"plain": "A" * 100}, f"plain can't be '{'A' * 76}…' (it must match ^[a-z]+$)"),
        ({"short": "abc"}, "short has 3 characters, more than 2 (shorten it)"),
        ({"sort": "LARGE"}, "sort can't be 'LARGE' (did you mean 'large'?)"),
        ({"many": "x"}, "many can't be 'x' (the schema lists all 21 values)"),
        ({"labels": {"a": "b", "c": "d"}}, "labels has 2 keys, more than 1"),
        ({"labels": {"long": "b"}}, "a key of labels has 4 characters, more than 3 (shorten it)"),
        ({"labels": {"a": "long"}}, "a has 4 characters, more than 3 (shorten it)"),
        ({"price": -1}, "price is -1, less than 0"),
        ({"price": "-1"}, "price can't be '-1' (a plain decimal number such as 0.25, at most 15 digits before the "
                          "point: no sign, exponent or blanks)"),
        ({"price": [1]}, "price is a list, not text or a number or null (write a single text; quote it if it "
                         "contains any of : # [ ] { })"),
        ({"share": 0}, "share is 0, not above 0"),
        ({"amount_cents": 10}, "amount_cents is 10, more than 9"),
        ({"amount_cents": Decimal("0.5")},
         "amount_cents is 0.5, not a whole number or null (cents have no fraction: Lago would cut it off)"),
        ({"size": Decimal("0.5")}, "size is 0.5, not a whole number or null (no fraction here)"),
        ({"size": "5"}, "size is '5', not a whole number or null (write the number without quotes)"),
        ({"size": True}, "size is true, not a whole number or null"),
        ({"on": "yes"}, "on is 'yes', not true or false or null (write true or false, without quotes)"),
        ({"items": {}}, "items is a map, not a list or null (write a list: [first, second], or a line with a dash for "
                        "each)"),
        ({"items": ["a"]}, "items[0] is 'a', not a map (write a map: a line `key: value` for each, indented)"),
        ({"values": {}}, "values is empty"),
        ({"values": {"a": []}}, "a is empty"),
        ({"labels": {"a": 1}}, 'a is 1, not text or null (put it in quotes: "1")'),
        ({"words": ["a", None]},
         "words[1] is null, not text (give it a value, or leave the line out where the field is optional)"),
        ({"state": "gone"}, "state can't be 'gone' (one of present, absent)"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit(data: dict[str, Any], problem: str) -> None:
    assert said(**data) == [problem]


def test_a_kind_of_another_schema() -> None:
    [problem] = Shape(kind_schema(NODE), {}).problems(Manifest("n.yaml", {"kind": "edge", "code": "n"}))
    assert problem.message == "kind must be 'node', not 'edge'"


def test_a_field_that_is_missing_is_asked_for_where_it_is_missing() -> None:
    assert said(items=[{}]) == ["code is missing in items[0] (add code)"]
    [problem] = SHAPES.problems(Manifest("n.yaml", {"kind": "node"}))
    assert (problem.message, problem.hint) == ("code is missing", "add code")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lago_id", "Lago sets it; leave it out"),
        ("rows", "manifests name the codes only: words"),
        ("sortt", "did you mean 'sort'?"),
        ("grace_period", "it belongs in terms"),
    ],
)
def test_a_field_that_there_is_not(name: str, hint: str) -> None:
    assert said(**{name: 1}) == [f"there is no field {name!r} here ({hint})"]


@pytest.mark.parametrize("name", ["created_at", "updated_at", "parent_id", "pending_deletion", "terminated_at"])
def test_what_lago_sets_is_no_field(name: str) -> None:
    assert said(**{name: 1}) == [f"there is no field {name!r} here (Lago sets it; leave it out)"]


def test_a_field_that_is_like_no_other_gets_a_list_of_those_there_are() -> None:
    assert said(items=[{"code": "a", "qqq": 1}]) == ["there is no field 'qqq' here (fields here: code, node_code)"]


def test_an_id_is_not_how_manifests_refer() -> None:
    assert said(items=[{"code": "a", "node_id": "1"}]) == [
        "there is no field 'node_id' here (manifests refer by code: node_code)"
    ]


def test_places_of_the_users_own_are_at_the_top_only() -> None:
    assert said(**{"x-mine": {"anything": 1}}) == []
    assert said(items=[{"code": "a", "x-mine": 1}]) == [
        "there is no field 'x-mine' here (fields here: code, node_code)"
    ]


def test_problems_come_in_order_of_place_each_once() -> None:
    data = {"kind": "node", "size": "b", "on": 1, "code": "n"}
    slots = array("Q", [0, 6, 0, 9 << LINE_SHIFT, 3 << LINE_SHIFT, 4 << LINE_SHIFT])
    problems = list(SHAPES.problems(Manifest("n.yaml", data, Marks(("n.yaml",), slots))))
    assert [(problem.mark.line, problem.message[:4]) for problem in problems] == [(4, "on i"), (10, "size")]


def test_of_a_rule_without_words_of_its_own_the_value_is_not_shown() -> None:
    [problem] = Shape({"minProperties": 1, "maxProperties": 1, "dependentRequired": {"a": ["b"]}}, {}).problems(
        Manifest("n.yaml", {"a": "secret"})
    )
    assert problem.message == "the document doesn't fit: dependentRequired"


@pytest.mark.parametrize("text", ["0x10", "0o17", "12e5", "+7", ".5", "TRUE", "-0"])
def test_what_has_to_be_quoted_is_quoted_as_it_was_written(text: str) -> None:
    [manifest] = read_text("n.yaml", f"kind: node\ncode: {text}\nwords: [{text}]\n").manifests
    assert [problem.hint for problem in SHAPES.problems(manifest)] == [f'put it in quotes: "{text}"'] * 2
