"""What the README lists is what there is."""

import os
import re
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import httpx
import pytest

from lago_gitops.cli import COMMANDS
from lago_gitops.cli.base.exits import Exit
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.lint.registry import RULES
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.docs.console import Command, fits, steps, take

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def rows(title: str) -> list[str]:
    """The first cells of the table below a line that starts so."""
    lines = README[README.index(title) :].splitlines()[2:]
    return [line.split("|")[1] for line in takewhile(lambda one: one.startswith("|"), lines)]


def test_every_command_is_listed() -> None:
    listed = {name for row in rows("| Command |") for name in re.findall(r"`([a-z]+)", row)}

    assert listed == set(COMMANDS)


def test_every_exit_code_is_listed() -> None:
    assert [int(row) for row in rows("| Exit code |")] == [code.value for code in Exit]


def test_every_kind_is_named() -> None:
    sentence = README[README.index("- Kinds:") :].split(". Every field")[0]

    assert set(re.findall(r"`([a-z_]+)`", sentence)) == set(KINDS)


def test_the_number_of_lint_rules_is_said() -> None:
    said = re.search(r"pricing lint\]\(docs/lint/README\.md\), (\d+)\s+rules", README)

    assert said is not None
    assert int(said[1]) == len(RULES)


# Use it on your Lago: each command, as it stands there, against an organization that has a plan with a subscriber -----


def commands(title: str) -> list[tuple[str, str]]:
    """Those of the console block below the heading, each with what is said about it."""
    block = re.search(rf"^##+ {title}$.*?^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert block is not None
    lines = (re.split(r"\s+# ", line) for line in block[1].splitlines() if line.startswith("$ "))
    return [(line.removeprefix("$ "), " ".join(said)) for line, *said in lines]


def test_five_minutes_lead_to_an_applied_plan_and_to_the_next_one(tmp_path: Path) -> None:
    title = "Try it in five minutes"
    clone, install, folder, *others = commands(title)
    assert "git clone" in clone[0]
    assert "pip install ." in install[0]
    assert "mkdir" in folder[0]
    for line, said in others:
        printed = take(Command(line, ()), tmp_path, {})
        assert all(part.removesuffix(".") in printed for part in said.split(", ") if part[0] in "+AN"), printed
    growth = tmp_path / "manifests" / "growth.yaml"
    growth.write_text(growth.read_text(encoding="utf-8").replace('"0.002"', '"0.0022"'), encoding="utf-8")
    [planned] = (step for step in steps(README) if isinstance(step, Command) and "~ plan/growth" in str(step.expected))

    assert fits(planned.expected, take(planned, tmp_path, {}))


def sold(url: str) -> None:
    """The price list that `init` writes, and somebody who is subscribed to it."""
    headers = {"Authorization": "Bearer k3y"}
    with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=120, verify=False) as lago:
        tiers = [
            {"from_value": 0, "to_value": 10000, "per_unit_amount": "0", "flat_amount": "0"},
            {"from_value": 10001, "to_value": None, "per_unit_amount": "0.002", "flat_amount": "0"},
        ]
        metric = {"code": "calls", "name": "Calls", "aggregation_type": "count_agg"}
        made = lago.post("/billable_metrics", json={"billable_metric": metric}).json()["billable_metric"]
        charge = {
            "billable_metric_id": made["lago_id"],
            "charge_model": "graduated",
            "properties": {"graduated_ranges": tiers},
        }
        plan = {
            "code": "growth",
            "name": "Growth",
            "interval": "monthly",
            "amount_cents": 9900,
            "amount_currency": "EUR",
        }
        lago.post("/plans", json={"plan": {**plan, "pay_in_advance": True, "charges": [charge]}}).raise_for_status()
        lago.post("/customers", json={"customer": {"external_id": "acme", "name": "Acme"}}).raise_for_status()
        subscription = {"external_customer_id": "acme", "plan_code": "growth", "external_id": "acme-1"}
        lago.post("/subscriptions", json={"subscription": subscription}).raise_for_status()


@pytest.mark.slow
def test_five_commands_lead_from_nothing_to_an_invoice_and_its_change(tmp_path: Path) -> None:
    title = "Simulate invoices in five commands"
    who = {f"GIT_{role}_{what}": "a@b.invalid" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAGO_", "GIT_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    said = []
    for line, _ in commands(title):
        ran = subprocess.run(
            ("bash", "-c", line), cwd=tmp_path, env={**kept, **who, "PATH": path},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
        said.append(ran.stdout)

    assert len(said) == 5
    [simulated] = (step for step in steps(README) if isinstance(step, Command) and "2026-02" in str(step.expected))
    assert fits(simulated.expected, said[-1])
    assert "small-1" in (tmp_path / "invoices.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_from_an_empty_folder_to_a_reviewed_price_change(tmp_path: Path) -> None:
    with serve(Sandbox(Settings(api_key="k3y"))) as url:
        sold(url)
        (export, _), *others = commands("Use it on your Lago")
        assert export == "export LAGO_API_URL=https://api.getlago.com LAGO_API_KEY=…"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LAGO_")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "EDITOR": "sed -i s/0.002/0.0025/",
            "LAGO_API_URL": url,
            "LAGO_API_KEY": "k3y",
        }
        said = []
        for line, _ in others:
            ran = subprocess.run(
                ("bash", "-c", line), cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
            assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
            said.append(ran.stdout)

        assert "No changes: Lago matches the manifests" in said[2]
        assert "per_unit_amount" in said[5] or "0.0025" in said[5]
        assert said[6].startswith("Applied: 1 done.")
        assert "No changes: Lago matches the manifests" in said[-1]
