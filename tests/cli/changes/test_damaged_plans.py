"""A plan file that is no plan, or none of ours, is refused with exit 5, whatever it is given to."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from lago_gitops.core.saved_plan import sealed
from tests.cli.running import Shell
from tests.fuzz.mutations import at, paths, with_value
from tests.fuzz.project import BEFORE, after
from tests.texts import METRIC

PLAN = """\
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 9900
amount_currency: EUR
pay_in_advance: false
charges:
  - code: calls
    billable_metric_code: calls
    charge_model: graduated
    properties:
      graduated_ranges:
        - {from_value: 0, to_value: 10, per_unit_amount: "1", flat_amount: "0"}
        - {from_value: 11, to_value: null, per_unit_amount: "2", flat_amount: "0"}
"""
HOOK = "kind: webhook_endpoint\nwebhook_url: https://hooks.example.com/lago\n"
REPORTS = ("--report=html=r.html", "--report=markdown=r.md", "--report=junit=r.xml", "--report=sarif=r.sarif")
TAKERS = (
    ("show", "p.json", *REPORTS),
    ("apply", "p.json", "--auto-approve", *REPORTS),
    ("comment", "--plan", "p.json", "--dry-run"),
)
EVIL = "\x1b[2J\x07\u202e\x9b31m</script><b>|`\n| x |"


@pytest.fixture
def plan(shell: Shell) -> dict[str, Any]:
    shell.write("a.yaml", f"{METRIC}---\n{PLAN}---\n{HOOK}")
    assert shell.run("plan", "--out", "p.json").code == 0
    found: dict[str, Any] = json.loads((shell.folder / "p.json").read_text())
    return found


def refused(shell: Shell, text: str | bytes) -> None:
    (shell.folder / "p.json").write_bytes(text.encode() if isinstance(text, str) else text)
    for taker in TAKERS:
        ran = shell.run(*taker)
        assert (ran.code, "p.json: " in ran.err) == (5, True), (taker, ran)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"plan"', "{}", "[" * 100_000, '{"a":' * 100_000, "\ufeff{}", b"\xff\xfe", b"\x00" * 100],
    ids=range(11),
)
def test_what_is_no_plan_is_refused(shell: Shell, text: str | bytes) -> None:
    refused(shell, text)


def test_half_of_a_plan_is_refused(shell: Shell, plan: dict[str, Any]) -> None:
    text = json.dumps(plan)

    refused(shell, text[: len(text) // 2])


def _deep(plan: dict[str, Any]) -> None:
    inner: Any = plan["changes"][1]["after"]
    for _ in range(500):
        inner["x"] = {}
        inner = inner["x"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda plan: plan.update(changes=None),
        lambda plan: plan.update(organization={}),
        lambda plan: plan.update(summary=[]),
        lambda plan: plan.pop("refusals"),
        lambda plan: plan.pop("created_at"),
        lambda plan: plan.update(created_at="."),
        lambda plan: plan.update(expires_at="never"),
        lambda plan: plan["changes"][0].update(id=[]),
        lambda plan: plan["changes"][0].update(action="explode"),
        lambda plan: plan["changes"][1]["prices"].update(charges=[{}]),
        lambda plan: plan["changes"][1]["after"]["charges"][0]["properties"].update(graduated_ranges=[[]]),
        lambda plan: plan["changes"][1]["after"].update(charges=[1]),
        _deep,
    ],
    ids=range(13),
)
def test_a_plan_that_was_harmed_and_sealed_again_is_refused(
    shell: Shell, plan: dict[str, Any], harm: Callable[[dict[str, Any]], None]
) -> None:
    harmed = copy.deepcopy(plan)
    harm(harmed)

    refused(shell, json.dumps(sealed(harmed)))


@pytest.mark.slow
def test_whatever_texts_a_plan_has_are_text_in_the_terminal(shell: Shell, plan: dict[str, Any]) -> None:
    assert texts_that_do_something(shell, plan) == []


@pytest.mark.slow
def test_whatever_texts_a_plan_of_everything_has_are_text_in_the_terminal(shell: Shell) -> None:
    shell.write("a.yaml", BEFORE)
    assert shell.run("apply", "--auto-approve").code == 0
    shell.write("a.yaml", after())
    assert shell.run("plan", "--out", "p.json").code == 0

    assert texts_that_do_something(shell, json.loads((shell.folder / "p.json").read_text())) == []


def texts_that_do_something(shell: Shell, plan: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The ways to those that do something to a terminal, once there is evil in them."""
    found = []
    for way in paths(plan):
        if isinstance(value := at(plan, way), str):
            shell.write("p.json", json.dumps(sealed(with_value(plan, way, value + EVIL))))
            for taker in (("show", "p.json", "--color"), ("comment", "--plan", "p.json", "--dry-run")):
                ran = shell.run(*taker)
                said = ran.out + ran.err
                if ran.code not in {0, 5} or set("\x07\u202e\x9b").intersection(said) or "\x1b[2J" in said:
                    found.append(way)
    return found
