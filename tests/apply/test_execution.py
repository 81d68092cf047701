"""How a run goes on, stops and ends: what is done, what is left alone, and what is said of it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.apply import Journal, Oversight, Stop
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.fault_rules import parse_rule
from lago_gitops.sandbox.serving.faults import Faulty
from lago_gitops.sandbox.serving.server import serve
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import Planned
from tests.faults.wiring import App, Committed, applied, carried_out, planned, writer
from tests.test_apply import METRIC, PLAN, TAX, charge_ids, subscribe
from tests.worlds import World, statuses, world

DEADLOCK_S = 300.0
THREE_TAXES = "\n---\n".join(TAX.replace("vat", code) for code in ("a", "b", "c"))


def applied_later(lago: World, planned_: Planned) -> tuple[Outcome, ...]:
    """A plan carried out after others had time to change things."""
    with lago.access.writer() as client:
        return carry_out(planned_, client, lambda _: None)


# What somebody else did since the plan ----------------------------------------------------------------------------


def test_what_somebody_changed_is_left_alone_with_all_that_needs_it() -> None:
    plan = PLAN.replace("charges:", "tax_codes: [vat]\ncharges:")
    with world() as lago:
        lago.apply(TAX, METRIC)
        found = lago.plan(TAX.replace("20", "21"), plan, METRIC.replace("Calls", "All calls"))
        lago.send("PUT", "taxes/vat", {"tax": {"rate": "19"}})
        outcomes = applied_later(lago, found)

        assert statuses(outcomes) == {"tax/vat": "stale", "plan/growth": "blocked", "billable_metric/calls": "done"}
        assert outcomes[0].message == "somebody changed rate after the plan was made"
        assert lago.send("GET", "taxes/vat")["tax"]["rate"] == 19


def test_what_is_as_wanted_by_now_is_not_sent() -> None:
    with world() as lago:
        lago.apply(TAX)
        found, number = lago.plan(TAX.replace("20", "21")), len(lago.writes())
        lago.send("PUT", "taxes/vat", {"tax": {"rate": "21"}})

        assert statuses(applied_later(lago, found)) == {"tax/vat": "already"}
        assert len(lago.writes()) == number


def test_of_what_somebody_did_in_part_the_rest_is_done() -> None:
    with world() as lago:
        lago.apply(TAX)
        found = lago.plan(TAX.replace("20", "21").replace("name: VAT", "name: TVA"))
        lago.send("PUT", "taxes/vat", {"tax": {"rate": "21"}})

        assert statuses(applied_later(lago, found)) == {"tax/vat": "done"}
        assert lago.plan(TAX.replace("20", "21").replace("name: VAT", "name: TVA")).plan.changes == ()


def test_a_change_of_another_field_than_the_planned_ones_is_overwritten_by_nobody() -> None:
    with world() as lago:
        lago.apply(TAX)
        found = lago.plan(TAX.replace("20", "21"))
        lago.send("PUT", "taxes/vat", {"tax": {"name": "By hand"}})

        assert statuses(applied_later(lago, found)) == {"tax/vat": "stale"}
        assert lago.send("GET", "taxes/vat")["tax"]["name"] == "By hand"


def test_a_change_of_what_the_manifest_ignores_is_no_obstacle() -> None:
    ignoring = TAX + "ignore: [name]\n"
    with world() as lago:
        lago.apply(TAX)
        found = lago.plan(ignoring.replace("20", "21"))
        lago.send("PUT", "taxes/vat", {"tax": {"name": "By hand"}})

        assert statuses(applied_later(lago, found)) == {"tax/vat": "done"}
        assert lago.send("GET", "taxes/vat")["tax"]["name"] == "By hand"


@pytest.mark.parametrize(
    ("wanted", "status"), [(TAX.replace("20", "21"), "stale"), ("kind: tax\nstate: absent\ncode: vat", "already")]
)
def test_what_somebody_deleted_is_not_made_again(wanted: str, status: str) -> None:
    with world() as lago:
        lago.apply(TAX)
        found = lago.plan(wanted)
        lago.send("DELETE", "taxes/vat")

        assert statuses(applied_later(lago, found)) == {"tax/vat": status}


@pytest.mark.parametrize(("rate", "status"), [("20", "already"), ("19", "stale")])
def test_what_somebody_made_is_taken_only_as_it_is_wanted(rate: str, status: str) -> None:
    with world() as lago:
        found = lago.plan(TAX)
        lago.send("POST", "taxes", {"tax": {"name": "VAT", "code": "vat", "rate": rate}})

        assert statuses(applied_later(lago, found)) == {"tax/vat": status}
        assert lago.send("GET", "taxes/vat")["tax"]["rate"] == int(rate)


def test_another_object_under_the_code_is_not_deleted() -> None:
    with world() as lago:
        lago.apply(METRIC)
        found = lago.plan(METRIC.replace("code: calls", "code: calls\nstate: absent"))
        made = lago.send("GET", "billable_metrics/calls")["billable_metric"]
        lago.send("DELETE", "billable_metrics/calls")
        body = {name: made[name] for name in ("name", "code", "aggregation_type", "filters")}
        lago.send("POST", "billable_metrics", {"billable_metric": body})

        assert statuses(applied_later(lago, found)) == {"billable_metric/calls": "stale"}
        assert lago.send("GET", "billable_metrics/calls")


def test_another_object_under_the_new_code_of_a_rename_stays_as_it_is() -> None:
    with world() as lago:
        lago.apply(TAX)
        found = lago.plan(TAX.replace("code: vat", "code: tva\npreviously: [vat]"))
        lago.send("DELETE", "taxes/vat")
        lago.send("POST", "taxes", {"tax": {"name": "VAT", "code": "tva", "rate": "20"}})

        assert statuses(applied_later(lago, found)) == {"tax/tva": "stale"}


def test_what_changed_since_it_was_to_be_deleted_stays() -> None:
    with world() as lago:
        lago.apply(TAX)
        found = lago.plan("kind: tax\nstate: absent\ncode: vat")
        lago.send("PUT", "taxes/vat", {"tax": {"rate": "19"}})

        assert statuses(applied_later(lago, found)) == {"tax/vat": "stale"}


def test_a_charge_that_somebody_replaced_by_its_like_is_kept_by_its_new_id() -> None:
    """Recorded: up-stale-id. Under an id that is gone Lago makes another charge."""
    named = PLAN.replace("code: more_calls", "code: more_calls\n    invoice_display_name: More")
    with world(lago_version="1.38.0") as lago:
        lago.apply(named, METRIC)
        found = lago.plan(named.replace("0.20", "0.25").replace('"0.10"', '"0.11"'), METRIC)
        live = lago.send("GET", "plans/growth")["plan"]["charges"]
        names = ("billable_metric_id", "charge_model", "properties", "filters", "invoice_display_name")
        again = [{"billable_metric_id": one["lago_billable_metric_id"], **one} for one in live]
        body = [{name: one[name] for name in names} for one in again]
        lago.send("PUT", "plans/growth", {"plan": {"interval": "monthly", "charges": body}})
        ids = charge_ids(lago)

        assert statuses(applied_later(lago, found)) == {"plan/growth": "done"}
        assert sorted(charge_ids(lago)) == sorted(ids)


def test_a_plan_that_came_into_use_keeps_what_lago_would_not_change() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        found, number = lago.plan(PLAN.replace("monthly", "quarterly"), METRIC), len(lago.writes())
        subscribe(lago, "growth")
        outcomes = applied_later(lago, found)

        assert statuses(outcomes) == {"plan/growth": "stale"}
        assert "Lago would answer 200 and not change interval" in outcomes[0].message
        assert len(lago.writes()) == number


def test_a_plan_that_lago_is_deleting_takes_no_change() -> None:
    with world(jobs="manual") as lago:
        lago.apply(PLAN, METRIC)
        found = lago.plan(PLAN.replace("1000", "1100"), METRIC)
        lago.send("DELETE", "plans/growth")

        assert statuses(applied_later(lago, found)) == {"plan/growth": "stale"}


# What ends a run --------------------------------------------------------------------------------------------------


def refusing(app: App, status: str, code: str, *, first: int = 1) -> App:
    """Writes are answered so, from the given one on."""
    met = [0]

    def answer(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        met[0] += environ["REQUEST_METHOD"] != "GET"
        if environ["REQUEST_METHOD"] == "GET" or met[0] < first:
            return app(environ, start_response)
        body = json.dumps({"status": int(status[:3]), "error": status[4:], "code": code}).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


@pytest.mark.parametrize(
    ("status", "code"), [("401 Unauthorized", ""), ("403 Forbidden", "write_action_not_allowed_for_tax")]
)
def test_a_refused_key_ends_the_run(status: str, code: str) -> None:
    app = Sandbox(Settings())
    outcomes = carried_out(planned(app, THREE_TAXES), refusing(app, status, code, first=2))
    app.close()

    assert [str(one.status) for one in outcomes] == ["done", "not tried", "not tried"]
    assert status[:3] in outcomes[2].message


def test_a_key_that_may_not_write_is_found_out_by_one_request() -> None:
    app = Sandbox(Settings())
    taxes = [TAX.replace("vat", f"vat_{number}") for number in range(20)]
    code = "write_action_not_allowed_for_tax"
    requests = Committed(refusing(app, "403 Forbidden", code))
    outcomes = carried_out(planned(app, *taxes), requests, concurrency=10)
    app.close()

    assert len(requests.requests) == 1
    assert {str(one.status) for one in outcomes} == {"not tried"}
    assert all(code in one.message for one in outcomes)


def test_a_missing_licence_is_the_business_of_one_task() -> None:
    app = Sandbox(Settings())
    outcomes = carried_out(planned(app, THREE_TAXES), refusing(app, "403 Forbidden", "feature_unavailable"))
    app.close()

    assert {str(one.status) for one in outcomes} == {"failed"}


def test_a_task_that_was_half_done_when_the_key_was_refused_is_not_called_untried() -> None:
    entitled = PLAN + "entitlements: {seats: {}}\n"
    app = Sandbox(Settings())
    assert applied(app, METRIC, "kind: feature\ncode: seats")
    outcomes = carried_out(
        planned(app, METRIC, "kind: feature\ncode: seats", entitled), refusing(app, "401 No", "", first=2)
    )
    app.close()

    assert statuses(outcomes) == {"plan/growth": "failed"}
    assert outcomes[0].message.startswith("it was created, but: ")


def test_a_fault_of_our_own_has_an_outcome_and_a_trace() -> None:
    app = Sandbox(Settings())

    def odd(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise KeyError("nobody thought of it")

    outcomes = carried_out(planned(app, THREE_TAXES), odd)
    app.close()

    assert [str(one.status) for one in outcomes] == ["failed", "not tried", "not tried"]
    assert outcomes[0].message == "a bug in lago-gitops (KeyError); the object may be partly written"


def test_an_answer_of_another_shape_is_no_fault_of_ours_and_stops_nothing_else() -> None:
    app = Sandbox(Settings())

    def odd(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = b'{"tax":{"odd":1}}'
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    outcomes = carried_out(planned(app, THREE_TAXES), odd)
    app.close()

    assert [str(one.status) for one in outcomes] == ["failed", "failed", "failed"]
    assert outcomes[0].message.endswith("an unexpected answer: tax: code is missing, not text")


def test_nobody_looking_is_no_reason_to_leave_the_rest_undone() -> None:
    def gone(_: Outcome) -> None:
        raise BrokenPipeError

    with world() as lago, lago.access.writer() as client:
        outcomes = carry_out(lago.plan(TAX, METRIC), client, gone)

    assert {str(one.status) for one in outcomes} == {"done"}


GONE = "kind: plan\nstate: absent\ncode: growth"


@pytest.mark.parametrize(("subscribers", "seconds"), [(0, 60), (3, 63)])
def test_a_delete_that_lago_is_still_at_is_waited_for_by_the_number_of_subscribers(
    subscribers: int, seconds: int
) -> None:
    app = Sandbox(Settings(jobs="manual"))
    applied(app, PLAN, METRIC)
    with writer(app) as client:
        for number in range(subscribers):
            client.post("customers", body={"customer": {"external_id": f"c{number}", "currency": "EUR"}})
            about = {"external_customer_id": f"c{number}", "plan_code": "growth", "external_id": f"s{number}"}
            client.post("subscriptions", body={"subscription": about})
    requests = Committed(app)
    [outcome] = carried_out(planned(app, GONE, METRIC), requests)
    app.close()

    assert outcome.status is Status.UNDER_WAY
    assert outcome.message == f"Lago accepted the delete, and after {seconds} s it is still deleting it"
    assert len(requests.requests) < 70  # asked less and less often


def test_what_needs_it_gone_waits_for_the_next_run() -> None:
    entity = "kind: billing_entity\ncode: sandbox\nname: Sandbox\n"
    app = Sandbox(Settings(jobs="manual"))
    applied(app, PLAN, METRIC, TAX, entity + "tax_codes: [vat]")
    with writer(app) as client:
        client.post("customers", body={"customer": {"external_id": "acme", "currency": "EUR"}})
        about = {"external_customer_id": "acme", "plan_code": "growth", "external_id": "s"}
        client.post("subscriptions", body={"subscription": about})
    outcomes = statuses(applied(app, GONE, METRIC.replace("Calls", "All calls"), TAX, entity, THREE_TAXES))
    early = statuses(applied(app, GONE, METRIC.replace("Calls", "All calls"), TAX, entity, THREE_TAXES))
    app.drain()
    again = statuses(applied(app, GONE, METRIC.replace("Calls", "All calls"), TAX, entity, THREE_TAXES))
    app.close()

    assert outcomes == {
        "plan/growth": "under way",
        "billable_metric/calls": "blocked",
        "billing_entity/sandbox": "blocked",
        **dict.fromkeys(("tax/a", "tax/b", "tax/c"), "done"),
    }
    assert early == {name: status for name, status in outcomes.items() if status != "done"}
    assert again == {"billable_metric/calls": "done", "billing_entity/sandbox": "done"}


def test_a_run_that_is_stopped_does_not_wait_for_what_lago_does_in_the_background() -> None:
    app, stop = Sandbox(Settings(jobs="manual")), Stop()
    applied(app, PLAN, METRIC)

    def stopping(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "DELETE":
            stop.ask("a signal")
        return app(environ, start_response)

    outcomes = carried_out(planned(app, GONE, METRIC), stopping, Oversight(stop))
    app.close()

    assert statuses(outcomes) == {"plan/growth": "under way"}
    assert outcomes[0].message == "Lago accepted the delete; the run was stopped before it was done"


def test_a_plan_that_somebody_else_deletes_is_waited_for() -> None:
    with world(jobs="manual") as lago:
        lago.apply(PLAN, METRIC)
        found = lago.plan("kind: plan\nstate: absent\ncode: growth", METRIC)
        lago.send("DELETE", "plans/growth")
        number = len(lago.writes())
        done = threading.Timer(0.2, lambda: lago.http.post("/sandbox/drain"))
        done.start()
        outcomes = applied_later(lago, found)
        done.join()

        assert statuses(outcomes) == {"plan/growth": "already"}
        assert len(lago.writes()) == number


def test_what_lago_takes_and_does_not_keep_is_named() -> None:
    entity = "kind: billing_entity\ncode: sandbox\nname: Sandbox\ninvoice_custom_section_codes: [nowhere]"
    with world() as lago:
        [outcome] = lago.apply(entity)

        assert (outcome.status, outcome.message) == ("ignored", "Lago did not change invoice_custom_section_codes")


def test_where_nothing_tells_of_a_licence_what_lago_leaves_out_for_want_of_one_is_as_announced() -> None:
    committed = PLAN.replace("charges:", "minimum_commitment: {amount_cents: 100}\ncharges:")
    app = Sandbox(Settings())

    def silent(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["PATH_INFO"] = environ["PATH_INFO"].replace("/analytics/", "/nowhere/")
        return app(environ, start_response)

    found = planned(silent, committed, METRIC)
    outcomes = carried_out(found, app)
    app.close()

    sentences = [effect.sentence for effects in found.plan.effects for effect in effects]
    assert sentences == ["without a licence Lago answers 200 and leaves out minimum_commitment"]
    assert statuses(outcomes) == {"billable_metric/calls": "done", "plan/growth": "left out"}
    assert "without a licence Lago leaves out minimum_commitment" in {one.message for one in outcomes}


# The journal ------------------------------------------------------------------------------------------------------


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_journal_accounts_for_every_request_and_every_change(tmp_path: Path) -> None:
    app, journal, path = Sandbox(Settings()), Journal(Stop()), tmp_path / "run.jsonl"
    found = planned(app, PLAN, METRIC, THREE_TAXES)
    committed = Committed(Faulty(app, [parse_rule("reset-after@POST,1")]))
    journal.begin(path, {"run": "r"}, json.dumps)
    outcomes = carried_out(found, committed, Oversight(record=journal), journal.observe)
    journal.close()
    app.close()

    found_lines = lines(path)
    events = [line["event"] for line in found_lines]
    assert events[:6] == ["run", *["planned"] * 5]
    requests = [(line["method"], line["path"], line["task"]) for line in found_lines if line["event"] == "request"]
    assert [(method, url.removeprefix("/api/v1")) for method, url, _ in requests] == [
        one[:2] for one in committed.requests
    ]
    sent = [line for line in found_lines if line["event"] in {"request", "answer"}]
    assert [line["event"] for line in sent] == ["request", "answer"] * len(requests)
    assert all(now["path"] == before["path"] for before, now in zip(sent[::2], sent[1::2], strict=True))
    said = {line["task"]: line["status"] for line in found_lines if line["event"] == "outcome"}
    assert said == {index: str(one.status) for index, one in enumerate(outcomes)}
    assert found_lines[-1]["summary"] == {"adopted": 1, "done": 4}
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_planned_and_every_outcome_is_on_disk_before_anybody_acts_on_it_or_hears_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, journal, path = Sandbox(Settings()), Journal(Stop()), tmp_path / "run.jsonl"
    on_disk = [""]
    monkeypatch.setattr(os, "fsync", lambda _: on_disk.append(path.read_text(encoding="utf-8")))
    journal.begin(path, {}, json.dumps)
    found, committed, heard = planned(app, PLAN, METRIC, THREE_TAXES), Committed(app), list[bool]()

    def seen_by_lago(environ: Any, start_response: Any) -> Any:
        heard.append(on_disk[-1].count('"planned"') == 5)
        return committed(environ, start_response)

    def watch(outcome: Outcome) -> None:
        said = [line for line in map(json.loads, on_disk[-1].splitlines()) if line["event"] == "outcome"]
        heard.append(str(outcome.task.change.address) in {line["address"] for line in said})

    with writer(seen_by_lago, journal.observe, 1) as client:
        carry_out(found, client, watch, oversight=Oversight(record=journal))
    journal.close()
    app.close()

    assert (len(heard), all(heard)) == (10, True)
    assert on_disk[-1] == path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_journal_that_can_not_be_written_stops_the_run_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TAX)
    ran = lago_gitops(tmp_path, "apply", "--auto-approve", "--journal", "/dev/full")

    assert (ran.returncode, "nothing was changed" in ran.stderr) == (1, True)


def test_a_journal_that_ends_midway_lets_nothing_more_begin(tmp_path: Path) -> None:
    path, stop, app = tmp_path / "pipe", Stop(), Sandbox(Settings())
    os.mkfifo(path)
    other_end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    journal = Journal(stop)
    journal.begin(path, {}, json.dumps)
    os.close(other_end)
    outcomes = carried_out(planned(app, THREE_TAXES), app, Oversight(stop, journal), journal.observe)
    journal.close()
    app.close()

    assert {str(one.status) for one in outcomes} == {"not tried"}
    assert "the journal can't be written" in outcomes[0].message
    assert journal.is_lost


# Signals and exit codes -------------------------------------------------------------------------------------------


def lago_gitops(folder: Path, *args: str, url: str = "") -> "subprocess.CompletedProcess[str]":
    process = begun(folder, *args, url=url)
    out, err = process.communicate(timeout=DEADLOCK_S)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def begun(folder: Path, *args: str, url: str = "") -> "subprocess.Popen[str]":
    away = {"LAGO_API_URL": url, "LAGO_API_KEY": "sandbox"} if url else {}
    return subprocess.Popen(
        [sys.executable, "-m", "lago_gitops", *args],
        cwd=folder,
        env={**os.environ, **away},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_is_under_way_and_reports_everything(tmp_path: Path, number: signal.Signals) -> None:
    """The signal comes while the first tax is being written; the metric and the plan have to wait for nothing else."""
    ready, heard, process = threading.Event(), threading.Event(), list[Any]()
    app = Sandbox(Settings())

    def signalling(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and not ready.is_set():
            ready.set()
            process[0].send_signal(number)
            assert heard.wait(DEADLOCK_S)
        return app(environ, start_response)

    (tmp_path / "a.yaml").write_text("\n---\n".join((METRIC, PLAN)))
    with serve(signalling) as url:
        process.append(
            begun(tmp_path, "apply", "--auto-approve", "--format", "json", "--journal", "run.jsonl", url=url)
        )
        assert any("stopping once the requests in flight are done" in line for line in process[0].stderr)
        heard.set()
        out, err = process[0].communicate(timeout=DEADLOCK_S)
    app.close()

    ended = {one["address"]: one["status"] for one in json.loads(out)["outcomes"]}
    assert ended == {"billable_metric/calls": "done", "plan/growth": "not tried"}
    assert (process[0].returncode, "Traceback" in err) == (130, False)
    assert lines(tmp_path / "run.jsonl")[-1]["stopped"] == number.name


@pytest.mark.slow
def test_a_run_in_which_the_key_is_refused_before_anything_is_done_ends_with_8(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(THREE_TAXES)
    app = Sandbox(Settings())
    with serve(refusing(app, "401 Unauthorized", "")) as url:
        ran = lago_gitops(tmp_path, "apply", "--auto-approve", url=url)
    app.close()

    assert (ran.returncode, ran.stdout) == (8, "Applied: 3 not tried.\n")


@pytest.mark.slow
def test_a_run_in_which_something_failed_ends_with_6(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("\n---\n".join((TAX, METRIC)))
    app = Sandbox(Settings())
    applied(app, TAX)
    applied(app, "kind: tax\nstate: absent\ncode: vat")
    with serve(app) as url:
        ran = lago_gitops(tmp_path, "apply", "--auto-approve", url=url)
    app.close()

    assert (ran.returncode, ran.stdout) == (6, "Applied: 1 done, 1 failed.\n")


@pytest.mark.slow
def test_the_journal_of_a_project_is_kept_out_of_git(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TAX)
    ran = lago_gitops(tmp_path, "apply", "--auto-approve")
    [journal] = (tmp_path / ".lago-gitops" / "runs").iterdir()

    assert f"journal: {journal.relative_to(tmp_path)}" in ran.stderr
    subprocess.run(["git", "init", "--quiet", "."], cwd=tmp_path, check=True)
    status = subprocess.run(
        ["git", "status", "--short", "-uall"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert status.stdout == "?? a.yaml\n"
