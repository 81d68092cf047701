"""Any number of events at once, for simulations and load tests."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note
from lago_gitops.sandbox.base.http.params import permit
from lago_gitops.sandbox.base.storage.event_log import LoggedEvent
from lago_gitops.sandbox.base.world import Event, World, new_id
from lago_gitops.sandbox.billing import advance
from lago_gitops.sandbox.events import events


def take(world: World, items: list[Doc]) -> int:
    """Log events, each `times` times; returns how many. Raises RefusedError, and then logs none.

    Events billed in advance get a row each; others share one row.
    """
    sent = [(events.read(world, permit(item, events.SCHEMA)), item.get("times", 1)) for item in items]
    refused = {str(at): problems for at, ((_, problems), times) in enumerate(sent) if _note_times(problems, times)}
    if refused:
        raise invalid(refused)
    taken: list[LoggedEvent] = []
    for (event, _), times in sent:
        alone = times > 1 and advance.is_billed_at_once(world, event)
        parts = _apart(event, times) if alone else [event._replace(times=times)]
        kept = [each for part in parts if (each := events.logged(world, part)) is not None]
        if len(kept) < len(parts):
            raise invalid({"transaction_id": [f"value_already_exist: {event.transaction_id}"]})
        taken += kept
    world.notify(Event.EVENTS_TAKEN, {"events": taken})
    return sum(each.times for each in taken)


def _note_times(problems: Problems, times: object) -> Problems:
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        note(problems, "times", "write a whole number from 1 on")
    return problems


def _apart(event: LoggedEvent, times: int) -> list[LoggedEvent]:
    return [
        event._replace(id=new_id(), transaction_id=f"{event.transaction_id}-{number + 1}") for number in range(times)
    ]
