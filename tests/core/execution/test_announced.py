"""How a change will be sent, told beforehand."""

from dataclasses import replace
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.execution.announced import announced
from lago_gitops.core.model.resources import Change
from lago_gitops.kinds import KINDS
from tests.core.kinds import NODE, create, delete, node, update
from tests.kinds import effects
from tests.kinds.forms import FIXED, PLAN

NEW, OLD = Server(), Server((1, 38))


def of(change: Change, server: Server = NEW) -> list[str]:
    return list(announced(KINDS.get(change.address.kind, NODE), change, server))


def test_creates_updates_and_deletes_name_their_requests() -> None:
    parts = [{"code": "p", "price": 1}]
    assert of(create(node("a"))) == ["POST /nodes"]
    assert of(delete(node("a"))) == ["DELETE /nodes/a"]
    assert of(update(node("a", parts=parts), node("a", parts=[{"code": "p", "price": 2}]))) == ["PUT /nodes/a/parts/p"]
    assert of(update(node("a", parts=parts), node("a", name="n", parts=[]))) == ["PUT /nodes/a"]
    assert of(update(node("a"), node("a", size=2))) == ["PUT /nodes/a"]
    assert of(update(node("a"), node("a"))) == []


def test_what_a_create_can_not_carry_follows_it() -> None:
    assert of(effects.create({**PLAN, "entitlements": {"seats": {}}})) == ["POST /plans", "POST /plans/p/entitlements"]
    assert of(effects.create(PLAN)) == ["POST /plans"]


def fixed(server: Server = NEW, *, before: dict[str, Any], after: dict[str, Any], **options: bool) -> list[str]:
    change = effects.update({**PLAN, "fixed_charges": [before] if before else []}, fixed_charges=[after])
    by_way = {("fixed_charges", "f", name): value for name, value in options.items()}
    return of(replace(change, desired=replace(change.desired, options=by_way)), server)


def test_money_decides_how_fixed_charges_in_advance_are_sent() -> None:
    """Alone, a new one would never be billed for the running period, nor more units of overridden plans."""
    advance, more = {**FIXED, "units": "1", "pay_in_advance": True}, {**FIXED, "units": "2", "pay_in_advance": True}
    assert fixed(before=advance, after=more, apply_units_immediately=True) == ["PUT /plans/p"]
    assert fixed(before={}, after=advance, apply_units_immediately=True) == ["PUT /plans/p"]
    assert fixed(before=advance, after=more) == ["PUT /plans/p/fixed_charges/f"]
    assert fixed(before={}, after=advance, apply_units_immediately=False) == ["POST /plans/p/fixed_charges"]
    arrears, dearer = {**FIXED, "units": "1"}, {**FIXED, "units": "2"}
    assert fixed(before=arrears, after=dearer, apply_units_immediately=True) == ["PUT /plans/p/fixed_charges/f"]
    assert fixed(OLD, before=arrears, after=dearer) == ["PUT /plans/p"]


def test_several_fixed_charges_at_once_go_with_the_whole_plan() -> None:
    """One by one, each would make one more invoice of 0."""
    both = [{**FIXED, "code": code, "units": "1"} for code in "ab"]
    change = effects.update({**PLAN, "fixed_charges": both}, fixed_charges=[{**one, "units": "2"} for one in both])
    assert of(change) == ["PUT /plans/p"]


def test_a_charge_that_is_replaced_goes_and_comes_again_before_the_rest() -> None:
    before = [{**FIXED, "code": code, "units": "1"} for code in "ab"]
    after = [{**before[0], "pay_in_advance": True}, {**before[1], "units": "2"}]
    change = effects.update({**PLAN, "fixed_charges": before}, fixed_charges=after)
    assert of(change) == ["DELETE /plans/p/fixed_charges/a", "PUT /plans/p"]


def test_a_field_of_the_plan_takes_its_items_along_but_for_those_deleted_before_and_those_sent_apart() -> None:
    cheap, other = {**FIXED, "units": "1"}, {**FIXED, "units": "1", "add_on_code": "other"}
    named = {**PLAN, "fixed_charges": [cheap]}
    assert of(effects.update(named, name="n", fixed_charges=[{**cheap, "units": "2"}])) == ["PUT /plans/p"]
    assert of(effects.update(named, name="n", fixed_charges=[])) == ["PUT /plans/p"]
    swapped = effects.update(named, name="n", fixed_charges=[other])
    assert of(swapped) == ["DELETE /plans/p/fixed_charges/f", "PUT /plans/p"]
    assert of(swapped, OLD) == ["PUT /plans/p"]
    entitled = effects.update(named, name="n", entitlements={"seats": {}})
    assert of(entitled) == ["PUT /plans/p", "POST /plans/p/entitlements"]
