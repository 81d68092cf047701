import pytest

from lago_gitops.kinds.webhook_endpoint.events import EVENT_TYPES
from lago_gitops.sandbox.base.values import event_types
from tests.kinds.forms import findings


def said(*types: str) -> list[tuple[str, str]]:
    data = {"kind": "webhook_endpoint", "webhook_url": "https://x.example", "event_types": list(types)}
    return findings(data)


@pytest.mark.parametrize("types", [(), ("*",), (" * ",), (" INVOICE.Created ",), ("invoice.created", "fee.created")])
def test_events_that_there_are(types: tuple[str, ...]) -> None:
    assert said(*types) == []


# recorded: wh-bad-event, wh-update
@pytest.mark.parametrize("type_", ["nope.created", "coupon.created", "invoice"])
def test_events_that_there_are_not(type_: str) -> None:
    assert said("invoice.created", type_) == [("event_types.1", f"Lago has no event {type_!r}")]


def test_the_star_stands_alone() -> None:
    assert said("*", "invoice.created") == [("event_types.0", "`*` already means every event")]


def test_the_sandbox_knows_the_same() -> None:
    assert set(EVENT_TYPES) == event_types.EVENT_TYPES
