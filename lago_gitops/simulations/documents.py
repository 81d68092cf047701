"""`*.simulation.yaml`: from documents to simulations, and the problems in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from lago_gitops.bills.notes import PartNotes
from lago_gitops.bills.price_list import PriceList, meant, plan_named
from lago_gitops.bills.scenario import charge_named, check_properties
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shape
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import number
from lago_gitops.pricing.catalog.items import Aggregation, Metric, Plan
from lago_gitops.simulations.drawing import drawn
from lago_gitops.simulations.population import (
    Customer,
    PlannedEvent,
    PlannedMove,
    PlannedSubscription,
    Simulation,
    months_from,
)
from lago_gitops.simulations.schema import HINTS, simulation_schema

RULE = "simulation"
_COUNTS = frozenset({Aggregation.COUNT, Aggregation.UNIQUE_COUNT})
_SINGULAR = {"coupons": "coupon", "taxes": "tax"}


@dataclass(frozen=True, slots=True)
class Simulations:
    """The simulations of one file, without those that have problems."""

    simulations: tuple[Simulation, ...] = ()
    problems: tuple[Problem, ...] = ()


def simulations(source: str, documents: Iterable[Manifest], prices: PriceList) -> Simulations:
    """The simulations of a file, checked against their price list."""
    read: list[Simulation] = []
    problems: list[Problem] = []
    shape = Shape(simulation_schema(), HINTS)
    for document in documents:
        wrong = tuple(shape.problems(document))
        notes = PartNotes(document, RULE, ())
        if not wrong:
            read.append(_simulation(source, notes, prices))
        problems.extend((*wrong, *dict.fromkeys(notes.problems)))
    return Simulations(() if problems else tuple(read), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all customers share."""

    months: tuple[date, ...]
    seed: int
    prices: PriceList


def _simulation(source: str, notes: PartNotes, prices: PriceList) -> Simulation:
    data = notes.document.data
    months = tuple(months_from(_month(data["first_month"]), int(data.get("months") or 1)))
    frame = _Frame(months, int(data.get("seed") or 0), prices)
    customers = [
        customer
        for at, each in enumerate(data["customers"])
        for customer in _customers(notes.below("customers", at), each, frame)
    ]
    for at, name in repeated(each["name"] for each in data["customers"]):
        notes.wrong(f"another customer is named {name!r}", "customers", at, "name")
    return Simulation(
        source=source,
        months=months,
        customers=tuple(customers),
        licensed=data.get("licensed") is not False,
        lago_version=data.get("lago_version") or "",
    )


def _customers(notes: PartNotes, data: Mapping[str, Any], frame: _Frame) -> Iterator[Customer]:
    coupons = _codes(notes, data, "coupons", frame.prices.coupons)
    taxes = _codes(notes, data, "taxes", frame.prices.taxes)
    count = data.get("count")
    for name in [data["name"]] if count is None else [f"{data['name']}-{at + 1}" for at in range(int(count))]:
        subscriptions = tuple(
            _subscription(notes.below("subscriptions", at), each, f"{name}/{at + 1}", frame)
            for at, each in enumerate(data["subscriptions"])
        )
        yield Customer(name, subscriptions, coupons, taxes)
        if notes.problems:  # the others of this group have the same
            return


def _codes(notes: PartNotes, data: Mapping[str, Any], name: str, known: Mapping[str, object]) -> tuple[str, ...]:
    codes = tuple(data.get(name) or ())
    for at, code in enumerate(codes):
        if code not in known:
            notes.wrong(f"there is no {_SINGULAR[name]} {code!r}{meant(code, known)}", name, at)
    return codes


def _subscription(notes: PartNotes, data: Mapping[str, Any], external_id: str, frame: _Frame) -> PlannedSubscription:
    plans = tuple(_plans(notes, data, frame.prices))
    start = _day(notes, data, "start") or frame.months[0]
    end = _day(notes, data, "end")
    _check_days(notes, data, start, end, frame)
    chance = Random(f"{frame.seed} {external_id}")  # noqa: S311 (no secret)
    usage = _all_usage(notes, data, plans, frame)
    return PlannedSubscription(
        external_id=external_id,
        plan=data["plan"],
        start=start,
        end=end,
        billing_time=data.get("billing_time") or "calendar",
        changes=tuple(_changes(notes, data)),
        usage={month: tuple(drawn(lines, at, chance)) for at, (month, lines) in enumerate(usage.items())},
        events=tuple(_events(notes, data, frame)),
    )


def _plans(notes: PartNotes, data: Mapping[str, Any], prices: PriceList) -> Iterator[Plan]:
    """The subscription's plans, one after the other."""
    with notes.noted("plan"):
        yield plan_named(prices, data["plan"])
    for at, change in enumerate(data.get("changes") or ()):
        with notes.noted("changes", at, "plan"):
            yield plan_named(prices, change["plan"])


def _changes(notes: PartNotes, data: Mapping[str, Any]) -> Iterator[PlannedMove]:
    for at, each in enumerate(data.get("changes") or ()):
        day = _day(notes.below("changes", at), each, "on")
        if day is not None:
            yield PlannedMove(day, each["plan"])


def _check_days(notes: PartNotes, data: Mapping[str, Any], start: date, end: date | None, frame: _Frame) -> None:
    first, last = frame.months[0], frame.months[-1]
    if start < first or (start.year, start.month) > (last.year, last.month):
        notes.wrong(f"{start} is not in the months of the simulation, {first:%Y-%m} to {last:%Y-%m}", "start")
    if end is not None and end < start:
        notes.wrong(f"{end} is before {start}, its first day", "end")
    before = start
    for at, change in enumerate(_changes(notes, data)):
        if change.on <= before or (end is not None and change.on > end):
            notes.wrong(f"{change.on} has to be after {before} and no later than its last day", "changes", at, "on")
        before = change.on


def _all_usage(
    notes: PartNotes, data: Mapping[str, Any], plans: tuple[Plan, ...], frame: _Frame
) -> Mapping[date, tuple[tuple[Metric, Mapping[str, Any]], ...]]:
    own = {_month(month): month for month in data.get("months") or ()}
    for month, written in own.items():
        if month not in frame.months:
            notes.wrong(f"{written} is not among the months of the simulation", "months", written)
    general = tuple(_usage(notes.below("usage"), data.get("usage") or {}, plans, frame))
    return {
        month: tuple(_usage(notes.below("months", own[month]), data["months"][own[month]], plans, frame))
        if month in own
        else general
        for month in frame.months
    }


def _usage(
    notes: PartNotes, usage: Mapping[str, Any], plans: tuple[Plan, ...], frame: _Frame
) -> Iterator[tuple[Metric, Mapping[str, Any]]]:
    """The lines of usage of each metric."""
    for name, value in usage.items():
        with notes.noted(name):
            metric = _metric(name, plans, frame.prices)
            for line in value if isinstance(value, list) else [value]:
                said = line if isinstance(line, dict) else {"units": line}
                _check_line(said, metric, plans)
                yield metric, said


def _check_line(said: Mapping[str, Any], metric: Metric, plans: tuple[Plan, ...]) -> None:
    if ("units" in said) == ("between" in said):
        raise InvalidPriceError("write either units or between")
    bounds = [number(each) for each in said.get("between", (0, 0))]
    if bounds[0] > bounds[1]:
        raise InvalidPriceError(f"between {bounds[0]} and {bounds[1]} is empty: put the lower bound first")
    if metric.aggregation in _COUNTS and any(each != int(each) for each in (*bounds, number(said.get("units", 0)))):
        raise InvalidPriceError(f"the metric {metric.code!r} counts: units are whole numbers")
    if metric.aggregation in _COUNTS and min((*bounds, number(said.get("units", 0)))) < 0:
        raise InvalidPriceError(f"the metric {metric.code!r} counts: units can't be negative")
    charges = [charge for plan in plans for charge in plan.charges if charge.metric.code == metric.code]
    if charges:
        _check_properties(charges, said)


def _check_properties(charges: list[Any], said: Mapping[str, Any]) -> None:
    """At least one of the charges must use them."""
    errors = []
    for charge in charges:
        try:
            return check_properties(charge, said.get("properties") or {})
        except InvalidPriceError as error:
            errors.append(error)
    raise errors[0]


def _metric(name: str, plans: tuple[Plan, ...], prices: PriceList) -> Metric:
    """The metric with that name, or of the charge with that code on one of the plans. Raises InvalidPriceError."""
    for plan in plans:
        for charge in plan.charges:
            if name in {charge.code, charge.metric.code}:
                return charge.metric
    if name in prices.metrics:
        return prices.metrics[name]
    if not plans:
        raise InvalidPriceError(f"there is no metric {name!r}{meant(name, prices.metrics)}")
    return charge_named(plans[0], name).metric


def _events(notes: PartNotes, data: Mapping[str, Any], frame: _Frame) -> Iterator[PlannedEvent]:
    for at, each in enumerate(data.get("events") or ()):
        if each["code"] not in frame.prices.metrics:
            known = frame.prices.metrics
            notes.wrong(f"there is no metric {each['code']!r}{meant(each['code'], known)}", "events", at, "code")
        when = _instant(notes.below("events", at), each["at"])
        if when is not None:
            cents = each.get("precise_total_amount_cents")
            exact: Decimal | None = None if cents is None else number(cents)
            yield PlannedEvent(when, each["code"], dict(each.get("properties") or {}), exact)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _day(notes: PartNotes, data: Mapping[str, Any], name: str) -> date | None:
    if not data.get(name):
        return None
    try:
        return date.fromisoformat(data[name])
    except ValueError:
        notes.wrong(f"{data[name]} is not a day of the calendar", name)
        return None


def _instant(notes: PartNotes, text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        notes.wrong(f"{text} is not a day of the calendar", "at")
        return None
