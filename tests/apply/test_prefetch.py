"""Objects that stand side by side in a list are looked at together, right before they are written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lago_gitops.access import Access
from lago_gitops.apply import Remote, apply
from lago_gitops.apply.prefetch import FRESH_S, MOST
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.kinds import KINDS
from lago_gitops.lago.http.events import Began, Event
from lago_gitops.lago.reading.organization import places
from lago_gitops.workflow.changes.plan import Planned
from tests.faults.wiring import NoTime
from tests.worlds import World, statuses, world

NUMBER = 30
PLAN = """
kind: plan
code: plan_{n}
name: Plan
interval: monthly
amount_cents: {cents}
amount_currency: EUR
pay_in_advance: false
"""


def taxes(rate: int, number: int = NUMBER) -> list[str]:
    return [f"kind: tax\ncode: tax_{n}\nname: Tax\nrate: {rate}\n" for n in range(number)]


def plans(cents: int, number: int = NUMBER) -> list[str]:
    return [PLAN.format(n=n, cents=cents) for n in range(number)]


def carried_out(  # noqa: PLR0913 -- each case is about one of them
    lago: World,
    planned: Planned,
    meanwhile: Callable[[str], None] = lambda _: None,
    *,
    each_s: float = 0.0,
    moved: int = 0,
    concurrency: int = 1,
) -> tuple[Outcome, ...]:
    """Each request takes so long; `meanwhile` happens right before each of them. Objects are taken
    to stand so far behind their places."""
    clock = NoTime()

    def observe(event: Event) -> None:
        if isinstance(event, Began):
            clock.time_s += each_s
            meanwhile(f"{event.call.method} {event.call.path.removeprefix('/api/v1')}")

    del lago.requests[:]
    found = planned.inventory
    ids = {address: one.lago_id for address, one in found.live.items()}
    there = {address: place + moved for address, place in places(found, KINDS).items()}
    with lago.access.writer(observe) as client:
        remote = Remote(client, KINDS, found.server, ids, clock, concurrency, places=there)
        return apply(planned.plan.schedule, remote, lambda _: None)


def reads(lago: World) -> list[str]:
    return [request.partition("?")[0] for request in lago.requests if request.startswith("GET")]


@pytest.mark.parametrize("make", [taxes, plans])
def test_a_page_tells_of_many(make: Callable[[int], list[str]]) -> None:
    with world() as lago:
        lago.apply(*make(1))
        outcomes = carried_out(lago, lago.plan(*make(2)))

        assert set(statuses(outcomes).values()) == {"done"}
        assert len(lago.writes()) == NUMBER
        assert len(reads(lago)) <= -(-NUMBER // MOST) + 1
        assert lago.plan(*make(2)).plan.changes == ()


def test_pages_are_read_in_the_order_in_which_what_they_show_is_written() -> None:
    """Manifests are in another order than lists, and what is seen too early has to be read once more."""
    with world() as lago:
        lago.apply(*taxes(1, 5 * MOST))
        outcomes = carried_out(lago, lago.plan(*taxes(2, 5 * MOST)), each_s=FRESH_S / MOST / 2)

        assert set(statuses(outcomes).values()) == {"done"}
        assert set(reads(lago)) == {"GET /taxes"}


def test_ten_tasks_at_a_time_look_at_one_page_together() -> None:
    with world() as lago:
        lago.apply(*taxes(1))
        outcomes = carried_out(lago, lago.plan(*taxes(2)), concurrency=10)

        assert set(statuses(outcomes).values()) == {"done"}
        assert len(reads(lago)) <= NUMBER / 3


def test_few_are_looked_at_one_by_one() -> None:
    with world() as lago:
        lago.apply(*taxes(1))
        changed = [*taxes(2)[:3], *taxes(1)[3:]]
        carried_out(lago, lago.plan(*changed))

        assert sorted(reads(lago)) == ["GET /taxes/tax_0", "GET /taxes/tax_1", "GET /taxes/tax_2"]


def test_a_list_that_leaves_something_out_is_not_looked_at() -> None:
    add_on = "kind: add_on\ncode: setup\nname: Setup\namount_cents: 1\namount_currency: EUR"
    with world() as lago:
        lago.apply(add_on, *plans(1, 6))
        planned = lago.plan(add_on, *plans(2, 6))
        carried_out(lago, planned)

        assert sorted(reads(lago)) == [f"GET /plans/plan_{n}" for n in range(6)]
        unavailable = replace(planned.inventory, live={}, unavailable={"add_on": object()})  # type: ignore[dict-item]
        assert places(unavailable, KINDS) == {}


def test_what_somebody_changed_before_the_page_was_read_stays_as_it_is() -> None:
    with world() as lago:
        lago.apply(*taxes(1))
        planned = lago.plan(*taxes(2))
        lago.send("PUT", "taxes/tax_7", {"tax": {"rate": "9"}})
        found = statuses(carried_out(lago, planned))

        assert {address for address, status in found.items() if status != "done"} == {"tax/tax_7"}
        assert (found["tax/tax_7"], lago.send("GET", "taxes/tax_7")["tax"]["rate"]) == ("stale", 9.0)


def test_what_somebody_changes_before_it_is_fresh_no_more_stays_as_it_is() -> None:
    """Each request takes half of the time for which what was seen counts."""
    with world() as lago:
        lago.apply(*taxes(1))
        planned, met = lago.plan(*taxes(2)), list[str]()
        last = [str(address) for address in planned.inventory.live if address.kind == "tax"][-1]

        def meanwhile(request: str) -> None:
            met.append(request)
            if len(met) == 2:  # the page was read, and the first write is sent
                lago.send("PUT", last.replace("tax/", "taxes/"), {"tax": {"rate": "9"}})

        found = statuses(carried_out(lago, planned, meanwhile, each_s=FRESH_S / 2))

        assert met[0] == "GET /taxes"
        assert {address for address, status in found.items() if status != "done"} == {last}


def test_where_writes_are_slow_no_more_is_read_than_one_by_one() -> None:
    with world() as lago:
        lago.apply(*taxes(1))
        carried_out(lago, lago.plan(*taxes(2)), each_s=2 * FRESH_S)

        assert len(reads(lago)) <= NUMBER * 4 / 3


def test_a_list_that_has_moved_is_followed() -> None:
    with world() as lago:
        lago.apply(*taxes(1))
        planned = lago.plan(*taxes(2))
        for n in range(15):
            lago.send("POST", "taxes", {"tax": {"code": f"new_{n}", "name": "New", "rate": "1"}})
        outcomes = carried_out(lago, planned)

        assert set(statuses(outcomes).values()) == {"done"}
        assert len(reads(lago)) < NUMBER / 2


def test_what_is_not_where_it_was_is_looked_at_by_itself() -> None:
    with world() as lago:
        lago.apply(*taxes(1, 6))
        planned = lago.plan(*taxes(2, 6))
        carried_out(lago, planned, moved=500)

        assert reads(lago).count("GET /taxes") == 3  # as long as there are enough that a page could tell of
        assert sum(request.startswith("GET /taxes/") for request in reads(lago)) == 6


def test_a_list_that_can_not_be_read_any_more_leaves_each_to_itself() -> None:
    with world() as lago:
        lago.apply(*taxes(1, 6))
        planned = lago.plan(*taxes(2, 6))
        outcomes = carried_out(replace(lago, access=refusing_lists(lago)), planned)

        assert set(statuses(outcomes).values()) == {"done"}


def refusing_lists(lago: World) -> Access:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path == "/api/v1/taxes":
            return httpx.Response(403, json={"status": 403, "error": "Forbidden", "code": "read_action_not_allowed"})
        assert lago.access.transport is not None
        return lago.access.transport.handle_request(request)

    return replace(lago.access, transport=httpx.MockTransport(answer))


def test_a_metric_that_grows_and_shrinks_around_a_plan_is_looked_at_twice() -> None:
    def metric(n: int, values: str) -> str:
        return (
            f"kind: billable_metric\ncode: m{n}\nname: M\naggregation_type: count_agg\n"
            f"filters: [{{key: region, values: [{values}]}}]\n"
        )

    def plan(n: int, value: str) -> str:
        return PLAN.format(n=n, cents=1) + (
            f"charges:\n  - code: c\n    billable_metric_code: m{n}\n    charge_model: standard\n"
            f'    properties: {{amount: "1"}}\n    filters:\n'
            f'      - {{values: {{region: [{value}]}}, properties: {{amount: "2"}}}}\n'
        )

    def all_(values: str, value: str) -> list[str]:
        return [text for n in range(8) for text in (metric(n, values), plan(n, value))]

    with world() as lago:
        lago.apply(*all_("eu, us", "us"))
        after = all_("eu, ap", "ap")
        outcomes: Any = carried_out(lago, lago.plan(*after))

        assert {str(one.status) for one in outcomes} == {"done"}
        assert lago.plan(*after).plan.changes == ()
