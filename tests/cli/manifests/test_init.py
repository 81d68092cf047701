"""init: a project to start from, by business model or from an organization that is there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
import yaml

from lago_gitops.cli.pipeline.job import job
from lago_gitops.kinds import KINDS
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from lago_gitops.workflow.manifests.business_models import MODELS
from lago_gitops.workflow.manifests.start import with_ignored
from tests.cli.organizations import Organization, organization
from tests.cli.running import Shell
from tests.examples.playing import EXAMPLES

MODELINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)


def texts(shell: Shell) -> dict[str, str]:
    """All that was written and is to be committed, by its path."""
    found = (path for path in shell.folder.rglob("*") if path.is_file() and ".lago-gitops" not in path.parts)
    return {path.relative_to(shell.folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def is_green(shell: Shell, *environment: str) -> bool:
    """All that the workflow runs."""
    commands = (("validate",), ("fmt", "--check"), ("test", *environment))
    return all(shell.run(*command).code == 0 for command in commands)


def schemas_resolve(shell: Shell) -> bool:
    found = {name: MODELINE.findall(text) for name, text in texts(shell).items() if name.endswith(".yaml")}
    pointed = [shell.folder / Path(name).parent / way for name, ways in found.items() for way in ways]
    return bool(pointed) and all(path.is_file() for path in pointed)


def is_linted(shell: Shell) -> bool:
    """The workflows, by GitHub's schema and for what could be abused."""
    workflows = [str(path) for path in (shell.folder / ".github/workflows").iterdir()]
    lint = ("check_jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    audit = (str(Path(sys.executable).parent / "zizmor"), "--offline", "--quiet", *workflows)
    for command in ((sys.executable, "-m", *lint), audit):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return True


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_a_template_is_a_price_list_without_a_warning_and_with_tests(shell: Shell, model: str) -> None:
    ran = shell.run("init", "--template", model)
    assert (ran.code, "wrote lago-gitops.yaml" in ran.out) == (0, True)

    assert json.loads(shell.run("validate", "--format", "json").out)["problems"] == []
    assert is_green(shell)
    assert schemas_resolve(shell)
    assert shell.run("apply", "--auto-approve").code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 0
    assert is_linted(shell)


AMOUNT = re.compile(r'(?:amount_cents: |amount: "|rate: "|package_size: |free_units: )([1-9][\d.]*|0\.\d+)')


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_a_template_s_price_tests_tell_of_every_other_price(shell: Shell, model: str) -> None:
    shell.run("init", "--template", model)
    for path in (shell.folder / "manifests").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for match in AMOUNT.finditer(text):
            dearer = f"{text[: match.start(1)]}{Decimal(match[1]) * 2}{text[match.end(1) :]}"
            path.write_text(dearer, encoding="utf-8")
            assert shell.run("test").code == 3, match[0]
        path.write_text(text, encoding="utf-8")


def test_the_help_tells_of_every_template(shell: Shell) -> None:
    shown = shell.run("init", "--help").out

    assert all(re.search(rf"{name} +{words}", shown) for name, words in MODELS.items())


def test_a_bare_project_has_no_price_list(shell: Shell) -> None:
    assert "Next: add your Lago to lago-gitops.yaml, then run lago-gitops pull --env" in shell.run("init", "--bare").out
    assert [name for name in texts(shell) if name.startswith(("manifests/", "tests/"))] == []
    pulled = shell.run("pull")
    assert (pulled.code, "to pull from your Lago, set LAGO_API_KEY" in pulled.err) == (0, True)
    assert shell.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("both", [("--bare", "--pull"), ("--bare", "--template", "payments")])
def test_there_is_one_thing_to_start_from(shell: Shell, both: tuple[str, ...]) -> None:
    assert shell.run("init", *both).code == 64
    assert texts(shell) == {}


def test_a_project_is_begun_once_and_never_where_another_reads(shell: Shell) -> None:
    assert shell.run("init").code == 0
    before = texts(shell)
    again, pulled, inside = shell.run("init"), shell.run("init", "--pull"), shell.run("-C", "manifests", "init")

    assert [each.code for each in (again, pulled, inside)] == [64, 64, 64]
    assert "remove it to start again" in again.err
    assert "`lago-gitops pull` adds what your Lago has" in pulled.err
    assert "the project in .. reads this folder" in inside.err
    assert texts(shell) == before
    (shell.folder / "eu").mkdir()
    shell.monkeypatch.chdir(shell.folder)
    assert shell.run("-C", "eu", "init").code == 0


def test_git_ignores_the_folder_that_a_job_fills_outside_a_pipeline() -> None:
    assert f"{job('plan', {}).folder}/" in with_ignored("").splitlines()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ".lago-gitops/\n*.lagoplan.json\nlago-gitops-output/\n.env\n"),
        ("a", "a\n.lago-gitops/\n*.lagoplan.json\nlago-gitops-output/\n.env\n"),
        (".env\nlago-gitops-output/\n*.lagoplan.json\n.lago-gitops/\n",) * 2,
    ],
)
def test_what_git_ignores_already_stays(shell: Shell, before: str, after: str) -> None:
    assert with_ignored(before) == after
    if before:
        shell.write(".gitignore", before)
    shell.run("init", "--bare")
    assert texts(shell)[".gitignore"] == after


def test_in_a_folder_of_a_repository_the_workflow_works_there_and_is_to_be_moved(shell: Shell) -> None:
    (shell.folder / ".git").mkdir()
    assert "GitHub runs no workflow" not in shell.run("init", "--bare").err
    (shell.folder / "eu/prices").mkdir(parents=True)
    ran = shell.run("-C", "eu/prices", "init")
    workflow = yaml.safe_load((shell.folder / "eu/prices/.github/workflows/pricing.yml").read_text("utf-8"))

    assert "move .github/workflows/pricing.yml to the root of the repository" in ran.err
    assert workflow["defaults"] == {"run": {"working-directory": "eu/prices"}}


def test_editors_know_the_schema_of_every_file(shell: Shell) -> None:
    shell.run("init")
    settings = json.loads(texts(shell)[".vscode/settings.json"])

    assert all((shell.folder / schema).is_file() for schema in settings["yaml.schemas"])
    patterns = [pattern for patterns in settings["yaml.schemas"].values() for pattern in patterns]
    files = [name for name in texts(shell) if name.endswith(".yaml")]
    assert [
        name for name in files if not any(Path(name).match(pattern.replace("**/", "")) for pattern in patterns)
    ] == []


# From an organization ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_an_example() -> Iterator[Organization]:
    [example] = [each for each in EXAMPLES if each.name == "saas-seats"]
    manifests = [
        path.read_text(encoding="utf-8")
        for path in (example / "manifests").rglob("*.yaml")
        if ".test" not in path.suffixes
    ]
    with organization(*manifests, api_key="k", premium=True) as found:
        yield found


@pytest.fixture
def lago(shell: Shell, of_an_example: Organization) -> str:
    """The URL of an organization that has the price list of an example."""
    shell.monkeypatch.setenv("LAGO_API_URL", of_an_example.url)
    shell.monkeypatch.setenv("LAGO_API_KEY", "k")
    return of_an_example.restored().url


@pytest.mark.slow
def test_a_project_of_an_organization_is_complete_and_its_plan_is_empty(shell: Shell, lago: str) -> None:
    ran = shell.run("init", "--pull")

    assert (ran.code, "Next: lago-gitops plan --env production: it is empty" in ran.out) == (0, True), ran.out
    assert shell.run("plan", "--env", "production", "--detailed-exitcode").code == 0
    assert is_green(shell)
    assert schemas_resolve(shell)
    assert is_linted(shell)
    found = texts(shell)
    project = found["lago-gitops.yaml"]
    assert f"  production:\n    url: {json.dumps(lago)}\n    organization: sandbox" in project
    assert "key_from: LAGO_API_KEY " in project
    assert "LAGO_API_KEY: ${{ secrets.LAGO_API_KEY }}" in found[".github/workflows/pricing.yml"]
    assert [name for name, text in found.items() if "Bearer" in text or re.search(r"\bk\b.*secret", text)] == []


def test_an_init_that_ended_midway_is_run_again(shell: Shell) -> None:
    shell.write("schemas", "in the way")
    assert shell.run("init").code == 1
    (shell.folder / "schemas").unlink()

    assert shell.run("init").code == 0
    assert schemas_resolve(shell)


def test_where_manifests_were_already_it_says_that_the_plan_is_not_empty(shell: Shell, lago: str) -> None:
    shell.write("manifests/mine.yaml", "kind: tax\ncode: mine\nname: Mine\nrate: 1\n")

    assert "plan --env production: it shows where the existing manifests differ" in shell.run("init", "--pull").out
    assert shell.run("plan", "--env", "production", "--detailed-exitcode").code == 2


@pytest.mark.slow
def test_price_tests_are_recorded_from_today_s_prices(shell: Shell, lago: str) -> None:
    shell.run("init", "--pull")
    text = texts(shell)["tests/team_monthly.test.yaml"]
    assert text.startswith("# yaml-language-server: $schema=../schemas/price_test.schema.json\nplan: team_monthly\n")
    assert "name: without usage" in text

    path = next((shell.folder / "manifests/plans").glob("team_monthly.yaml"))
    assert 'per_unit_amount: "9.5"' in path.read_text()
    path.write_text(path.read_text().replace('per_unit_amount: "9.5"', 'per_unit_amount: "9.8"'))
    assert shell.run("test").code == 3


@pytest.mark.slow
def test_the_environment_has_the_name_and_the_key_that_are_given(shell: Shell, lago: str) -> None:
    shell.monkeypatch.delenv("LAGO_API_KEY")
    shell.monkeypatch.setenv("LAGO_API_KEY_EU_STAGING", "k")

    assert shell.run("init", "--pull", "--env", "eu-staging").code == 0
    assert shell.run("plan", "--env", "eu-staging", "--detailed-exitcode").code == 0
    assert "environment: eu-staging-plan\n" in texts(shell)[".github/workflows/pricing.yml"]


@pytest.mark.slow
def test_what_is_there_is_brought_up_to_date_and_not_described_twice(shell: Shell, lago: str) -> None:
    shell.write("manifests/mine.yaml", "kind: tax\ncode: vat_nl_21\nname: Mine\nrate: 21\n")

    assert shell.run("init", "--pull").code == 0
    assert len([name for name, text in texts(shell).items() if "code: vat_nl_21\n" in text]) == 1
    assert shell.run("plan", "--env", "production", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(("release", "said"), [("1.38.0", "1.38"), ("1.51.0", "")])
def test_an_older_lago_is_named_in_the_project_file(shell: Shell, release: str, said: str) -> None:
    with serve(Sandbox(Settings(api_key="k", lago_version=release))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "k")
        plan = {"code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR"}
        body = {"plan": {**plan, "pay_in_advance": False}}
        httpx.post(f"{url}/api/v1/plans", json=body, headers={"Authorization": "Bearer k"}).raise_for_status()

        assert shell.run("init", "--pull").code == 0
        assert shell.run("plan", "--env", "production", "--detailed-exitcode").code == 0
    assert (f'lago_version: "{said}"' in texts(shell)["lago-gitops.yaml"]) == bool(said)


def test_what_an_older_lago_does_not_bill_right_is_adopted_with_a_warning(shell: Shell) -> None:
    with serve(Sandbox(Settings(api_key="k", lago_version="1.38.0"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "k")
        add_overlapping_filters(url)

        assert shell.run("init", "--pull").code == 0
        checked = shell.run("validate")
        assert (checked.code, "warning: charges.calls: before Lago 1.39 no event" in checked.out) == (0, True)
        assert shell.run("plan", "--env", "production", "--detailed-exitcode").code == 0


def add_overlapping_filters(url: str) -> None:
    def create(collection: str, body: dict[str, object]) -> dict[str, dict[str, object]]:
        answer = httpx.post(f"{url}/api/v1/{collection}", json=body, headers={"Authorization": "Bearer k"})
        found: dict[str, dict[str, object]] = answer.raise_for_status().json()
        return found

    metric = {"code": "calls", "name": "Calls", "aggregation_type": "count_agg"}
    filters = [{"key": "region", "values": ["eu", "us"]}]
    created = create("billable_metrics", {"billable_metric": {**metric, "filters": filters}})
    prices = [
        {"values": {"region": values}, "properties": {"amount": amount}}
        for values, amount in ((["eu", "us"], "2"), (["eu"], "3"))
    ]
    charge = {
        "billable_metric_id": created["billable_metric"]["lago_id"],
        "charge_model": "standard",
        "properties": {"amount": "1"},
        "filters": prices,
    }
    plan = {"code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR"}
    create("plans", {"plan": {**plan, "pay_in_advance": False, "charges": [charge]}})


def test_without_a_lago_there_is_nothing_to_pull(shell: Shell) -> None:
    ran = shell.run("init", "--pull")

    assert (ran.code, "set LAGO_API_KEY" in ran.err) == (64, True)
    assert texts(shell) == {}


def test_a_key_that_opens_nothing_leaves_no_project(shell: Shell, lago: str) -> None:
    shell.monkeypatch.setenv("LAGO_API_KEY", "wr0ng")

    assert shell.run("init", "--pull").code == 8
    assert texts(shell) == {}


def test_a_name_that_no_file_can_hold_is_refused(shell: Shell, lago: str) -> None:
    assert shell.run("init", "--pull", "--env", "a; rm -rf /").code == 64


def test_the_sandbox_can_be_pulled_as_well(shell: Shell) -> None:
    assert shell.run("init", "--pull", "--env", "sandbox").code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.slow
def test_the_workflow_has_the_secrets_that_manifests_refer_to(shell: Shell) -> None:
    with serve(Sandbox(Settings(api_key="k"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "k")
        shell.write("w.yaml", "kind: webhook_endpoint\nwebhook_url: https://hooks.example.com/in?token=s3cr3t\n")
        assert shell.run("apply", "--auto-approve").code == 0
        (shell.folder / "w.yaml").unlink()

        ran = shell.run("init", "--pull")
        name = "WEBHOOK_URL_HOOKS_EXAMPLE_COM"
        assert f"Next: set {name}, then run lago-gitops plan --env production" in ran.out
        assert texts(shell)[".github/workflows/pricing.yml"].count(f"{name}: ${{{{ secrets.{name} }}}}") == 2
        assert is_linted(shell)

        shell.monkeypatch.setenv(name, "https://hooks.example.com/in?token=s3cr3t")
        assert shell.run("plan", "--env", "production", "--detailed-exitcode").code == 0


def test_schemas_are_of_what_people_write(shell: Shell) -> None:
    shell.run("init")

    assert {Path(name).name.split(".")[0] for name in texts(shell) if name.startswith("schemas/")} == {
        *KINDS, "manifest", "project", "price_test", "simulation",
    }  # fmt: skip
