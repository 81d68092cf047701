from decimal import Decimal
from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.execution.body import FieldPlace, Writing, field_body, object_body, value_body
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Grants,
    Integer,
    Keyed,
    Many,
    Object,
    Reference,
    Sent,
    Text,
    Type,
    ValueSets,
    Variant,
)

IDS = {Address("node", "a"): "id of a"}
WRITING = Writing(Server(), IDS.__getitem__)


def field(name: str, type_: Type, **more: Any) -> Field:
    return Field(name, type_, "", **more)


def sent(type_: Type, value: Any, **place: Any) -> Any:
    return value_body(WRITING, type_, value, FieldPlace(**place))


@pytest.mark.parametrize(
    ("type_", "number", "body"),
    [
        (Exact(), Decimal("0.0020"), "0.002"),
        (Exact(), Decimal("1E+2"), "100"),
        (Exact(), "no number", "no number"),
        (Exact(sent=Sent.NUMBER), Decimal("10.0"), 10),
        (Exact(sent=Sent.NUMBER), Decimal("10.5"), Decimal("10.5")),
    ],
)
def test_prices_are_sent_as_text_and_bounds_as_numbers(type_: Exact, number: Any, body: Any) -> None:
    assert sent(type_, number) == body
    assert type(sent(type_, number)) is type(body)


def test_lists_are_sent_as_lists() -> None:
    assert sent(Many(Exact()), (Decimal("1.0"),)) == ["1"]


def test_value_sets_are_sent_in_the_order_that_lago_has() -> None:
    value = (("region", ("eu", "us")),)
    assert sent(ValueSets(), value) == {"region": ["eu", "us"]}
    assert sent(ValueSets(), value, like={"region": ["us", "eu", "us"]}) == {"region": ["us", "eu", "us"]}


def test_values_of_privileges_are_sent_as_text() -> None:
    assert sent(Grants("feature"), {"seats": {"max": 25, "beta": True}, "sso": {}}) == {
        "seats": {"max": "25", "beta": "true"},
        "sso": {},
    }


def test_other_values_are_sent_as_they_are() -> None:
    assert sent(Boolean(), False) is False


def test_a_reference_is_sent_as_the_id_where_lago_wants_that() -> None:
    by_id = field("node_code", Reference("node", sent_as="node_id"))
    assert field_body(WRITING, by_id, "a", FieldPlace()) == {"node_id": "id of a"}
    assert field_body(WRITING, by_id, None, FieldPlace()) == {"node_code": None}
    assert field_body(WRITING, field("node_code", Reference("node")), "a", FieldPlace()) == {"node_code": "a"}
    with pytest.raises(KeyError):
        field_body(WRITING, by_id, "b", FieldPlace())


def test_a_value_that_goes_is_sent_as_what_clears_it() -> None:
    assert field_body(WRITING, field("list", Many(Text()), clear=[]), None, FieldPlace()) == {"list": []}
    assert field_body(WRITING, field("text", Text()), None, FieldPlace()) == {"text": None}


def body(object_: Object, fields: dict[str, Any], server: Server = WRITING.server, **options: Any) -> dict[str, Any]:
    by_way = {(name,): value for name, value in options.items()}
    return object_body(Writing(server, IDS.__getitem__, by_way), object_, fields, FieldPlace())


def test_an_object_is_sent_with_every_field_that_is_there() -> None:
    object_ = Object((field("a", Integer()), field("b", Text()), field("c", Text())))
    assert body(object_, {"a": 1, "b": None}) == {"a": 1, "b": None}


def test_a_field_that_is_not_sent_empty_is_left_out_then() -> None:
    object_ = Object((field("a", Text(), sent_empty=False),))
    assert body(object_, {"a": None}) == {}
    assert body(object_, {"a": "x"}) == {"a": "x"}


def test_a_field_that_the_server_is_too_old_for_is_left_out() -> None:
    object_ = Object((field("a", Text(), since="1.40"),))
    assert body(object_, {"a": "x"}, Server((1, 39))) == {}
    assert body(object_, {"a": "x"}, Server((1, 40))) == {"a": "x"}


def test_how_to_write_is_sent_where_it_is_said() -> None:
    object_ = Object((field("now", Boolean(), write_only=True),))
    assert body(object_, {}) == {}
    assert body(object_, {}, now=True) == {"now": True}


ITEM = Object((field("code", Text()), field("sets", ValueSets()), field("now", Boolean(), write_only=True)))
ITEMS = Keyed(ITEM, ("code",), str)


def test_items_are_sent_in_the_order_of_the_manifest_with_what_lago_has_of_each() -> None:
    items = {code: {"code": code, "sets": (("k", ("x", "y")),)} for code in ("b", "a")}
    there = [{"code": "a", "sets": {"k": ["y", "x"]}}]
    writing = Writing(Server(), IDS.__getitem__, {("items", "b", "now"): True})
    assert value_body(writing, ITEMS, items, FieldPlace(("items",), like=there)) == [
        {"code": "b", "sets": {"k": ["x", "y"]}, "now": True},
        {"code": "a", "sets": {"k": ["y", "x"]}},
    ]


def test_tiers_are_sent_by_where_they_begin() -> None:
    tiers = Keyed(Object((field("from", Exact(sent=Sent.NUMBER)),)), ("from",), str)
    assert sent(tiers, {Decimal(n): {"from": Decimal(n)} for n in (10, 2)}) == [{"from": 2}, {"from": 10}]


OPTIONS = Object((field("shown", Boolean()),))
SHAPE = Variant(
    "sort",
    {
        "a": Object(
            (
                field("end", Exact(), required=True),
                field("least", Exact()),
                field(
                    "keys",
                    Many(Object((field("value", Text(), required=True), field("options", OPTIONS))), ordered=True),
                ),
                field("more", OPTIONS),
            )
        )
    },
)


def shape(**fields: Any) -> Any:
    around = Object((field("sort", Text()), field("shape", SHAPE)))
    return body(around, canonical(around, {"sort": "a", "shape": fields}))["shape"]


def test_prices_have_no_nulls_but_where_one_is_required() -> None:
    assert shape(end=None) == {"end": None}
    assert shape(end=1, least=2) == {"end": "1", "least": "2"}


def test_nor_have_the_objects_in_them() -> None:
    assert shape(end=1, keys=[{"value": "v"}], more={}) == {"end": "1", "keys": [{"value": "v"}], "more": {}}
    assert shape(end=1, keys=[{"value": "v", "options": {"shown": True}}])["keys"] == [
        {"value": "v", "options": {"shown": True}}
    ]


def test_the_items_of_a_list_without_keys_are_sent_whatever_lago_has_in_it() -> None:
    many = Many(Object((field("value", Text()),)), ordered=True)
    assert sent(many, ({"value": "a"},), like=[{"value": "b"}, {"value": "c"}]) == [{"value": "a"}]


def test_a_shape_of_no_known_case_is_sent_as_it_is() -> None:
    assert sent(SHAPE, {"z": None}, scope=({"sort": "odd"},)) == {"z": None}
