"""What the table says of an experiment: the line of its change as a whole, and that of each item of the plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Delete, Desired, Live, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds import KINDS
from lago_gitops.kinds.plan.timing import plan_reach
from lago_gitops.kinds.timing.line import Line, When
from lago_gitops.kinds.timing.reach import reached
from lago_gitops.kinds.timing.table import timing
from tests.timing.experiments import NOT_IN_THE_REQUEST, Experiment
from tests.timing.lago import Json
from tests.timing.rating import Rating

ORDER = tuple(Timing)
RECORDED_AS = {Timing.DOUBLE: "double-bill", Timing.NEVER: "never billed (1.38)"}
"""Names of classes in the recordings, where they are not the table's."""


def class_of(experiment: Experiment) -> Line | None:
    """The line of the table that reaches invoices first or hurts most; None for a control."""
    found = [*_lines(experiment)]
    if not found and experiment.kind in NOT_IN_THE_REQUEST:
        of, change = NOT_IN_THE_REQUEST[experiment.kind]
        facts = (When.LOWERED,) if experiment.kind.startswith("m_frm") else ()
        found = [timing(of, change, When.IN_USE, *facts)]
    if _is_never_billed(experiment):
        return timing("fixed_charge", "units", When.BEFORE_1_39)
    return min(found, key=_rank, default=None)


def lines_by_item(experiment: Experiment) -> dict[str, Line]:
    """For each charge and fixed charge, by code, the line of its own change."""
    found: dict[str, Line] = {}
    for each in _of_kind(experiment, "plan"):
        if each.item and (each.item not in found or _rank(each.line) < _rank(found[each.item])):
            found[each.item] = each.line
    return found


def _rank(line: Line) -> int:
    return ORDER.index(line.timing)


def name_of(line: Line | None) -> str | None:
    return None if line is None else RECORDED_AS.get(line.timing, line.timing.value)


def _is_never_billed(experiment: Experiment) -> bool:
    return experiment.is_old and experiment.item is not None and experiment.item[0] == "fixed_charges"


def _lines(experiment: Experiment) -> Iterator[Line]:
    yield from (each.line for kind in experiment.before.objects for each in _of_kind(experiment, kind))
    yield from (timing(of, name, When.IN_USE) for of, name in experiment.after.ignored)
    yield from _of_customers(experiment)


def _of_kind(experiment: Experiment, kind: str) -> Iterator[Any]:
    """Each object as an update or delete through the tables of its kind."""
    before, after = experiment.before.objects[kind], experiment.after.objects[kind]
    for code, data in before.items():
        new = after.get(code)
        if new is None:
            yield from _deleted(experiment, kind, data)
        elif _plain(new) != _plain(data):
            change = _update(kind, _plain(data), _plain(new), experiment.after.options)
            if kind == "plan":
                if not _is_consequence(experiment):
                    yield from plan_reach(change, *_facts(experiment))
            elif change.fields:
                yield from reached(change, [When.IN_USE])


def _is_consequence(experiment: Experiment) -> bool:
    """What a metric, an add-on or a tax takes from a plan is no change of the plan."""
    return not any(request["path"].startswith("/plans/") for request in experiment.requests)


def _facts(experiment: Experiment) -> Iterator[When]:
    yield When.IN_USE
    if experiment.is_old:
        yield When.BEFORE_1_39
    if any("/fixed_charges" in request["path"] for request in experiment.requests):
        yield When.NESTED
    if experiment.id.startswith("overrides/"):
        yield When.OVERRIDDEN
    if "usage_thresholds" in str(experiment.requests) and _is_passed(experiment):
        yield When.PASSED


def _is_passed(experiment: Experiment) -> bool:
    new = experiment.after.objects["plan"][experiment.plan].get("usage_thresholds") or ()
    rating = Rating(experiment, experiment.before, experiment.subscribers[0])
    used = sum(fee.amount_cents for fee in rating.ending(experiment.changed_at).arrears if fee.charge_code)
    return any(one["amount_cents"] <= used for one in new)


def _deleted(experiment: Experiment, kind: str, data: Json) -> Iterator[Any]:
    tombstone = Desired(KINDS[kind].address(data), {}, Mark("x.yaml"), absent=True)
    facts = [When.BEFORE_1_39] if experiment.is_old else []
    yield from reached(Delete(tombstone, _live(kind, _plain(data))), facts)


def _update(kind: str, before: Json, after: Json, options: Mapping[tuple[str, ...], Any]) -> Update:
    live, table = _live(kind, before), KINDS[kind].object
    wanted = canonical(table, after)
    address = Address(kind, after["code"])
    desired = Desired(address, wanted, Mark("x.yaml"), options=dict(options))
    return Update(desired, live, field_changes(table, live.fields, wanted))


def _live(kind: str, data: Json) -> Live:
    return Live(Address(kind, data["code"]), "1", canonical(KINDS[kind].object, data), data)


def _plain(data: Json) -> Json:
    return {name: value for name, value in data.items() if name != "of"}


def _of_customers(experiment: Experiment) -> Iterator[Line]:
    """Requests about somebody, not about a price list."""
    for request in experiment.requests:
        way = request["path"].strip("/").split("/")
        if way[-2:-1] == ["applied_coupons"]:
            yield timing("coupon", "deleted")
        elif way[0] == "customers":
            yield timing("tax", "rate")
        elif way == ["subscriptions"]:
            yield timing("subscription", "plan_code", When.RAISED if "dearer" in experiment.kind else When.LOWERED)
