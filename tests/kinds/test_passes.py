"""Effects of many changes: each rule finds what it needs of the other changes without looking through all of them."""

from collections.abc import Iterator
from typing import Any

from lago_gitops.core.model.audience import Audience, Move, OwnPlan, Subscribers
from lago_gitops.core.model.effects import Situation
from lago_gitops.core.model.resources import Address, Update
from lago_gitops.kinds import KINDS
from tests.kinds.effects import NOW, update

METRIC = {"kind": "billable_metric", "name": "Calls", "aggregation_type": "count_agg"}
PLAN = {
    "kind": "plan", "name": "Growth", "interval": "monthly", "amount_cents": 5, "amount_currency": "EUR",
    "pay_in_advance": False,
}  # fmt: skip
CHARGE = {"code": "c", "charge_model": "standard", "properties": {"amount": "1"}}


class Passes(tuple[Any, ...]):
    """A tuple that knows how often somebody went through it."""

    count = 0

    def __iter__(self) -> Iterator[Any]:
        type(self).count += 1
        return super().__iter__()


def _changes(number: int) -> Iterator[Update]:
    for n in range(number):
        yield update({**METRIC, "code": f"m{n}"}, filters=[{"key": "region", "values": ["eu"]}])
        charges = [{**CHARGE, "billable_metric_code": f"m{n}"}]
        yield update({**PLAN, "code": f"p{n}", "charges": charges}, amount_cents=7, name="Other")


def passes(number: int) -> int:
    Passes.count = 0
    changes = Passes(_changes(number))
    plans = [one.live for one in changes if one.address.kind == "plan"]
    moves = Passes(Move(one.address, Address("plan", "p0")) for one in plans)
    own = Passes(OwnPlan(one.address, one.fields) for one in plans)
    counted = Passes.count
    audience = Audience(9, {one.address: Subscribers(2, 1, 1) for one in plans}, moves, own)
    live = {one.live.address: one.live for one in tuple(changes)}
    situation = Situation(live, changes, {}, {}, NOW, audience=audience)
    for plan in [one for one in changes if one.address.kind == "plan"]:
        assert [found for rule in KINDS["plan"].effects for found in rule(plan, situation)]
    return Passes.count - counted


def test_effects_of_plans_take_as_many_passes_over_changes_however_many_there_are() -> None:
    assert passes(1) == passes(5)
