"""The policies for conftest: every path that they read is in the schema of plans, and they say what they promise."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.core.model.audience import Audience, Subscribers
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Address
from lago_gitops.render.plan.document import Document
from lago_gitops.render.schemas.plan import plan_schema
from tests.render.plans import document, plan

FOLDER = Path(__file__).parents[2] / "examples" / "conftest"
FILES = sorted(FOLDER.glob("*.rego"))
LOOP = re.compile(r"\bsome (\w+) in ([a-z_.]+)")
PATH = re.compile(r"\b([a-z]+)((?:\.[a-z_]+)+)\b")
BASIC = Address("plan", "basic")


def dearer(subscriptions: int | None, cents: int = 2000) -> Document:
    effect = Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, "x", ((BASIC, subscriptions),))
    audience = Audience(9, {BASIC: Subscribers(subscriptions)})
    return document([plan()], [plan(amount_cents=cents)], [[effect]], audience=audience)


def read(text: str) -> Iterator[tuple[str, ...]]:
    """What a policy reads of its input, each as the keys that lead there; `[]` is any item of a list."""
    code = re.sub(r"#.*", "", text)
    code = re.sub(r'"[^"]*"', "", code)
    known: dict[str, tuple[str, ...]] = {"input": (), "change": ("changes", "[]")}
    for name, source in LOOP.findall(code):
        root, *keys = source.split(".")
        if root in known:
            known[name] = (*known[root], *keys, "[]")
            yield known[name]
    for root, keys in PATH.findall(code):
        if root in known:
            yield (*known[root], *keys.lstrip(".").split("."))


def within(schema: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        schema = schema.get("items") if key == "[]" else (schema.get("properties") or {}).get(key)
        if schema is None:
            return False
    return True


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_path_that_a_policy_reads_is_in_the_schema_of_plans(file: Path) -> None:
    paths = set(read(file.read_text(encoding="utf-8")))
    assert len(paths) > 3
    assert [path for path in sorted(paths) if not within(plan_schema(), path)] == []


def test_a_path_that_is_not_there_is_found() -> None:
    (path,) = read("x := input.changes_of")
    assert not within(plan_schema(), path)


@pytest.mark.parametrize(
    ("found", "denied"),
    [
        (dearer(50), ["plan/basic (basic.yaml:1): price-increase; finance has to approve"]),
        (dearer(None), ["plan/basic (basic.yaml:1): price-increase; finance has to approve"]),
        (dearer(49), []),
        (dearer(200, cents=400), ["fees fall by 120000 cents of EUR a month"]),
    ],
)
def test_the_policies_deny_what_they_are_there_for(found: Document, denied: list[str], tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    said = by_conftest(path) if shutil.which("conftest") else by_regopy(found)
    assert [one[: len(start)] for one, start in zip(said, denied, strict=True)] == denied


def by_conftest(path: Path) -> list[str]:
    command = ("conftest", "test", str(path), "--policy", str(FOLDER), "--output", "json")
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return sorted(one["msg"] for file in json.loads(ran.stdout) for one in file.get("failures") or ())


def by_regopy(found: Document) -> list[str]:
    regopy = pytest.importorskip("regopy", reason="neither conftest nor regopy is here to run them")
    rego = regopy.Interpreter()
    for file in FILES:
        rego.add_module(file.stem, file.read_text(encoding="utf-8"))
    rego.add_data_json('{"approvals": []}')
    rego.set_input_term(json.dumps(found))
    output = json.loads(str(rego.query("data.main.deny")))
    return sorted(output["expressions"][0])
