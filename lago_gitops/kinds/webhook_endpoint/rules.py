"""What Lago asks of a webhook endpoint beyond the shape of its fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.kind import Finding, Lookup
from lago_gitops.core.model.suggestions import closest
from lago_gitops.kinds.webhook_endpoint.events import EVENT_TYPES

EVERY = "*"


def events_are_known(endpoint: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    """Lago strips and lowers them before it looks. Recorded: wh-bad-event."""
    types = [written.strip().lower() for written in endpoint.get("event_types") or ()]
    for index, type_ in enumerate(types):
        if type_ == EVERY and set(types) != {EVERY}:
            yield Finding(("event_types", index), "`*` already means every event", "remove the others, or the star")
        elif type_ not in (*EVENT_TYPES, EVERY):
            hint = closest(type_, EVENT_TYPES) or "lago-gitops knows the events of Lago 1.51; the schema lists them"
            yield Finding(("event_types", index), f"Lago has no event {type_!r}", hint)


WEBHOOK_RULES = (events_are_known,)
