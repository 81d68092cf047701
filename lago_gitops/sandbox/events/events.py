"""Events: single, or in batches of up to a hundred. Code, subscription and values aren't checked."""

from typing import Any

from lago_gitops.sandbox.base.clock import moment, to_second, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import PartlyRefusedError, Problems, invalid, not_found, note
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import asked_slice
from lago_gitops.sandbox.base.http.params import Schema, Shape, permit, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route
from lago_gitops.sandbox.base.storage.event_log import LoggedEvent, Range
from lago_gitops.sandbox.base.storage.kinds import METRIC, SUBSCRIPTION
from lago_gitops.sandbox.base.values.casts import blank, boolean, exact, text
from lago_gitops.sandbox.base.world import Event, World, new_id
from lago_gitops.sandbox.catalog import expressions
from lago_gitops.sandbox.events import instants

MOST_EVENTS = 100
_CENTS = exact(15, 40)
SCHEMA: Schema = {
    **scalars(("transaction_id", "code", "timestamp", "external_subscription_id", "precise_total_amount_cents")),
    "properties": Shape.OBJECT,
}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "event", SCHEMA)
    event, problems = read(world, params)
    if problems:
        raise invalid(problems)
    taken = logged(world, event)
    if taken is None:
        raise invalid({"transaction_id": ["value_already_exist"]})
    world.notify(Event.EVENTS_TAKEN, {"events": [taken]})
    return {"event": rendered(taken)}


def _create_batch(world: World, request: Request) -> Doc:
    """All or nothing; before 1.39, events before the first refused one are kept."""
    items = _items(request)
    if not items:
        raise invalid({"events": ["no_events"]})
    if len(items) > MOST_EVENTS:
        raise invalid({"events": ["too_many_events"]})
    events = [read(world, permit(item, SCHEMA)) for item in items]
    refused = {str(at): problems for at, (_, problems) in enumerate(events) if problems}
    if refused:
        raise invalid(refused)
    seen: set[str] = set()
    taken: list[LoggedEvent] = []
    for at, (event, _) in enumerate(events):
        kept = None if event.transaction_id in seen and world.can.whole_batches else logged(world, event)
        seen.add(event.transaction_id)
        if kept is None:
            refused[str(at)] = {"transaction_id": ["value_already_exist"]}
        else:
            taken.append(kept)
    if refused:
        raise invalid(refused) if world.can.whole_batches else PartlyRefusedError(invalid(refused))
    world.notify(Event.EVENTS_TAKEN, {"events": taken})
    return {"events": [rendered(event) for event in taken]}


def _items(request: Request) -> list[Doc]:
    sent = request.body.get("events")
    return [item for item in sent if isinstance(item, dict)] if isinstance(sent, list) else []


def read(world: World, params: Doc) -> tuple[LoggedEvent, Problems]:
    """An event, not yet logged, and its problems."""
    problems: Problems = {}
    sent = params.get("timestamp")
    at = instants.of_moment(world.now()) if sent is None or sent is False else instants.of_seconds(sent)
    if at is None:
        note(problems, "timestamp", "invalid_format")
    else:
        for field in ("transaction_id", "code"):
            if blank(params.get(field)):
                note(problems, field, "value_is_mandatory")
    code, properties = text(params.get("code")) or "", params.get("properties", {})
    event = LoggedEvent(
        seq=0,
        id=new_id(),
        subscription=text(params.get("external_subscription_id")),
        transaction_id=text(params.get("transaction_id")) or "",
        code=code,
        at=at or 0,
        created_at=world.stamp(),
        properties=_with_expression(world, code, properties, problems),
        cents=_CENTS(params.get("precise_total_amount_cents")),
    )
    return event, problems


def _with_expression(world: World, code: str, properties: Doc, problems: Problems) -> Doc:
    """Set the metric's field by its expression."""
    metrics = world.once("metrics", (METRIC,), lambda: {each["code"]: each for each in world.store.kept(METRIC)})
    metric = metrics.get(code)
    if metric is None or blank(metric["expression"]) or blank(metric["field_name"]):
        return properties
    event = {"code": code, "properties": properties}
    try:
        return {**properties, metric["field_name"]: expressions.evaluated(metric["expression"], event)}
    except ValueError as problem:
        note(problems, "expression", str(problem))
        return properties


def logged(world: World, event: LoggedEvent) -> LoggedEvent | None:
    seq = world.events.add(event)
    return None if seq is None else event._replace(seq=seq)


def _show(world: World, request: Request) -> Doc:
    event = world.events.of_transaction(request.code)
    if event is None:
        raise not_found("event")
    return {"event": rendered(event)}


def _index(world: World, request: Request) -> Doc:
    wanted = _range(world, request.query)
    total = world.events.count(wanted)
    asked = asked_slice(world, request, total)
    events = world.events.page(wanted, asked.offset, asked.size)
    return {"events": [rendered(event) for event in events], "meta": asked.meta(len(events))}


def _range(world: World, query: Doc) -> Range:
    subscription = query.get("external_subscription_id") or None
    problems: Problems = {}
    from_start = boolean(query.get("timestamp_from_started_at")) or False
    if query.get("timestamp_from_started_at") not in (None, "true", "false"):
        note(problems, "timestamp_from_started_at", "must be one of: true, false")
    if from_start and query.get("timestamp_from"):
        note(problems, "timestamp_from", "cannot be used with timestamp_from_started_at")
    if from_start and subscription is None:
        note(problems, "external_subscription_id", "required with timestamp_from_started_at")
    if problems:
        raise invalid(problems)
    since = _start(world, str(subscription)) if from_start else _bound(query, "timestamp_from")
    return Range(query.get("code") or None, subscription, since, _bound(query, "timestamp_to"))


def _start(world: World, external_id: str) -> int | None:
    """The start of the active subscription, else of the last one that ended."""
    known = [each for each in world.store.of_code(SUBSCRIPTION, external_id) if each["started_at"]]
    if not known:
        return None
    last = max(known, key=lambda each: (each["terminated_at"] or "~", each["started_at"]))
    return instants.of_moment(unstamp(last["started_at"]))


def _bound(query: Doc, name: str) -> int | None:
    sent: Any = query.get(name)
    if not sent:
        return None
    when = moment(sent)
    if when is None:
        raise invalid({name: ["invalid_date"]})
    return instants.of_moment(when)


def rendered(event: LoggedEvent) -> Doc:
    return {
        "lago_id": event.id,
        "transaction_id": event.transaction_id,
        "lago_customer_id": None,
        "code": event.code,
        "timestamp": instants.shown(event.at),
        "precise_total_amount_cents": event.cents,
        "properties": event.properties,
        "lago_subscription_id": None,
        "external_subscription_id": event.subscription,
        "created_at": to_second(event.created_at),
    }


ROUTES = (
    Route("POST", "events/batch", _create_batch),
    Route("POST", "events", _create),
    read_route("events", _index),
    read_route("events/{id}", _show),
)
