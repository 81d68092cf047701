"""The smallest request that still is all or nothing, and never one that resets what it leaves out."""

from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.execution.body import Writing
from lago_gitops.core.execution.requests import Request, Step, after_create, create, delete, path_of
from lago_gitops.core.execution.requests import update as steps_of
from lago_gitops.core.model.canonical import canonical, shaped
from lago_gitops.core.model.kind import Apart, Nested, PathBy, ResourceKind
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Desired, Live, Update
from lago_gitops.core.model.types import Field, Grants, Keyed, Object, Text
from lago_gitops.kinds.organization import ORGANIZATION
from lago_gitops.kinds.plan.table import PLAN
from tests.core.kinds import NODE, desired, live, node, update
from tests.kinds.effects import update as changed
from tests.kinds.forms import PLAN as FORM

NEW = Server()


def writing(server: Server = NEW, options: Any = ()) -> Writing:
    return Writing(server, lambda address: f"id of {address.key}", dict(options))


def sent(before: dict[str, Any], after: dict[str, Any], server: Server = NEW, options: Any = ()) -> list[Any]:
    steps = steps_of(NODE, update(before, after, options=dict(options)), writing(server, options))
    return [(r.method, "/".join(r.parts), r.body, r.part is None) for r in requests(steps)]


def requests(steps: tuple[Step, ...]) -> list[Request]:
    return [step.request for step in steps]


def part(code: str, price: Any = 1, of: str = "b") -> dict[str, Any]:
    return {"code": code, "of": of, "price": price}


def body(code: str, price: str = "1", of: str = "b") -> dict[str, Any]:
    return {"code": code, "node_id": f"id of {of}", "price": price}


# Creates and deletes ----------------------------------------------------------------------------------------------


def test_a_create_sends_what_has_a_value() -> None:
    found = create(NODE, desired(node("a", "b", name="", parts=[part("p")])), writing())
    assert (found.method, found.parts) == ("POST", ("nodes",))
    assert found.body == {"node": {"code": "a", "size": 1, "to": ["b"], "parts": [body("p")]}}


def test_a_body_is_made_when_it_is_asked_for() -> None:
    asked: list[Address] = []
    noting = Writing(NEW, lambda address: asked.append(address) or address.key)  # type: ignore[func-returns-value]
    steps = steps_of(NODE, update(node("a", parts=[part("p")]), node("a", size=2, parts=[part("p", price=2)])), noting)
    assert (len(steps), asked) == (1, [])
    assert steps[0].request.body["node"]["size"] == 2
    assert asked == [Address("node", "b")]


def test_how_to_write_goes_along() -> None:
    wanted = desired(node("a"), options={("cascade",): True})
    assert create(NODE, wanted, writing()).body["node"]["cascade"] is True


def test_a_delete_names_the_code_that_the_object_has_now() -> None:
    assert delete(NODE, live(node("a/b"))) == Request("DELETE", ("nodes", "a/b"))


def test_some_are_named_by_their_id_and_one_by_nothing() -> None:
    by_id = ResourceKind("hook", "hooks", "", (), path_by=PathBy.ID)
    assert path_of(by_id, live(node("a"))) == ("hooks", "id of a")
    assert path_of(ORGANIZATION, live(node("a"))) == ("organizations",)


# Fields of the object itself --------------------------------------------------------------------------------------


def test_an_update_sends_what_changes_and_what_would_be_reset() -> None:
    assert sent(node("a", name="x", size=3), node("a", "b", size=3)) == [
        ("PUT", "nodes/a", {"node": {"name": None, "size": 3, "to": ["b"]}}, True)
    ]


def test_a_rename_goes_to_the_old_code() -> None:
    assert sent(node("old"), node("new")) == [("PUT", "nodes/old", {"node": {"code": "new", "size": 1}}, True)]


def test_a_list_that_goes_is_sent_empty() -> None:
    assert sent(node("a", "b"), node("a")) == [("PUT", "nodes/a", {"node": {"size": 1, "to": []}}, True)]


# Nested items -----------------------------------------------------------------------------------------------------


def test_one_item_that_changes_goes_to_its_own_endpoint_with_all_its_fields() -> None:
    before, after = node("a", parts=[part("p"), part("q")]), node("a", parts=[part("p", 2), part("q")])
    assert sent(before, after) == [("PUT", "nodes/a/parts/p", {"part": body("p", "2")}, False)]


def test_one_item_that_comes_or_goes_does_so_at_its_own_endpoint() -> None:
    one, two = node("a", parts=[part("p")]), node("a", parts=[part("p"), part("q")])
    assert sent(one, two) == [("POST", "nodes/a/parts", {"part": body("q")}, False)]
    assert sent(two, one) == [("DELETE", "nodes/a/parts/q", None, False)]


def test_one_item_that_is_replaced_goes_before_it_comes_again() -> None:
    before, after = node("a", parts=[part("p")]), node("a", parts=[part("p", of="c")])
    assert sent(before, after) == [
        ("DELETE", "nodes/a/parts/p", None, False),
        ("POST", "nodes/a/parts", {"part": body("p", of="c")}, False),
    ]


def test_how_to_write_goes_along_with_items_in_a_query_where_there_is_no_body() -> None:
    options = {("cascade",): True, ("parts", "p", "at_once"): True}
    one, none = node("a", parts=[part("p", 2)]), node("a")
    [(*_, changed, _)] = sent(node("a", parts=[part("p")]), one, options=options)
    assert changed == {"part": body("p", "2") | {"at_once": True, "cascade": True}}
    [step] = steps_of(NODE, update(one, none, options=options), writing())
    assert step.request.params == {"part[cascade]": "true"}


def test_more_than_one_item_is_one_update_of_the_object_with_all_items_and_their_ids() -> None:
    before = node("a", parts=[part("p"), part("q"), part("r")])
    after = node("a", parts=[part("p", 2), part("q"), part("s")])
    assert sent(before, after) == [
        ("PUT", "nodes/a", {"node": {"size": 1, "parts": [
            {"id": "id of p", **body("p", "2")}, {"id": "id of q", **body("q")}, body("s")
        ]}}, True)
    ]  # fmt: skip


def test_an_item_beside_a_field_of_the_object_is_one_update_too() -> None:
    before, after = node("a", parts=[part("p")]), node("a", name="x", parts=[])
    assert sent(before, after) == [("PUT", "nodes/a", {"node": {"name": "x", "size": 1, "parts": []}}, True)]


def test_of_more_items_those_that_are_replaced_are_deleted_before() -> None:
    before = node("a", parts=[part("p"), part("q")])
    after = node("a", parts=[part("p", of="c"), part("q", 2)])
    assert sent(before, after) == [
        ("DELETE", "nodes/a/parts/p", None, False),
        ("PUT", "nodes/a", {"node": {"size": 1, "parts": [
            body("p", of="c"), {"id": "id of q", **body("q", "2")}
        ]}}, True),
    ]  # fmt: skip


def test_an_old_server_has_no_endpoints_for_items() -> None:
    before, after = node("a", parts=[part("p")]), node("a", parts=[part("p", of="c")])
    assert sent(before, after, Server((1, 38))) == [
        ("PUT", "nodes/a", {"node": {"size": 1, "parts": [body("p", of="c")]}}, True)
    ]


def test_every_step_says_what_the_object_is_like_afterwards() -> None:
    before, after = node("a", parts=[part("p"), part("q")]), node("a", parts=[part("p", of="c"), part("q", 2)])
    change = update(before, after)
    gone, whole = steps_of(NODE, change, writing())
    assert list(gone.after["parts"]) == ["q"]
    assert whole.after == change.desired.fields
    [added] = steps_of(NODE, update(node("a"), node("a", parts=[part("p")])), writing())
    assert added.after == desired(node("a", parts=[part("p")])).fields


# Items that an update merges --------------------------------------------------------------------------------------

MERGING = ResourceKind(
    name="list",
    collection="lists",
    doc="",
    nested=(Nested("parts", "part", merges=True),),
    fields=(
        Field("code", Text(), ""),
        Field(
            "parts",
            Keyed(Object((Field("code", Text(), ""), Field("name", Text(), ""))), ("code",), str),
            "",
            default=[],
        ),
    ),
)


def of(kind: ResourceKind, before: dict[str, Any], after: dict[str, Any]) -> Update:
    form, address = shaped(kind.object, before), Address(kind.name, before["code"])
    there = Live(address, "1", canonical(kind.object, form), form)
    wanted = Desired(address, canonical(kind.object, after), Mark("m"))
    return Update(wanted, there, field_changes(kind.object, there.fields, wanted.fields))


def test_merged_items_that_only_go_are_not_sent_with_the_object() -> None:
    before = {"code": "l", "parts": [{"code": "a"}]}
    found = requests(steps_of(MERGING, of(MERGING, before, {"code": "m", "parts": []}), writing()))
    assert [(one.method, one.body) for one in found] == [("DELETE", None), ("PUT", {"list": {"code": "m"}})]


def merged(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[tuple[str, str, Any]]:
    change = of(MERGING, {"code": "l", "parts": before}, {"code": "l", "parts": after})
    return [(r.method, "/".join(r.parts), r.body) for r in requests(steps_of(MERGING, change, writing()))]


def test_merged_items_are_sent_with_the_object_without_those_that_stay() -> None:
    a, b = {"code": "a"}, {"code": "b"}
    assert merged([a], [a, b]) == [("PUT", "lists/l", {"list": {"parts": [{"code": "b", "name": None}]}})]


def test_merged_items_that_go_are_deleted_one_by_one() -> None:
    a, b = {"code": "a"}, {"code": "b"}
    assert merged([a, b], []) == [("DELETE", "lists/l/parts/a", None), ("DELETE", "lists/l/parts/b", None)]


# What has an endpoint apart ---------------------------------------------------------------------------------------

GRANTING = ResourceKind(
    name="plan",
    collection="plans",
    doc="",
    apart=(Apart("entitlements", "privileges"),),
    fields=(
        Field("code", Text(), ""),
        Field("name", Text(), ""),
        Field("late", Text(), "", after_create=True),
        Field("entitlements", Grants("feature"), "", default={}),
    ),
)


def granted(before: dict[str, Any], after: dict[str, Any], **fields: Any) -> list[tuple[str, str, Any]]:
    change = of(GRANTING, {"code": "p", "entitlements": before}, {"code": "p", "entitlements": after, **fields})
    return [(r.method, "/".join(r.parts), r.body) for r in requests(steps_of(GRANTING, change, writing()))]


def test_what_is_apart_is_sent_whole_to_its_own_endpoint() -> None:
    assert granted({}, {"a": {"max": 1}, "b": {}}) == [
        ("POST", "plans/p/entitlements", {"entitlements": {"a": {"max": "1"}, "b": {}}})
    ]


def test_beside_fields_of_the_object_it_comes_after() -> None:
    assert [method for method, *_ in granted({}, {"a": {}}, name="n")] == ["PUT", "POST"]


def test_parts_of_an_item_that_is_left_without_any_are_deleted_one_by_one() -> None:
    assert granted({"a": {"x": 1, "y": 2}}, {"a": {}}) == [
        ("DELETE", "plans/p/entitlements/a/privileges/x", None),
        ("DELETE", "plans/p/entitlements/a/privileges/y", None),
    ]
    assert granted({"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}) == [
        ("POST", "plans/p/entitlements", {"entitlements": {"a": {"x": "1"}}})
    ]


def test_what_a_create_can_not_carry_is_left_for_an_update() -> None:
    data = {"code": "p", "name": "n", "late": "l", "entitlements": {"a": {}}}
    change = of(GRANTING, {"code": "p"}, data)
    assert create(GRANTING, change.desired, writing()).body == {"plan": {"code": "p", "name": "n"}}
    left = after_create(GRANTING, change)
    assert left is not None
    assert [one.where for one in left.fields] == ["late", "entitlements.a"]
    assert after_create(GRANTING, of(GRANTING, {"code": "p"}, {"code": "p", "name": "n"})) is None


# The table of plans -----------------------------------------------------------------------------------------------


BARE = {"code": "p", "name": "P", "interval": "yearly", "amount_cents": 0, "amount_currency": "EUR",
        "pay_in_advance": False, "bill_charges_monthly": True}  # fmt: skip


# recorded: pl-yearly-put-name
def test_an_update_of_a_plan_never_takes_its_flags_away_nor_touches_its_lists() -> None:
    [step] = steps_of(PLAN, of(PLAN, BARE, {**BARE, "name": "Q"}), writing())
    assert step.request.body == {
        "plan": {"name": "Q", "interval": "yearly", "bill_charges_monthly": True, "bill_fixed_charges_monthly": False}
    }


def test_a_minimum_that_goes_is_sent_as_an_empty_object() -> None:
    before = {**BARE, "minimum_commitment": {"amount_cents": 5}}
    [step] = steps_of(PLAN, of(PLAN, before, BARE), writing())
    assert step.request.body["plan"]["minimum_commitment"] == {}


# What each step leaves --------------------------------------------------------------------------------------------


def test_after_its_last_step_an_object_is_as_wanted_and_after_the_others_in_between() -> None:
    entitled = {**FORM, "entitlements": {"seats": {"max": 1}, "sso": {"a": 1, "b": 2}}}
    change = changed(entitled, name="N", entitlements={"seats": {"max": 2}, "sso": {}})
    steps = steps_of(PLAN, change, writing())
    assert [(one.request.method, isinstance(one.request.part, Apart)) for one in steps] == [
        ("PUT", False),
        ("DELETE", True),
        ("DELETE", True),
        ("POST", True),
    ]
    assert [one.after["entitlements"]["sso"] for one in steps] == [{"a": 1, "b": 2}, {"b": 2}, {}, {}]
    assert {one.after["name"] for one in steps} == {"N"}
    assert steps[-1].after == change.desired.fields


def test_one_item_that_changes_leaves_the_others_as_they_are() -> None:
    parts = [part("p"), part("q")]
    for after in ([part("p"), part("q", price=2)], [*parts, part("r")], [part("p")], [part("p"), part("q", of="c")]):
        change = update(node("a", parts=parts), node("a", parts=after))
        assert steps_of(NODE, change, writing())[-1].after == change.desired.fields


def test_entitlements_of_a_plan_that_is_renamed_go_to_its_new_code() -> None:
    change = changed(FORM, code="new", entitlements={"seats": {}})
    assert [one.request.parts for one in steps_of(PLAN, change, writing())] == [
        ("plans", "p"),
        ("plans", "new", "entitlements"),
    ]


def test_an_item_that_is_replaced_beside_other_changes_of_it_is_replaced() -> None:
    found = sent(node("a", parts=[part("p")]), node("a", parts=[part("p", price=2, of="c")]))
    assert [method for method, *_ in found] == ["DELETE", "POST"]
