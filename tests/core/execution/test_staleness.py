"""What of a plan is still to do, now that its object is looked at again."""

from dataclasses import replace
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.execution.staleness import Stale, left_to_do, obstacle, seen_by
from lago_gitops.core.model.resources import Live, Update
from tests.core.kinds import NODE, delete, live, node, update

PLANNED = update(node("a", name="old", size=1), node("a", name="new", size=2))


def left(found: Live | None, planned: Update = PLANNED) -> list[str] | str | None:
    todo = left_to_do(planned, found, NODE, Server())
    match todo:
        case None:
            return None
        case Stale(message):
            return message
        case Update():
            return [one.where for one in todo.fields]


def test_what_is_as_the_plan_saw_it_is_changed_as_planned() -> None:
    assert left(live(node("a", name="old", size=1))) == ["name", "size"]


def test_what_is_as_wanted_already_is_done() -> None:
    assert left(live(node("a", name="new", size=2))) is None


def test_what_is_half_way_is_finished() -> None:
    assert left(live(node("a", name="new", size=1))) == ["size"]


def test_somebody_elses_change_stays() -> None:
    assert left(live(node("a", name="other", size=1))) == "somebody changed name after the plan was made"


def test_a_change_elsewhere_that_is_undone_by_the_manifest_is_somebody_elses_too() -> None:
    assert left(live(node("a", "x", name="old", size=1))) == "somebody changed to after the plan was made"


def test_what_the_manifest_leaves_to_others_may_change() -> None:
    fields = {name: value for name, value in PLANNED.desired.fields.items() if name != "to"}
    planned = replace(PLANNED, desired=replace(PLANNED.desired, fields=fields))
    assert left(live(node("a", "x", name="old", size=1)), planned) == ["name", "size"]


def test_an_object_that_was_recreated_as_it_was_is_changed_as_planned() -> None:
    assert left(replace(live(node("a", name="old", size=1)), lago_id="other")) == ["name", "size"]


def test_what_is_reached_in_part_is_reached() -> None:
    before, after = ({"code": "p", "price": price} for price in (1, 2))
    planned = update(node("a", parts=[before]), node("a", name="new", parts=[before]))
    for own in (("parts",), ("parts", "p", "price"), ("parts", "p", "price", "deeper")):
        found = live(node("a", parts=[after]))
        assert isinstance(left_to_do(planned, found, NODE, Server(), frozenset({own})), Update)


def test_what_the_run_itself_wrote_is_nobody_elses() -> None:
    own = frozenset({("to",)})
    assert isinstance(left_to_do(PLANNED, live(node("a", "x", name="old", size=1)), NODE, Server(), own), Update)
    assert isinstance(left_to_do(PLANNED, live(node("a", name="other", size=1)), NODE, Server(), own), Stale)
    for elsewhere in ("a", "z"):
        own_elsewhere = frozenset({(elsewhere,)})
        found = live(node("a", "x", name="old", size=1))
        assert isinstance(left_to_do(PLANNED, found, NODE, Server(), own_elsewhere), Stale)
    planned = delete(node("a", "x"))
    assert obstacle(planned, replace(live(node("a")), lago_id=planned.live.lago_id), NODE, Server(), own) is None


def test_what_is_gone_or_going_is_not_changed() -> None:
    assert left(None) == "it no longer exists"
    assert left(live(node("a"), pending_deletion=True)) == "Lago is deleting it"


RENAME = update(node("old"), node("new", name="n"))


def test_a_rename_that_went_through_is_the_same_object() -> None:
    there: Any = replace(live(node("new")), lago_id=RENAME.live.lago_id)
    assert left(there, RENAME) == ["name"]
    for before, after in (("a", "b"), ("b", "a")):
        for lago_id in ("0", "~"):
            other = replace(live(node(after)), lago_id=lago_id)
            assert left(other, update(node(before), node(after))) == "another node has taken its new code since"


def test_a_delete_is_of_what_the_plan_saw() -> None:
    planned = delete(node("a", name="n"))
    assert obstacle(planned, planned.live, NODE, Server()) is None
    assert obstacle(planned, live(node("a", name="m")), NODE, Server()) == Stale(
        "somebody changed name after the plan was made"
    )
    for lago_id in ("0", "~"):
        other = replace(planned.live, lago_id=lago_id)
        assert obstacle(planned, other, NODE, Server()) == Stale("another node has taken its code since")
    assert seen_by(planned).fields == planned.live.fields


def test_a_delete_is_of_all_that_the_plan_saw_whatever_the_manifest_ignores() -> None:
    planned = delete(node("a", name="n"))
    planned = replace(planned, desired=replace(planned.desired, ignore=("name",)))
    assert obstacle(planned, live(node("a", name="m")), NODE, Server()) is not None
