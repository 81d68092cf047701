"""Two organizations beside each other: taxes stand for any kind."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.organization_diff import (
    BothSides,
    Difference,
    compared_parts,
    differences,
    once_applied,
    standing,
)
from lago_gitops.core.comparison.origin import as_live
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.core.model.scalars import plain
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS


def tax(code: str = "vat", rate: int = 20, **more: Any) -> Desired:
    data: dict[str, Any] = {"kind": "tax", "code": code, "name": code.upper(), "rate": Decimal(rate), **more}
    return desired(Manifest("t.yaml", data), KINDS["tax"])


def gone(code: str) -> Desired:
    return desired(Manifest("t.yaml", {"kind": "tax", "code": code, "state": "absent"}), KINDS["tax"])


def lago(*those: Desired) -> Mapping[Address, Live]:
    return {one.address: as_live(one, {}) for one in those}


def manifests(*those: Desired) -> Mapping[Address, Desired]:
    return {one.address: one for one in those}


def told(
    here: Mapping[Address, Desired],
    there: Mapping[Address, Live],
    here_says: Iterable[Desired] = (),
    there_says: Iterable[Desired] = (),
) -> list[str]:
    found = differences(BothSides(here, there), BothSides(manifests(*here_says), lago(*there_says)), KINDS, Server())
    return [f"{one.address} {_fields(one) if one.fields else f'lacks {one.lack} {one.is_meant}'}" for one in found]


def _fields(one: Difference) -> str:
    said = ((each.field, each.is_meant) for each in one.fields)
    return ", ".join(f"{field.where} {_plain(field.before)}→{_plain(field.after)} {meant}" for field, meant in said)


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


def test_what_is_the_same_is_no_difference() -> None:
    assert told(manifests(tax()), lago(tax())) == []


def test_a_value_that_differs_is_told_from_there_to_here() -> None:
    assert told(manifests(tax(rate=21)), lago(tax(rate=20))) == ["tax/vat rate 20→21 False"]


def test_a_difference_that_the_manifests_have_is_meant() -> None:
    said = told(manifests(tax(rate=21)), lago(tax(rate=20)), [tax(rate=21)], [tax(rate=20)])
    other = told(manifests(tax(rate=21)), lago(tax(rate=20)), [tax(rate=21)], [tax(rate=19)])

    assert said == ["tax/vat rate 20→21 True"]
    assert other == ["tax/vat rate 20→21 False"]


def test_what_one_of_them_lacks_is_meant_where_only_the_other_has_a_manifest() -> None:
    here, there = manifests(tax("a")), lago(tax("b"))

    assert told(here, there) == ["tax/a lacks there False", "tax/b lacks here False"]
    assert told(here, there, [tax("a")], [tax("b")]) == ["tax/a lacks there True", "tax/b lacks here True"]
    assert told(here, there, [tax("a")], [tax("a"), tax("b")])[0] == "tax/a lacks there False"


def test_a_difference_that_only_one_of_them_has_a_manifest_of_is_not_meant() -> None:
    here, there = manifests(tax(rate=21)), lago(tax(rate=20))

    assert told(here, there, here_says=[tax(rate=21)]) == ["tax/vat rate 20→21 False"]
    assert told(here, there, there_says=[tax(rate=20)]) == ["tax/vat rate 20→21 False"]


def test_what_a_manifest_ignores_or_leaves_to_others_is_not_compared() -> None:
    there = lago(tax(rate=20, applied_to_organization=True))
    live = lago(tax(rate=21, applied_to_organization=False))

    assert told(standing(live, manifests(tax(rate=21, ignore=["rate"]))), there) == []
    assert told(standing(live, {}), there) == [
        "tax/vat rate 20→21 False, applied_to_organization True→False False",
    ]
    assert told(standing(live, manifests(gone("vat"))), there) == told(standing(live, {}), there)


def test_an_applied_plan_creates_changes_renames_and_deletes() -> None:
    live = lago(tax("stays"), tax("changes"), tax("old"), tax("goes"))
    wanted = [tax("changes", 1), tax("new", 2, previously=["old"]), tax("fresh", 3), gone("goes")]
    compared = compare(wanted, live, KINDS, Server())

    after = once_applied(standing(compared.live, {}), compared.changes)

    assert {address.key: one.fields["rate"] for address, one in after.items()} == {
        "stays": 20, "changes": 1, "new": 2, "fresh": 3,
    }  # fmt: skip


def test_what_every_organization_has_counts_where_a_manifest_describes_it() -> None:
    name = Address("organization", "")
    default = replace(as_live(tax("default"), {}), is_default=True)
    leaving = replace(as_live(tax("leaving"), {}), pending_deletion=True)
    live = {name: Live(name, "", {}, {}), default.address: default, leaving.address: leaving} | lago(tax())

    assert set(compared_parts(live, (), KINDS)) == {tax().address}
    assert set(compared_parts(live, (name, default.address, leaving.address), KINDS)) == {
        tax().address, name, default.address,
    }  # fmt: skip
