from dataclasses import replace

import pytest

from lago_gitops.core.assessment.refusals import (
    forbidden_changes,
    ignored_changes,
    impossible_changes,
    lacking_targets,
    locked_changes,
    what_goes,
)
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.model.kind import ReferredUse, ResourceKind
from lago_gitops.core.model.resources import Desired, Live, Refusal
from lago_gitops.core.model.types import Field, Lock, Text
from lago_gitops.kinds import KINDS as REGISTRY
from tests.core.kinds import KINDS, NODE, address, create, delete, desired, live, node, tombstone, update

RENAME = update(node("old"), node("new", name="n"))


def messages(refusals: object) -> list[str]:
    return [one.message for one in refusals if isinstance(one, Refusal)]  # type: ignore[attr-defined]


def test_fields_of_what_is_in_use_are_locked() -> None:
    assert [one.where for one in locked_changes(RENAME)] == ["code"]
    assert locked_changes(create(node("a"))) == locked_changes(update(node("a"), node("a", name="n"))) == ()


def test_a_change_that_lago_would_ignore_is_refused_with_the_ways_out() -> None:
    for code in ("old", "new"):
        [refusal] = ignored_changes([RENAME], {address(code)}, KINDS)
        assert refusal.message == "Lago would answer 200 and not change code: the node is in use"
        assert refusal.ways_out == (
            "set code back to what Lago has",
            "give the new node a code of its own",
            "write `ignore: [code]` to keep the difference",
        )


def test_why_it_is_in_use_is_said() -> None:
    kinds = {"node": replace(NODE, use=ReferredUse("user", "has users", "make another, and tell the users"))}
    [refusal] = ignored_changes([RENAME], {address("old")}, kinds)
    assert refusal.message.endswith("the node has users")
    assert refusal.ways_out[1] == "make another, and tell the users"


@pytest.mark.parametrize("kind", [kind for kind in REGISTRY.values() if kind.use is not None])
def test_the_way_out_is_the_kinds_own(kind: ResourceKind) -> None:
    assert kind.use is not None
    assert ("subscribers" in kind.use.way_out) == (kind.name == "plan")


def test_what_is_not_in_use_may_change() -> None:
    assert list(ignored_changes([RENAME], {address("other")}, KINDS)) == []
    assert list(ignored_changes([update(node("a"), node("a", name="n"))], {address("a")}, KINDS)) == []


def test_what_a_manifest_protects_is_not_deleted() -> None:
    change = delete(node("a"))
    assert list(forbidden_changes([change], KINDS)) == []
    protected = replace(change, desired=replace(change.desired, protect=True))
    [refusal] = forbidden_changes([change, protected], KINDS)
    assert refusal.message == "the manifest says `protect: true`, so it can't be deleted"
    assert refusal.ways_out == ("remove `protect: true` in a separate change first",)


def test_nor_replaced_but_changed() -> None:
    parts = [{"code": "p", "of": "b"}]
    replaced = update(node("a", parts=parts), node("a", parts=[{"code": "p", "of": "c"}]), protect=True)
    changed = update(node("a", parts=parts), node("a", name="n", parts=parts), protect=True)
    assert messages(forbidden_changes([replaced, changed], KINDS)) == [
        "the manifest says `protect: true`, so it can't be changed in this way, which would replace part 'p'"
    ]


def test_what_can_not_be_deleted_or_renamed_is_said() -> None:
    [_, *rest] = NODE.fields
    kind = replace(NODE, undeletable=True, fields=(Field("code", Text(), "", lock=Lock.NEVER), *rest))
    code, *others = RENAME.fields
    locked = replace(RENAME, fields=(replace(code, lock=Lock.NEVER), *others))
    changes = [delete(node("a")), locked, create(node("b")), update(node("c"), node("c", name="n"))]
    found = [(one.message, one.ways_out) for one in impossible_changes(changes, {"node": kind})]
    assert found == [
        ("Lago's API can't delete a node", ("remove the manifest",)),
        ("Lago can't rename a node", ("keep the old code, or create another one beside it",)),
    ]
    assert list(impossible_changes([delete(node("a"))], KINDS)) == []
    assert len(list(impossible_changes([delete(node("a"))], {"node": replace(NODE, fixed=True)}))) == 1


def test_what_lago_is_deleting_is_waited_for() -> None:
    [refusal] = what_goes([desired(node("a"))])
    assert refusal.message == "Lago is still deleting it in the background; its code is taken until that is done"
    assert refusal.mark.source == "a.yaml"


def lacking(wanted: list[Desired], there: list[Live], *known: str) -> list[str]:
    found = compare(wanted, {one.address: one for one in there}, KINDS, Server())
    return messages(lacking_targets(found, KINDS, {address(code) for code in known}))


def test_what_comes_to_refer_to_what_is_nowhere_is_refused() -> None:
    said = ["it refers to node/b, node/c, which is neither in Lago nor in this plan"]
    assert lacking([desired(node("a", "b", "c"))], []) == said
    assert lacking([desired(node("a", "b", "c"))], [live(node("a"))]) == said
    assert lacking([desired(node("a", "b"))], [], "b") == []


def test_what_is_there_or_made_by_the_plan_can_be_referred_to() -> None:
    assert lacking([desired(node("a", "b")), desired(node("b"))], []) == []
    assert lacking([desired(node("a", "b"))], [live(node("b"))]) == []
    assert lacking([desired(node("a", "new")), desired(node("new"), previously=("old",))], [live(node("old"))]) == []


def test_but_not_what_the_plan_deletes_or_renames() -> None:
    assert len(lacking([desired(node("a", "b")), tombstone("b")], [live(node("b"))])) == 1
    assert len(lacking([desired(node("a", "b")), desired(node("c"), previously=("b",))], [live(node("b"))])) == 1


def test_what_was_referred_to_already_is_not_asked_for() -> None:
    assert lacking([desired(node("a", "gone", name="n"))], [live(node("a", "gone"))]) == []
