"""The sandbox's own routes, below /sandbox: its clock, jobs and state. They don't need a key.

Routes that depend on the time take `{"now": ISO}`; the default is the sandbox's clock.
"""

from collections.abc import Callable
from datetime import datetime

from lago_gitops.sandbox.base.clock import moment, stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.storage.kinds import CLOCK, SIGNING_KEY
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.serving import bulk, jobs, seeding
from lago_gitops.sandbox.webhooks import delivering

PREFIX = "/sandbox/"
Control = Callable[[World, Request], Doc]


def answered(world: World, request: Request) -> Doc:
    """Raises RefusedError for an unknown path or an unreadable time."""
    control = CONTROLS.get((request.method, request.path.removeprefix(PREFIX).rstrip("/")))
    if control is None:
        raise not_found("resource")
    return control(world, request)


def at(text: object) -> datetime | None:
    """The time in a header or body, or None. Raises RefusedError for anything but ISO 8601."""
    if text is None:
        return None
    time = moment(text)
    if time is None:
        raise invalid({"now": [f"{text!r} isn't an ISO 8601 time: write it like 2026-10-01T00:00:00Z"]})
    return time


def set_clock(world: World) -> None:
    """Set the clock to the start in the settings, or else to where the database's clock was frozen."""
    if world.settings.starts_at is not None:
        _freeze(world, world.settings.starts_at)
    else:
        _set_as_kept(world)


def _set_as_kept(world: World) -> None:
    kept = world.store.first(CLOCK)
    if kept is None:
        world.clock.run()
    else:
        world.clock.turn(unstamp(kept["at"]))


def _freeze(world: World, at: datetime) -> None:
    with world.store.transaction():
        world.store.save(CLOCK, {"id": CLOCK.name, "at": stamp(at)})
    world.clock.turn(at)


def _drain(world: World, request: Request) -> Doc:
    """Run the queued jobs."""
    with world.clock.at(at(request.body.get("now"))):
        return {"jobs": jobs.run_all(world)}


def _tick(world: World, request: Request) -> Doc:
    """Do what Lago does every few minutes."""
    with world.clock.at(at(request.body.get("now"))):
        jobs.tick(world)
        return {"jobs": jobs.run_all(world)}


def _bill(world: World, request: Request) -> Doc:
    """Do what Lago does every few minutes, and then what it does every hour."""
    with world.clock.at(at(request.body.get("now"))):
        jobs.tick(world)
        jobs.hour(world)
        return {"jobs": jobs.run_all(world)}


def _turn(world: World, request: Request) -> Doc:
    """Move the clock to a time, and freeze it there; bills everything that falls due on the way."""
    to = at(request.body.get("now"))
    if to is not None:
        jobs.run_until(world, to)
        _freeze(world, to)
    return _clock(world, request)


def _clock(world: World, _: Request) -> Doc:
    return {"now": world.stamp()}


def _seed(world: World, request: Request) -> Doc:
    """Grant what Lago's API can't: a licence, pricing units, custom metrics."""
    return seeding.seed(world, request.body)


def _events(world: World, request: Request) -> Doc:
    """Log any number of events, each as often as it says."""
    sent = request.body.get("events")
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise invalid({"events": ["write a list of events"]})
    with world.clock.at(at(request.body.get("now"))):
        with world.store.transaction():
            number = bulk.take(world, sent)
        if world.settings.jobs == "auto":
            jobs.run_all(world)
    return {"events": number}


def _reset(world: World, _: Request) -> Doc:
    """Empty the organization; the clock and the key don't change."""
    kept = [(kind, doc) for kind in (CLOCK, SIGNING_KEY) if (doc := world.store.first(kind)) is not None]
    with world.store.transaction():
        world.store.clear()
        world.events.clear()
        for kind, doc in kept:
            world.store.save(kind, doc)
    world.memo.clear()
    organizations.ensure(world)
    return {}


def _snapshot(world: World, request: Request) -> Doc:
    """Save a snapshot with the clock until the sandbox ends; replaces one of the same name."""
    world.store.remember(_name(request))
    return {"snapshots": world.store.remembered()}


def _restore(world: World, request: Request) -> Doc:
    """Restore a snapshot with the clock; the snapshot is kept."""
    name = _name(request)
    if not world.store.recall(name):
        there = ", ".join(world.store.remembered()) or "none"
        raise invalid({"name": [f"there is no snapshot {name!r}; there are: {there}"]})
    world.memo.clear()
    _set_as_kept(world)
    return _clock(world, request)


def _name(request: Request) -> str:
    name = request.body.get("name", "default")
    if not isinstance(name, str) or not name:
        raise invalid({"name": [f"{name!r} isn't a name: write a text"]})
    return name


def _webhooks(world: World, _: Request) -> Doc:
    """The webhook deliveries so far, with each attempt."""
    return {"webhooks": delivering.log(world)}


def _ready(_: World, __: Request) -> Doc:
    return {"ready": True}


CONTROLS: dict[tuple[str, str], Control] = {
    ("POST", "drain"): _drain,
    ("POST", "tick"): _tick,
    ("POST", "bill"): _bill,
    ("POST", "clock"): _turn,
    ("GET", "clock"): _clock,
    ("POST", "seed"): _seed,
    ("POST", "events"): _events,
    ("POST", "reset"): _reset,
    ("POST", "snapshot"): _snapshot,
    ("POST", "restore"): _restore,
    ("GET", "webhooks"): _webhooks,
    ("GET", "ready"): _ready,
}
