"""Whole timelines of a customer with a licence: every step as the server took it, and what it had made at the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from lago_gitops.pricing.accounts import changes, drafts, events, periodic, starting, statements
from lago_gitops.pricing.accounts.account import Account, Held, Usage, active, with_held
from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import number as number_of
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import UsageThreshold
from lago_gitops.pricing.catalog.overrides import charge_overridden, overridden
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.progressive import LifetimeUsage
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.invoicing.termination_notes import OnTermination
from lago_gitops.pricing.periods.boundaries import in_advance_span
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import BillingTime, Subscription, UnitsFrom
from lago_gitops.pricing.usage.events import Event
from tests.pricing.recorded.account_shapes import Labels, books_shape, drafts_shape
from tests.pricing.recorded.comparison import Difference, Found, Verdict, fee_differences, field_differences, same
from tests.pricing.recorded.setup import Fields, Setup, event, instant, tax

LINE = "s"
LICENSED = Rules(licensed=True)
FAILED = "generating"  # the status of an invoice that Lago could not make


@dataclass
class World:
    """The server, as far as a case touches it."""

    case: Fields
    setup: Setup
    account: Account
    plan_fields: dict[str, Fields]
    own_fields: Fields | None = None  # of the subscription's overridden plan
    received: list[Event] = field(default_factory=list)
    labels: Labels = field(default_factory=Labels)
    failed: list[str] = field(default_factory=list)  # the steps that made no invoice
    snapshots: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lifetime: LifetimeUsage | None = None

    @property
    def usage(self) -> Usage:
        return {LINE: tuple(sorted(self.received, key=lambda each: each.at))}

    def subscription(self) -> int:
        number = active(self.account, LINE)
        assert number is not None
        return number


def timeline_verdict(case: Fields, setup: Setup) -> Verdict:
    world = _world(case, setup)
    for at, together in groupby(sorted(_steps(case), key=lambda each: each[0]), key=lambda each: each[0]):
        steps = tuple(together)
        for _, label, step in steps:
            _taken(world, at, label, step)
        sent = [label for _, label, step in steps if isinstance(step, Event)]
        if sent:
            _check_thresholds(world, at, sent[0])
    differences = tuple(
        Difference(case["id"], part, name, was, is_) for part, name, was, is_ in _differences(case, world)
    )
    fees = sum(len(each["fees"]) for each in case["invoices"])
    return Verdict(case["id"], len(case["invoices"]), fees, differences)


def _world(case: Fields, setup: Setup) -> World:
    customer, entity = case.get("customer", {}), case.get("billing_entity", {})
    grace = {
        **entity.get("billing_configuration", {}),
        **customer.get("billing_configuration", {}),
    }.get("invoice_grace_period", 0)
    account = Account(
        taxes=TaxLevels(setup.taxes, customer=tuple(case.get("customer_tax_codes", ()))),
        zone=ZoneInfo(customer.get("timezone") or entity.get("timezone") or "UTC"),
        grace_days=grace,
        rules=LICENSED,
        coupons=tuple(applied(setup.coupons[code]) for code in case.get("coupons", ())),
    )
    return World(case, setup, account, dict(setup.plan_fields))


def _steps(case: Fields) -> Iterator[tuple[datetime, str, Any]]:
    yield instant(case["subscription_at"]), "start", "start"
    for at, sent in enumerate(case["events"]):
        yield instant(sent.get("sent_at") or sent["timestamp"]), sent.get("transaction_id") or f"e{at}", event(sent)
    for day in case.get("bill_at", ()):
        hour = "" if "T" in day else case.get("bill_hour", "T00:10:00Z")
        yield instant(f"{day}{hour}"), day, "bill"
    for action in case.get("actions", ()):
        yield instant(action["at"]), action.get("label") or action["do"], action


def _taken(world: World, at: datetime, label: str, step: Any) -> None:
    before = world.account
    try:
        match step:
            case "start":
                _start(world, at)
            case "bill":
                world.account = periodic.billed(world.account, at, world.usage)
                world.account = events.thresholds_checked(world.account, LINE, at, world.usage)
            case Event():
                _receive(world, at, step)
            case {"do": do} if do in ACTIONS:
                ACTIONS[do](world, at, step)
            case _:
                raise ValueError(f"what a case may do is {', '.join(ACTIONS)}, not {step!r}")
    except UnratableError:
        world.failed.append(label)
    world.labels.note(before, world.account, label)


def _start(world: World, at: datetime) -> None:
    case = world.case
    sent = case.get("subscription", {})
    fields = world.plan_fields[case["plan"]]
    if "plan_overrides" in sent:
        fields = world.own_fields = overridden(fields, _by_code(sent["plan_overrides"]))
    subscription = Subscription(
        plan=world.setup.plan_of(fields),
        started_at=at,
        billing_time=BillingTime(case.get("billing_time", "calendar")),
        zone=world.account.zone,
    )
    held = Held(LINE, subscription, thresholds=_own_thresholds(sent))
    world.account = starting.started(world.account, held, world.usage)


def _receive(world: World, at: datetime, step: Event) -> None:
    came = {LINE: (*world.received, step)}
    world.received.append(step)
    world.account = events.received(world.account, LINE, came, at)


def _check_thresholds(world: World, at: datetime, label: str) -> None:
    """Once for all events of an instant."""
    before = world.account
    number = active(before, LINE)
    if number is not None and "lifetime_usage" in world.case:
        world.lifetime = events.lifetime_usage(before, number, at, world.usage)
    world.account = events.thresholds_checked(before, LINE, at, world.usage)
    world.labels.note(before, world.account, label)


def _terminate(world: World, at: datetime, step: Fields) -> None:
    number, query = world.subscription(), step.get("query", "")
    at = ended_at(world.case, at)
    how = next((each for each in OnTermination if f"on_termination_credit_note={each}" in query), OnTermination.CREDIT)
    if "on_termination_invoice=skip" in query:
        world.account = changes.uninvoiced_end(world.account, number, at, how)
        world.account = statements.stated(world.account, (number,), at)
    else:
        world.account = changes.terminated(world.account, number, at, world.usage, how)


def _change(world: World, at: datetime, step: Fields) -> None:
    plan = world.setup.plan_of(world.plan_fields[step["plan"]])
    started = next(
        (
            instant(each["started_at"])
            for each in world.case["subscriptions"]
            if each["plan_code"] == step["plan"] and each.get("previous_plan_code")
        ),
        at,
    )
    world.own_fields = None
    change = changes.SubscriptionMove(plan, ended_at(world.case, at), started)
    world.account = changes.changed(world.account, world.subscription(), change, world.usage)


def ended_at(case: Fields, at: datetime) -> datetime:
    """The server shows the instant cut to the second, and the end of the period rounded: known to the half second."""
    for each in case["subscriptions"]:
        ended_at = instant(each["terminated_at"]) if each.get("terminated_at") else None
        if ended_at is not None and timedelta(0) <= ended_at - at < timedelta(seconds=10):
            rounded_up = ended_at + timedelta(seconds=1)
            shown = {
                instant(period["subscription_to_datetime"])
                for invoice in case["invoices"]
                for period in invoice.get("billing_periods") or [invoice["billing_period"]]
                if period
            }
            return ended_at + timedelta(milliseconds=500) if rounded_up in shown else ended_at
    return at


def _coupon(world: World, at: datetime, step: Fields) -> None:
    given = applied(world.setup.coupons[step["coupon"]])
    world.account = replace(world.account, coupons=(*world.account.coupons, given))


def _tax(world: World, at: datetime, step: Fields) -> None:
    taxes = world.account.taxes
    rates = {**taxes.taxes, step["tax"]: tax(step["tax"], step["rate"])}
    world.account = replace(world.account, taxes=replace(taxes, taxes=rates))


def _wallet(world: World, at: datetime, step: Fields) -> None:
    sent = step.get("body") or step
    sent = sent.get("wallet") or sent
    credits_ = sum(float(sent.get(name) or 0) for name in ("paid_credits", "granted_credits", "credits"))
    cents = round(credits_ * float(sent.get("rate_amount") or 1) * 100)
    world.account = replace(world.account, prepaid_cents=world.account.prepaid_cents + cents)


def _update_plan(world: World, at: datetime, step: Fields) -> None:
    code, body = step["plan"], step["body"]
    before = world.plan_fields[code]
    after = world.plan_fields[code] = {**before, **_updates(before, body)}
    if world.own_fields is None:
        _replan(world, after, code)
    elif body.get("cascade_updates"):
        own = world.own_fields
        amount = after["amount_cents"] if own["amount_cents"] == before["amount_cents"] else own["amount_cents"]
        prices = {each["code"]: each["properties"] for each in before["charges"]}
        new_prices = {each["code"]: each["properties"] for each in after["charges"]}
        charges = [
            {**each, "properties": new_prices[each["code"]]} if each["properties"] == prices[each["code"]] else each
            for each in own["charges"]
            if each["code"] in new_prices
        ]
        _own(world, {**own, "amount_cents": amount, "charges": charges})


def _updates(plan: Fields, body: Fields) -> dict[str, Any]:
    known = {name: value for name, value in body.items() if name not in ("cascade_updates", "charges")}
    if "charges" not in body:
        return known
    changed = {each["code"]: each for each in _by_code(body)["charges"]}
    return {
        **known,
        "charges": [{**each, **changed[each["code"]]} for each in plan["charges"] if each["code"] in changed],
    }


def _update_subscription(world: World, at: datetime, step: Fields) -> None:
    body, code = step["body"], world.case["plan"]
    number = world.subscription()
    if "plan_overrides" in body:
        parent = world.own_fields or world.plan_fields[code]
        own = overridden(parent, _by_code(body["plan_overrides"]))
        _own(world, own if world.own_fields is None else {**own, "tax_codes": parent.get("tax_codes", ())})
    held = world.account.subscriptions[number]
    thresholds = _own_thresholds(body)
    if thresholds is not None:
        world.account = with_held(world.account, number, replace(held, thresholds=thresholds))


def _update_charge(world: World, at: datetime, step: Fields) -> None:
    parent = world.own_fields or overridden(world.plan_fields[world.case["plan"]], {})
    _own(world, charge_overridden(parent, step["charge"], step["body"]))


def _update_fixed_charge(world: World, at: datetime, step: Fields) -> None:
    """Units alone change for the subscription only, at once or with the next period; all else overrides the plan."""
    code, body, number = step.get("fixed_charge") or step.get("charge"), step["body"], world.subscription()
    held = world.account.subscriptions[number]
    if "units" in body:
        running = in_advance_span(held.subscription, at)
        assert running is not None
        since = at if body.get("apply_units_immediately") else running.end + timedelta(seconds=1)
        change = UnitsFrom(local_date(since, world.account.zone), number_of(body["units"]), code)
        subscription = replace(held.subscription, units=(*held.subscription.units, change))
        world.account = with_held(world.account, number, replace(held, subscription=subscription))
        charge = next(each for each in subscription.plan.fixed_charges if each.code == code)
        if body.get("apply_units_immediately") and charge.pay_in_advance:
            world.account = starting.units_billed(world.account, number, at)
    rest = {name: value for name, value in body.items() if name not in ("units", "apply_units_immediately")}
    if rest:
        parent = world.own_fields or world.plan_fields[world.case["plan"]]
        _own(world, overridden(parent, {"fixed_charges": [{"code": code, **rest}]}))


def _own(world: World, fields: Fields) -> None:
    world.own_fields = fields
    number = world.subscription()
    held = world.account.subscriptions[number]
    own = replace(held.subscription, plan=world.setup.plan_of(fields))
    world.account = with_held(world.account, number, replace(held, subscription=own))


def _replan(world: World, fields: Fields, code: str) -> None:
    plan = world.setup.plan_of(fields)
    for number, held in enumerate(world.account.subscriptions):
        if held.subscription.plan.code == code:
            renewed = replace(held, subscription=replace(held.subscription, plan=plan))
            world.account = with_held(world.account, number, renewed)


def _trial(world: World, at: datetime, step: Fields) -> None:
    world.account = starting.trials_ended(world.account, at, world.usage)


def _pay(world: World, at: datetime, step: Fields) -> None:
    """All fees without an invoice, or those of the events and charges that the step names."""
    said = (value for name, value in step.items() if name not in ("do", "at", "label", "order"))
    named = {name for value in said for name in (value if isinstance(value, list) else [value])}
    paid = statements.loose_paid(world.account, at)
    if named:
        both = zip(world.account.loose, paid.loose, strict=True)
        chosen = (after if {after.fee.event, after.fee.charge_code} & named else before for before, after in both)
        paid = replace(paid, loose=tuple(chosen))
    world.account = paid


def _pay_invoices(world: World, at: datetime, step: Fields) -> None:
    invoices = (replace(each, paid_cents=each.invoice.total_amount_cents) for each in world.account.invoices)
    world.account = replace(world.account, invoices=tuple(invoices))


def _refresh(world: World, at: datetime, step: Fields) -> None:
    world.account = drafts.refreshed(world.account, at, world.usage)


def _finalize(world: World, at: datetime, step: Fields) -> None:
    world.account = drafts.finalized(world.account, at, world.usage)


def _snapshot(world: World, at: datetime, step: Fields) -> None:
    world.snapshots[step["label"]] = drafts_shape(world.account, world.labels)


def _get(world: World, at: datetime, step: Fields) -> None:
    """What is read of the price list bills nothing."""


ACTIONS = {
    "change": _change,
    "coupon": _coupon,
    "finalize": _finalize,
    "get": _get,
    "pay": _pay,
    "pay_invoices": _pay_invoices,
    "refresh": _refresh,
    "snapshot": _snapshot,
    "tax": _tax,
    "terminate": _terminate,
    "trial": _trial,
    "update_charge": _update_charge,
    "update_fixed_charge": _update_fixed_charge,
    "update_plan": _update_plan,
    "update_subscription": _update_subscription,
    "wallet": _wallet,
}


def _own_thresholds(sent: Fields) -> tuple[UsageThreshold, ...] | None:
    if sent.get("progressive_billing_disabled"):
        return ()
    if "usage_thresholds" not in sent:
        return None
    return tuple(
        UsageThreshold(each["amount_cents"], bool(each.get("recurring")), each.get("threshold_display_name"))
        for each in sent["usage_thresholds"]
    )


def _by_code(overrides: Fields) -> dict[str, Any]:
    """Overrides with the codes of charges for their ids; what is named by code alone Lago ignores."""
    items = {
        name: [{**each, "code": each["id"].rsplit(":", 1)[1].rstrip("}")} for each in overrides[name] if "id" in each]
        for name in ("charges", "fixed_charges")
        if name in overrides
    }
    return {**overrides, **items}


def _differences(case: Fields, world: World) -> Iterator[Found]:
    ours = books_shape(world.account, world.labels)
    expected = [each for each in case["invoices"] if each["status"] != FAILED]
    failed = [each["made_by"] for each in case["invoices"] if each["status"] == FAILED]
    if failed != world.failed:
        yield "", "failed", failed, world.failed
    yield from _invoices_differ(expected, ours["invoices"])
    yield from _loose_fees_differ(case.get("fees_by_event", {}), ours["fees_by_event"])
    for name in ("credit_notes",):
        if not same(case.get(name, []), ours[name]):
            yield "", name, case.get(name, []), ours[name]
    if "lifetime_usage" in case and world.lifetime is not None:
        got = {
            "current_usage_amount_cents": world.lifetime.current_cents,
            "invoiced_usage_amount_cents": world.lifetime.invoiced_cents,
        }
        yield from field_differences("lifetime_usage", case["lifetime_usage"][0], got)
    for label, drafted in world.snapshots.items():
        recorded = case["answers"][label]
        for part, *rest in _invoices_differ(recorded, drafted):
            yield (f"{label}: {part}", *rest)


def _invoices_differ(expected: list[Fields], ours: list[Fields]) -> Iterator[Found]:
    if len(expected) != len(ours):
        yield "", "invoices", [each["made_by"] for each in expected], [each["made_by"] for each in ours]
        return
    for at, (theirs, got) in enumerate(zip(expected, ours, strict=True)):
        shown = {name: value for name, value in theirs.items() if name != "fees"}
        if "billing_periods" in shown:  # in no order
            shown["billing_periods"] = sorted(shown["billing_periods"], key=lambda each: each["plan"])
        for part, *rest in field_differences("invoice", shown, {name: got[name] for name in got if name != "fees"}):
            yield (f"{at} {part}", *rest)
        for part, *rest in fee_differences(theirs["fees"], got["fees"]):
            yield (f"{at} {part}", *rest)


def _loose_fees_differ(expected: Mapping[str, list[Fields]], ours: Mapping[str, list[Fields]]) -> Iterator[Found]:
    for label in sorted(expected.keys() | ours.keys()):
        for part, *rest in fee_differences(expected.get(label, []), ours.get(label, [])):
            yield (f"{label} {part}", *rest)
