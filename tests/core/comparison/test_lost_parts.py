"""What changes take away from others."""

from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.lost_parts import lost_parts, with_losses
from lago_gitops.core.model.resources import Address, Update
from lago_gitops.kinds import KINDS
from tests.kinds.effects import create, desired, live, update
from tests.kinds.forms import CHARGE, PLAN

SEATS = Address("feature", "seats")


def feature(**types: str) -> dict[str, Any]:
    privileges = [{"code": code, "value_type": of} for code, of in types.items()]
    return {"kind": "feature", "code": "seats", "privileges": privileges}


def lost(before: dict[str, Any], after: dict[str, Any]) -> dict[Address, frozenset[str]]:
    return dict(lost_parts([update(before, **after), create(PLAN)], KINDS))


def test_parts_that_go_or_are_replaced_are_lost() -> None:
    assert lost(feature(max="integer", min="integer"), feature(max="string")) == {SEATS: {"max", "min"}}
    assert lost(feature(max="integer"), feature(max="integer", min="string")) == {}
    named = feature(max="integer") | {"name": "Seats"}
    assert lost(named, feature(max="integer") | {"name": None}) == {}
    charged = {**PLAN, "charges": [CHARGE]}
    assert dict(lost_parts([update(charged, charges=[])], KINDS)) == {}


def test_what_has_values_of_them_reads_without() -> None:
    plan = live({**PLAN, "entitlements": {"seats": {"max": 1, "min": 2}, "sso": {"max": 3}}})
    found = with_losses(KINDS["plan"], plan, {SEATS: frozenset({"max"})})
    assert found.fields["entitlements"] == found.data["entitlements"] == {"seats": {"min": 2}, "sso": {"max": 3}}
    assert with_losses(KINDS["plan"], plan, {SEATS: frozenset({"other"})}) is plan
    assert with_losses(KINDS["tax"], plan, {SEATS: frozenset({"max"})}) is plan


def test_values_of_a_replaced_part_are_set_again_by_the_same_plan() -> None:
    entitled, other = {**PLAN, "entitlements": {"seats": {"max": 1}}}, {**PLAN, "code": "q"}
    there = {one.address: one for one in map(live, (entitled, other, feature(max="integer")))}
    found = compare(map(desired, (entitled, other, feature(max="string"))), there, KINDS, Server())
    changes = [one for one in found.changes if isinstance(one, Update)]
    assert [(str(one.address), [field.where for field in one.fields]) for one in changes] == [
        ("plan/p", ["entitlements.seats.max"]),
        ("feature/seats", ["privileges.max.value_type"]),
    ]


def test_a_field_of_a_part_that_goes_leaves_the_part() -> None:
    named = {"code": "max", "value_type": "integer", "name": "Max"}
    assert lost({**feature(), "privileges": [named]}, feature(max="integer")) == {}
