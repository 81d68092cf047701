"""`--format json`: one document on stdout, valid by the command's published schema, whichever way the run ends."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from lago_gitops.cli import COMMANDS, main
from lago_gitops.cli.base.output import format_of
from lago_gitops.render.schemas.output import OUTPUTS
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Ran, Shell

SCHEMAS = Path(__file__).parents[2] / "schemas"
GOOD = r"""
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 9900
amount_currency: EUR
pay_in_advance: true
charges: [{code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: "0.1"}}]
---
kind: webhook_endpoint
webhook_url: https://u:p@hooks.example.com/lago?token=s3cr3t
---
kind: coupon
code: c
name: 'see "https://docs.example.com/p?plan=growth" \ ''quoted'' for details'
coupon_type: percentage
percentage_rate: "5"
frequency: once
expiration: no_expiration
"""
BAD = "kind: tax\ncode: t\nname: T\nrate: twenty\n"
PRICE_TEST = "plan: growth\ntests: [{name: fee, usage: {calls: 10}, expect: {total: '100.00'}}]\n"
SIMULATION = """
first_month: 2026-01
months: 1
customers: [{name: acme, subscriptions: [{plan: growth, usage: {calls: 10}}]}]
"""
ROWS = (
    "item_type,plan,charge,subscription,from,to,currency,amount_cents,units\n"
    "charge,growth,calls,s,2026-10-01,2026-10-31,EUR,100,10\n"
)
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "apply": ("--auto-approve",),
    "audit": ("--price-list", "2026-01-01=manifests"),
    "comment": ("--plan", "saved.json", "--dry-run"),
    "export": ("fees", "--out", "fees"),
    "import": ("state.json",),
    "price": ("--plan", "growth", "--usage", "calls=250"),
    "rate": ("rows.csv",),
    "show": ("saved.json",),
}
REMOTE = ("apply", "audit", "doctor", "drift", "plan", "pull")
OF_MANIFESTS = ("apply", "audit", "drift", "fmt", "graph", "plan", "price", "test", "validate")


def project(shell: Shell, manifests: str = GOOD) -> None:
    shell.write("lago-gitops.yaml", "manifests: [manifests]\n")
    shell.write("manifests/all.yaml", manifests)
    shell.write("growth.test.yaml", PRICE_TEST)
    shell.write("rows.csv", ROWS)
    shell.write("growth.simulation.yaml", SIMULATION)
    shell.write("state.json", json.dumps({"tax": {"lago_id": "1", "code": "t", "name": "T", "rate": 20}}))


def run(shell: Shell, command: str, *args: str) -> Ran:
    return shell.run(command, *args, "--format", "json")


def document(command: str, ran: Ran) -> Any:
    """The one document on stdout, which fits the published schema."""
    found = json.loads(ran.out)
    schema = json.loads((SCHEMAS / f"{command}-output.schema.json").read_text())
    errors = [str(error) for error in jsonschema_rs.validator_for(schema).iter_errors(found)]
    assert errors == [], ran
    assert found["format_version"] == "1.0"
    return found


def stopped(command: str, ran: Ran, code: int) -> Any:
    found = document(command, ran)
    assert (found["exit_code"], ran.code, bool(found["stopped"])) == (code, code, True), ran
    return found


def test_every_command_has_a_published_schema() -> None:
    published = {path.name.removesuffix("-output.schema.json") for path in SCHEMAS.glob("*-output.schema.json")}

    assert set(COMMANDS) - set(OUTPUTS) == {"ci", "schema"}
    assert published == set(OUTPUTS)


@pytest.mark.parametrize("command", sorted(set(OUTPUTS) - {"sandbox"}))
def test_a_run_that_is_fine_prints_its_document(shell: Shell, command: str) -> None:
    project(shell)
    if "saved.json" in ARGUMENTS.get(command, ()):
        shell.run("plan", "--out", "saved.json")
    if command == "init":
        (shell.folder / "new").mkdir()
        shell.monkeypatch.chdir(shell.folder / "new")
    ran = run(shell, command, *ARGUMENTS.get(command, ()))

    assert "stopped" not in document(command, ran)
    assert ran.code in {0, 2}, ran
    assert "s3cr3t" not in ran.out + ran.err


@pytest.mark.parametrize("command", sorted(OUTPUTS))
def test_wrong_usage_is_a_document_too(shell: Shell, command: str) -> None:
    ran = run(shell, command, "--no-such-option")

    assert "--no-such-option" in stopped(command, ran, 64)["stopped"]


@pytest.mark.parametrize("command", OF_MANIFESTS)
def test_manifests_with_mistakes_are_a_document_with_the_problems(shell: Shell, command: str) -> None:
    project(shell, "kind: [tax" if command == "fmt" else BAD)
    found = stopped(command, run(shell, command, *ARGUMENTS.get(command, ())), 3)

    assert {problem["path"] for problem in found["problems"]} == {"manifests/all.yaml"}


@pytest.mark.parametrize("command", REMOTE)
def test_a_key_that_is_refused_is_a_document(shell: Shell, command: str) -> None:
    project(shell)
    with serve(Sandbox(Settings(api_key="another"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "the-key-0123456789")
        ran = run(shell, command, *ARGUMENTS.get(command, ()))

    found = document(command, ran)
    assert ran.code == 8
    said = [check["found"] for check in found["checks"]] if command == "doctor" else [found["stopped"]]
    assert any("key" in each for each in said)


@pytest.mark.parametrize("command", REMOTE)
def test_nobody_there_is_a_document(shell: Shell, command: str) -> None:
    project(shell)
    shell.monkeypatch.setenv("LAGO_API_URL", "http://127.0.0.1:1")
    shell.monkeypatch.setenv("LAGO_API_KEY", "the-key-0123456789")
    shell.monkeypatch.setattr("lago_gitops.lago.http.clock.SystemClock.sleep", lambda *_: None)
    ran = run(shell, command, *ARGUMENTS.get(command, ()))

    document(command, ran)
    assert ran.code == 8


def test_a_refused_apply_is_a_document_with_the_plan(shell: Shell) -> None:
    project(shell)
    guarded = "environments: {sandbox: {guards: {delete: refuse}}}\ndefault_environment: sandbox\n"
    shell.write("lago-gitops.yaml", f"{guarded}manifests: [manifests]\n")
    run(shell, "apply", "--auto-approve")
    shell.write("manifests/all.yaml", GOOD.replace("code: c\n", "code: c\nstate: absent\n"))
    found = stopped("apply", run(shell, "apply", "--auto-approve"), 4)

    assert [guard["waiver"] for guard in found["plan"]["guards"]] == ["delete"]
    assert found["outcomes"] is None


@pytest.mark.parametrize(
    ("command", "args", "code"),
    [
        ("show", ("broken.json",), 5),
        ("comment", ("--plan", "broken.json", "--dry-run"), 5),
        ("apply", ("broken.json", "--auto-approve"), 5),
        ("init", (), 64),
        ("price", ("--plan", "none"), 64),
        ("import", ("nowhere.json",), 64),
        ("pull", ("--env", "none"), 64),
        ("plan", ("--out", "/dev/full"), 1),
        ("sandbox", ("--db", "/"), 1),
        ("fmt", ("nowhere.yaml",), 3),
        ("graph", ("nowhere.yaml",), 3),
        ("test", ("nowhere.test.yaml",), 3),
    ],
)
def test_a_refusal_is_a_document(shell: Shell, command: str, args: tuple[str, ...], code: int) -> None:
    project(shell)
    shell.write("broken.json", '{"changes": [')
    stopped(command, run(shell, command, *args), code)


def test_a_fault_of_our_own_is_a_document_too(shell: Shell) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("https://u:p@h.example/?token=s3cr3t")

    project(shell)
    shell.monkeypatch.setattr("lago_gitops.cli.changes.planning.readable_manifests", fail)
    with pytest.raises(SystemExit):
        main(("plan", "--format", "json"))
    out, err = shell.capsys.readouterr()

    assert document("plan", Ran(1, out, err))["exit_code"] == 1
    assert "RuntimeError: https://***@h.example/?token=***" in err
    assert "s3cr3t" not in out + err


@pytest.mark.parametrize(
    "args", [("--format", "json", "nonsense"), ("--format=json",), ("--format=json", "--nonsense")]
)
def test_no_command_at_all_is_a_document(shell: Shell, args: tuple[str, ...]) -> None:
    ran = shell.run(*args)

    assert json.loads(ran.out)["exit_code"] == ran.code == 64


def test_numbers_are_numbers(shell: Shell) -> None:
    project(shell)
    found = document("price", run(shell, "price", "--plan", "growth", "--usage", "calls=250", "--compare", "growth"))

    assert (found["difference_cents"], found["difference_percent"]) == (0, 0.0)
    assert found["bills"][0]["total_amount_cents"] == 12400
    assert document("fmt", run(shell, "fmt"))["files"] == 1


@pytest.mark.slow
def test_a_schema_is_the_document_of_schema(shell: Shell) -> None:
    assert json.loads(run(shell, "schema", "tax").out)["title"] == "tax"
    assert json.loads(run(shell, "schema", "--out", "s").out)["written"][0].startswith("s/")
    assert json.loads(run(shell, "schema", "none").out)["exit_code"] == 64


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        ((), "text"),
        (("plan",), "text"),
        (("--format", "json"), "json"),
        (("plan", "--format=json"), "json"),
        (("--format", "json", "--format", "text"), "text"),
        (("--format", "text", "plan", "--format=json"), "json"),
        (("--format",), "text"),
        (("--format", "matrix"), "matrix"),
        (("--format", "yaml"), "text"),
    ],
)
def test_who_asks_is_known_before_anything_is_understood(args: tuple[str, ...], wanted: str) -> None:
    assert format_of(args) == wanted
