"""What the examples promise: each is a price list that goes from files to Lago and back without a difference."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.kinds import KINDS
from lago_gitops.kinds.plan.charge_models import MODELS
from tests.cli.running import Shell
from tests.examples.playing import EXAMPLES, ROOT, Environment, environments, names

EDITS = {
    "ai-api": (
        "manifests/plans/pay_as_you_go.yaml",
        'amount: "6.9"',
        'amount: "7.2"',
        "charges.fine_tuning.filters[gpu=h100].amount  6.9 → 7.2",
    ),
    "payments": (
        "manifests/plans/marketplace_eur.yaml",
        'rate: "0.25"',
        'rate: "0.29"',
        "charges.card_margin.rate  0.25 → 0.29",
    ),
    "saas-seats": (
        "manifests/plans/team_monthly.yaml",
        'per_unit_amount: "9.5"',
        'per_unit_amount: "9.8"',
        "charges.seats.graduated_ranges[11–50].per_unit_amount  9.5 → 9.8",
    ),
}
"""By example: a file, a price in it, another one, and how the plan names the change."""

REFERENCES = {
    "add_on_code": "add_on",
    "billable_metric_code": "billable_metric",
    "billable_metric_codes": "billable_metric",
    "plan_codes": "plan",
    "tax_codes": "tax",
}
POINTER = "# yaml-language-server: $schema="
MODELINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)\n(?:#.*\n)*kind: (\w+)$", re.MULTILINE)

each_environment = pytest.mark.parametrize("environment", tuple(environments()), ids=str)
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in ("LAGO_API_KEY", "LAGO_API_URL", "LAGO_GITOPS_ENV", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return Shell(tmp_path, capsys, monkeypatch)


def started(shell: Shell, environment: Environment) -> Path:
    """In a copy of the example."""
    copy = environment.copied(shell.folder)
    shell.monkeypatch.chdir(copy)
    return copy


def label(value: Path | str) -> str:
    return value.name if isinstance(value, Path) else value


def files(example: Path) -> Iterator[Path]:
    yield from sorted(path for path in example.rglob("*.yaml*") if ".lago-gitops" not in path.parts)


@pytest.mark.parametrize(
    ("example", "environment"), [(example, name) for example in EXAMPLES for name in names(example)], ids=label
)
def test_no_environment_has_a_problem(shell: Shell, example: Path, environment: str) -> None:
    """Not even a warning: what is meant is silenced, and no silence lies unused."""
    ran = shell.run("-C", str(example), "--env", environment, "validate", "--format", "json")

    assert (ran.code, json.loads(ran.out)["problems"]) == (0, [])


@pytest.mark.slow
@each_environment
def test_nothing_is_planned_before_what_it_refers_to(shell: Shell, environment: Environment) -> None:
    started(shell, environment)
    changes = json.loads(shell.run("plan", "--format", "json").out)["changes"]
    ids = {change["address"]: change["id"] for change in changes}

    assert {change["kind"] for change in changes if change["action"] != "create"} <= {"organization"}
    for change in changes:
        named = {ids[address] for address in referred(change.get("after"))}
        assert named <= set(change["depends_on"]), change["address"]


def referred(data: Any) -> Iterator[str]:
    """The addresses that a resource names."""
    if isinstance(data, list):
        for item in data:
            yield from referred(item)
    if isinstance(data, dict):
        for key, value in data.items():
            codes = [value] if isinstance(value, str) else value
            yield from (f"{REFERENCES[key]}/{code}" for code in codes) if key in REFERENCES else referred(value)


@pytest.mark.slow
@each_environment
def test_an_applied_example_leaves_nothing_to_do_and_a_changed_price_is_one_change(
    shell: Shell, environment: Environment
) -> None:
    copy = started(shell, environment)
    name, price, other, change = EDITS[environment.example.name]

    assert shell.run("validate").code == 0
    assert shell.run("apply", "--auto-approve").code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 0

    edit(copy / name, price, other)
    planned = shell.run("plan", "--detailed-exitcode", "--no-color")

    assert (planned.code, change in planned.out) == (2, True), planned.out
    assert "Plan: 0 to create, 1 to change, 0 to delete" in planned.out
    assert shell.run("apply", "--auto-approve").code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 0


def edit(path: Path, text: str, other: str) -> None:
    before = path.read_text(encoding="utf-8")
    assert before.count(text) == 1
    path.write_text(before.replace(text, other), encoding="utf-8")


@pytest.mark.slow
@each_environment
def test_what_is_pulled_into_a_fresh_folder_plans_to_nothing(
    shell: Shell, environment: Environment, tmp_path: Path
) -> None:
    copy = started(shell, environment)
    shell.run("apply", "--auto-approve")
    fresh = tmp_path / "fresh"
    pulled = shell.run("pull", "--out", str(fresh / "manifests"))
    shutil.copytree(copy / ".lago-gitops", fresh / ".lago-gitops")
    shell.monkeypatch.chdir(fresh)

    assert (pulled.code, "left out" in pulled.out) == (0, False), pulled.out
    assert shell.run("validate").code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 0


@each_example
def test_prices_are_what_their_tests_say(shell: Shell, example: Path) -> None:
    ran = shell.run("-C", str(example), "test")

    assert (ran.code, "passed" in ran.out) == (0, True), ran.out


@each_example
def test_files_are_in_the_canonical_layout(shell: Shell, example: Path) -> None:
    ran = shell.run("-C", str(example), "fmt", "--check")

    assert ran.code == 0, ran.out


@each_example
def test_documents_point_editors_to_the_schema_of_their_kind(example: Path) -> None:
    """All but templates, which are no YAML yet, and patches, which lack what a schema demands."""
    for path in files(example):
        text = path.read_text(encoding="utf-8")
        pointed = MODELINE.findall(text)

        for schema, kind in pointed:
            assert (path.parent / schema).resolve() == ROOT / f"schemas/{kind}.schema.json", path
        if path.suffix == ".yaml" and path.is_relative_to(example / "manifests"):
            assert [kind for _, kind in pointed] == re.findall(r"^kind: (\w+)$", text, re.MULTILINE), path


@each_example
def test_price_tests_point_editors_to_their_schema(example: Path) -> None:
    tests = sorted(example.rglob("*.test.yaml"))

    assert tests
    for path in tests:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(POINTER), path
        assert (path.parent / first.removeprefix(POINTER)).resolve() == ROOT / "schemas/price_test.schema.json", path


@each_example
def test_a_readme_says_which_commands_to_try(example: Path) -> None:
    assert "lago-gitops plan" in (example / "README.md").read_text(encoding="utf-8")


def test_between_them_the_examples_show_every_kind_and_every_model_that_the_api_can_make() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for example in EXAMPLES for path in files(example))

    assert set(re.findall(r"^kind: (\w+)$", text, re.MULTILINE)) == set(KINDS)
    assert set(re.findall(r"charge_model: (\w+)", text)) == set(MODELS) - {"custom"}


def test_every_example_is_edited() -> None:
    assert set(EDITS) == {example.name for example in EXAMPLES}
