"""A write whose answer gets lost is read again: adopted, sent again or reported, never repeated blind."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from threading import Event
from typing import Any

import pytest

from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.fault_rules import parse_rule
from lago_gitops.sandbox.serving.faults import Faulty
from tests.faults.wiring import App, Committed, carried_out, contents, fields, planned
from tests.worlds import statuses

TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
METRICS = "\n---\n".join(
    f"kind: billable_metric\ncode: {code}\nname: {code}\naggregation_type: count_agg" for code in ("calls", "users")
)
CHARGES = """
charges:
  - {code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: "1"}}
"""
ADDED = (
    CHARGES
    + """
  - {code: users, billable_metric_code: users, charge_model: standard, properties: {amount: "2"}}
"""
)
PLAN = """
kind: plan
code: rep
name: Rep
interval: monthly
amount_cents: 1000
amount_currency: USD
pay_in_advance: false
"""
VERSIONS = pytest.mark.parametrize("version", ["1.51.0", "1.38.0"])


@dataclass
class Lago:
    """An organization; `apply` plans without faults and then writes with them."""

    sandbox: Sandbox
    sent: list[str] = field(default_factory=list)  # the writes of the last apply that reached Lago

    def apply(self, text: str, *rules: str) -> tuple[Outcome, ...]:
        app = Committed(self.sandbox)
        outcomes = carried_out(planned(self.sandbox, text), Faulty(app, map(parse_rule, rules)))
        self.sent = [f"{method} {path}" for method, path, _ in app.writes]
        return outcomes

    def apply_late(self, text: str) -> tuple[Outcome, ...]:
        """The first write is carried out once its answer is lost, it was read again, and it is sent again."""
        app = Committed(self.sandbox)
        outcomes = carried_out(planned(self.sandbox, text), late(app))
        self.sent = [f"{method} {path}" for method, path, _ in app.writes]
        return outcomes

    def charge_ids(self) -> dict[str, str]:
        found = contents(self.sandbox).live
        return {str(code): id_ for one in found.values() for (_, code), id_ in one.ids.items()}


def late(app: App) -> App:
    waiting: list[tuple[Any, bytes]] = []
    met = [0]

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            return app(environ, start_response)
        met[0] += 1
        if met[0] == 1:
            waiting.append((environ, environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))))
            raise ConnectionResetError
        for before, sent in waiting:
            list(app({**before, "wsgi.input": BytesIO(sent)}, lambda *_: None))
        waiting.clear()
        return app(environ, start_response)

    return answer


@contextmanager
def lago(version: str, text: str) -> Iterator[Lago]:
    sandbox = Sandbox(Settings(lago_version=version, premium=True))
    found = Lago(sandbox)
    assert all(outcome.status.is_good for outcome in found.apply(text))
    yield found
    sandbox.close()


def both(*texts: str) -> str:
    return "\n---\n".join(texts)


@VERSIONS
def test_an_added_charge_is_not_added_again(version: str) -> None:
    """Recorded: rep-add-2. The same PUT again is 422, and on 1.38 replaces the charge once more."""
    with lago(version, both(PLAN + CHARGES, METRICS)) as found:
        changed = both(PLAN.replace("1000", "1100") + ADDED, METRICS)
        outcomes = found.apply(changed, "reset-after@PUT,1")
        ids = found.charge_ids()

        assert statuses(outcomes) == {"plan/rep": "adopted"}
        assert found.sent == ["PUT /plans/rep"]
        assert found.apply(changed) == ()
        assert found.charge_ids() == ids


@VERSIONS
def test_a_charge_that_stays_keeps_its_id_when_the_answer_is_lost(version: str) -> None:
    """Recorded: rep-id-2. One charge kept by its id and one added, sent twice, is 422, and replaces on 1.38."""
    with lago(version, both(PLAN + CHARGES, METRICS)) as found:
        before = found.charge_ids()["calls"]
        outcomes = found.apply(both(PLAN + ADDED.replace('amount: "1"', 'amount: "3"'), METRICS), "502-after@write,1")

        assert statuses(outcomes) == {"plan/rep": "adopted"}
        assert found.charge_ids()["calls"] == before


@VERSIONS
def test_a_rename_is_looked_for_under_its_new_code(version: str) -> None:
    """Recorded: rep-ren-2. The rename again is 404, since its path has the old code."""
    with lago(version, both(PLAN, TAX)) as found:
        renamed = both(
            PLAN.replace("code: rep", "code: rep2\npreviously: [rep]"),
            TAX.replace("code: vat", "code: vat2\npreviously: [vat]"),
        )
        outcomes = found.apply(renamed, "reset-after@PUT")

        assert statuses(outcomes) == {"plan/rep2": "adopted", "tax/vat2": "adopted"}
        assert found.sent == ["PUT /plans/rep", "PUT /taxes/vat"]


@VERSIONS
def test_a_rename_that_was_not_carried_out_is_sent_again(version: str) -> None:
    with lago(version, TAX) as found:
        outcomes = found.apply(TAX.replace("code: vat", "code: vat2\npreviously: [vat]"), "reset-before@PUT,1")

        assert statuses(outcomes) == {"tax/vat2": "done"}
        assert found.sent == ["PUT /taxes/vat"]


@VERSIONS
def test_a_charge_whose_model_changes_is_replaced_once(version: str) -> None:
    with lago(version, both(PLAN + CHARGES, METRICS)) as found:
        package = 'charge_model: package, properties: {amount: "5", package_size: 10, free_units: 0}'
        changed = both(PLAN + CHARGES.replace('charge_model: standard, properties: {amount: "1"}', package), METRICS)
        outcomes = found.apply(changed, "reset-after@write")

        assert statuses(outcomes) == {"plan/rep": "adopted"}
        assert len(found.sent) == len(set(found.sent))
        assert found.apply(changed) == ()


@pytest.mark.parametrize("fault", ["reset-after", "500-after", "502-after", "truncated", "invalid-json"])
def test_a_create_that_was_carried_out_is_adopted(fault: str) -> None:
    with lago("1.51.0", METRICS) as found:
        outcomes = found.apply(both(TAX, METRICS), f"{fault}@POST,1")

        assert (statuses(outcomes), found.sent) == ({"tax/vat": "adopted"}, ["POST /taxes"])


@pytest.mark.parametrize("fault", ["reset-before", "500-before", "502-before", "429"])
def test_a_create_that_was_not_carried_out_is_sent_again(fault: str) -> None:
    with lago("1.51.0", METRICS) as found:
        outcomes = found.apply(both(TAX, METRICS), f"{fault}@POST,1")

        assert (statuses(outcomes), found.sent) == ({"tax/vat": "done"}, ["POST /taxes"])


def test_a_delete_whose_answer_is_lost_is_done_when_it_is_gone() -> None:
    gone = "kind: tax\nstate: absent\ncode: vat"
    with lago("1.51.0", TAX) as found:
        outcomes = found.apply(gone, "reset-after@DELETE")

        assert (statuses(outcomes), found.sent) == ({"tax/vat": "adopted"}, ["DELETE /taxes/vat"])


def test_what_is_neither_as_before_nor_as_wanted_is_reported_and_left() -> None:
    """The answer is lost, and by the time it is read again somebody else has been there."""
    with lago("1.51.0", TAX) as found:
        outcomes = found.apply(TAX.replace("20", "21"), "reset-before@PUT,1", "meddling@GET,2")

        assert statuses(outcomes) == {"tax/vat": "failed"}
        assert outcomes[0].message.endswith("it is neither as before nor as planned")
        assert found.sent == ["PUT /taxes/vat"]  # the other's
        assert fields(contents(found.sandbox))["tax/vat"]["rate"] == 20


def test_an_error_that_stays_is_said_after_two_tries() -> None:
    with lago("1.51.0", TAX) as found:
        outcomes = found.apply(TAX.replace("20", "21"), "500-before@PUT")

        assert statuses(outcomes) == {"tax/vat": "failed"}
        assert outcomes[0].message == (
            "PUT /api/v1/taxes/vat: 500 Internal Server Error; it may have been carried out; it is as it was before"
        )


def test_what_can_not_be_read_again_is_not_called_untried() -> None:
    with lago("1.51.0", both(TAX, METRICS)) as found:
        changed = both(TAX.replace("20", "21"), METRICS.replace("name: users", "name: Users"))
        outcomes = found.apply(changed, "reset-after@PUT", "reset-before@2-")

        assert statuses(outcomes) == {"tax/vat": "failed", "billable_metric/users": "not tried"}
        assert "it may have been carried out; and it can't be read back" in outcomes[0].message


def test_a_delete_in_the_background_that_was_accepted_is_waited_for() -> None:
    with lago("1.51.0", PLAN) as found:
        outcomes = found.apply("kind: plan\nstate: absent\ncode: rep", "reset-after@DELETE,1")

        assert (statuses(outcomes), found.sent) == ({"plan/rep": "adopted"}, ["DELETE /plans/rep"])


LATE = {
    "a create": (METRICS, both(TAX, METRICS), "tax/vat"),
    "a rename": (TAX, TAX.replace("code: vat", "code: vat2\npreviously: [vat]"), "tax/vat2"),
    "an added charge": (both(PLAN + CHARGES, METRICS), both(PLAN.replace("1000", "1100") + ADDED, METRICS), "plan/rep"),
    "a delete": (TAX, "kind: tax\nstate: absent\ncode: vat", "tax/vat"),
}


@pytest.mark.parametrize(("before", "after", "address"), LATE.values(), ids=LATE)
def test_what_lago_carries_out_later_is_adopted_when_it_is_refused_the_second_time(
    before: str, after: str, address: str
) -> None:
    """It is refused as taken, or as not there any more: recorded, rep-add-2 and rep-ren-2."""
    with lago("1.51.0", before) as found:
        outcomes = found.apply_late(after)

        assert statuses(outcomes) == {address: "adopted"}
        assert len(found.sent) == 1
        assert found.apply(after) == ()


def test_writes_that_lago_dead_locks_are_sent_again_one_by_one() -> None:
    """Ten at a time; each that meets another on its way is rolled back."""
    sandbox = Sandbox(Settings())
    app, rolled_back = Committed(sandbox), Event()
    posts: list[str] = []

    def slow(environ: Any, start_response: Any) -> Iterable[bytes]:
        """The second write is under way until another one has met it."""
        if environ["REQUEST_METHOD"] == "POST":
            posts.append(environ["PATH_INFO"])
            assert len(posts) != 2 or rolled_back.wait(120)
        return app(environ, start_response)

    faulty = Faulty(slow, [parse_rule("deadlock@write")])

    def watched(environ: Any, start_response: Any) -> Iterable[bytes]:
        def started(status: str, *rest: Any) -> Any:
            if status.startswith("500"):
                rolled_back.set()
            return start_response(status, *rest)

        return faulty(environ, started)

    taxes = "---\n".join(f"kind: tax\ncode: tax_{n}\nname: VAT\nrate: 20\n" for n in range(30))
    outcomes = carried_out(planned(sandbox, taxes), watched, concurrency=10)

    assert {outcome.status for outcome in outcomes} == {Status.DONE}
    assert len(app.writes) == len(set(app.writes)) == 30
    sandbox.close()
