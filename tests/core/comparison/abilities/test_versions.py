from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.abilities.versions import known_to, unknown_to
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.types import Field, Integer, Keyed, Object, Text, Variant
from lago_gitops.kinds import KINDS

PLAN = KINDS["plan"].object
FIELDS = canonical(
    PLAN,
    {
        "code": "p",
        "metadata": {"team": "a"},
        "minimum_commitment": {"amount_cents": 5},
        "charges": [
            {
                "code": "c",
                "billable_metric_code": "m",
                "charge_model": "standard",
                "accepts_target_wallet": True,
                "properties": {"amount": "1", "presentation_group_keys": [{"value": "region"}]},
                "filters": [{"values": {"a": ["b"]}, "properties": {"amount": "2"}}],
            }
        ],
    },
)


def test_the_newest_server_knows_everything() -> None:
    assert known_to(Server(), PLAN, FIELDS) == FIELDS
    assert list(unknown_to(Server(), PLAN, FIELDS)) == []


def test_what_came_later_is_left_out_at_any_depth_and_named() -> None:
    old = Server((1, 38))
    known = known_to(old, PLAN, FIELDS)

    assert "metadata" not in known
    assert "accepts_target_wallet" not in known["charges"]["c"]
    assert "presentation_group_keys" not in known["charges"]["c"]["properties"]
    assert known["charges"]["c"]["filters"] == FIELDS["charges"]["c"]["filters"]
    assert [(field.name, field.since) for field in unknown_to(old, PLAN, FIELDS)] == [
        ("metadata", "1.39"),
        ("charges.c.accepts_target_wallet", "1.42"),
        ("charges.c.presentation_group_keys", "1.45"),
    ]


def test_what_says_nothing_is_not_missed() -> None:
    assert list(unknown_to(Server((1, 38)), PLAN, canonical(PLAN, {"code": "p"}))) == []


def field(name: str, type_: Any, **more: Any) -> Field:
    return Field(name, type_, "", **more)


PART = Object(
    (
        field("code", Text()),
        field("late", Text(), since="1.40"),
        field("limit", Integer(), licence=True, default=1),
        field("mine", Text(), licence=True, only_if_given=True),
        field("note", Text(), only_if_given=True),
    )
)
SHAPE = Variant("sort", {"a": PART, "b": Object(())})
THING = Object(
    (
        field("sort", Text()),
        field("parts", Keyed(PART, ("code",), lambda item: str(item["code"]))),
        field("deep", Object((field("shape", SHAPE),))),
    )
)
WHOLE = {"code": "x", "late": "l", "limit": 5, "mine": "m", "note": "n"}


def thing(part: dict[str, Any]) -> dict[str, Any]:
    return {"sort": "a", "parts": {"x": part}, "deep": {"shape": part}}


@pytest.mark.parametrize(
    ("server", "known"),
    [
        (Server(licence=True), WHOLE),
        (Server(licence=None), WHOLE),
        (Server(licence=False), {"code": "x", "late": "l", "limit": 1, "note": "n"}),
        (Server((1, 39)), {"code": "x", "limit": 5, "mine": "m", "note": "n"}),
        (Server((1, 39), licence=False), {"code": "x", "limit": 1, "note": "n"}),
    ],
)
def test_a_server_knows_what_came_before_it_and_without_a_licence_its_defaults(server: Server, known: Any) -> None:
    assert known_to(server, PART, WHOLE) == known
    assert known_to(server, THING, thing(WHOLE)) == thing(known)


def test_what_is_not_there_has_no_inside() -> None:
    nothing = {"sort": "a", "parts": None, "deep": None}
    old = Server((1, 39), licence=False)
    assert known_to(old, THING, nothing) == nothing
    assert list(unknown_to(old, THING, nothing)) == []
    assert known_to(old, PART, {"code": "x"}) == {"code": "x"}


def test_what_is_unknown_is_named_by_its_path_and_a_shape_has_no_step_of_its_own() -> None:
    found = [one.name for one in unknown_to(Server((1, 39)), THING, thing(WHOLE))]
    assert found == ["parts.x.late", "deep.late"]
