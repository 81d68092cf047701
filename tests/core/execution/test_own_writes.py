"""What the writes of a run change besides the objects they are sent to."""

from dataclasses import replace
from typing import Any

from lago_gitops.core.execution.own_writes import Place, reached, shows_in
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change
from lago_gitops.kinds import KINDS as ALL
from tests.core.kinds import KINDS, NODE, address, create, delete, node, update
from tests.kinds import effects
from tests.kinds.forms import PLAN

TWIN = ResourceKind(
    name="twin",
    collection="twins",
    doc="",
    fields=tuple(
        replace(one, same_as=("node", one.name)) if one.name in {"name", "size"} else one for one in NODE.fields
    ),
)
BOTH = {"node": NODE, "twin": TWIN}


def of_node(code: str, *changes: Change) -> set[Place]:
    return set(reached(changes, KINDS)[address(code)])


def twin(change: Any) -> Any:
    """The same change of the other kind."""
    there = {} if not hasattr(change, "live") else {"live": replace(change.live, address=of_twin(change.live.address))}
    return replace(change, desired=replace(change.desired, address=of_twin(change.desired.address)), **there)


def of_twin(found: Any) -> Any:
    return replace(found, kind="twin")


def test_what_refers_to_something_that_is_deleted_loses_the_reference_or_the_item() -> None:
    part = {"code": "p", "of": "gone", "price": 1}
    user = update(node("a", "gone", "b", parts=[part]), node("a", "b"))
    assert of_node("a", user, delete(node("gone"))) == {("to",), ("parts", "p")}
    assert of_node("a", user, delete(node("b"))) == {("to",)}
    assert of_node("a", user, update(node("gone"), node("gone", name="n"))) == set()
    assert of_node("gone", user, delete(node("gone"))) == set()


def test_a_fact_that_two_kinds_show_is_reached_from_either() -> None:
    named, sized = update(node("a"), node("a", name="n")), twin(update(node("b"), node("b", size=2)))
    assert set(shows_in(sized, BOTH)) == {("node", "size")}
    assert set(shows_in(twin(create(node("c", name="n"))), BOTH)) == {("node", "name"), ("node", "size")}
    assert set(shows_in(twin(delete(node("c"))), BOTH)) == {("node", "name"), ("node", "size")}
    assert set(shows_in(named, BOTH)) == set()
    assert reached([named, sized], BOTH) == {address("a"): {("size",)}, sized.live.address: {("name",)}}


def test_what_is_made_has_nothing_that_could_be_reached() -> None:
    assert reached([create(node("a"))], KINDS) == {}


def feature(*codes: str, of: str = "integer") -> dict[str, Any]:
    privileges = [{"code": code, "value_type": of} for code in codes]
    return {"kind": "feature", "code": "seats", "privileges": privileges}


def test_values_of_privileges_that_go_or_are_replaced_are_reached() -> None:
    plan = effects.update({**PLAN, "entitlements": {"seats": {"max": 1}, "sso": {}}}, name="n")
    for after in (feature(), feature("max", of="string")):
        lost = effects.update(feature("max"), privileges=after["privileges"])
        assert reached([plan, lost], ALL)[plan.live.address] == {("entitlements", "seats")}
    grown = effects.update(feature("max"), privileges=feature("max", "min")["privileges"])
    assert reached([plan, grown], ALL)[plan.live.address] == set()
