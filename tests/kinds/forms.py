"""Manifests and answers of Lago held against each other and against the rules, through the real tables."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lago_gitops.core.model.canonical import canonical, shaped
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.validation.bounds import value_findings
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.kinds import KINDS

SHAPES = Shapes(KINDS.values())
TRAFFIC = Path(__file__).parents[1] / "data" / "lago" / "traffic"

PLAN = {"kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR",
        "pay_in_advance": False}  # fmt: skip
METRIC = {"kind": "billable_metric", "code": "m", "name": "M", "aggregation_type": "sum_agg", "field_name": "n"}
ADD_ON = {"kind": "add_on", "code": "o", "name": "O", "amount_cents": 1, "amount_currency": "EUR"}
CHARGE = {"code": "c", "billable_metric_code": "m", "charge_model": "standard"}
FIXED = {"code": "f", "add_on_code": "o", "charge_model": "standard"}


@cache
def recorded(step: str, release: str = "") -> Any:
    """What a real Lago answered to a step, below the root key."""
    for steps in ("api", "odd"):
        for line in (TRAFFIC / f"{steps}{release}.answers.jsonl").read_text(encoding="utf-8").splitlines():
            answer = json.loads(line, parse_float=Decimal)
            if answer["id"] == step:
                [body] = answer["body"].values()
                return body
    raise KeyError(step)


def findings(data: Mapping[str, Any], *others: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The path and the message of whatever the rules find wrong in a manifest of the right shape, among others."""
    assert [str(problem) for problem in SHAPES.problems(Manifest("m.yaml", data))] == []
    known = {KINDS[other["kind"]].address(other): other for other in others}
    kind = KINDS[data["kind"]]
    found = [one for rule in kind.rules for one in rule(data, known.get)]
    return [(".".join(map(str, one.path)), one.message) for one in (*value_findings(kind.object, data), *found)]


def as_read(kind: ResourceKind, answer: Mapping[str, Any]) -> dict[str, Any]:
    return canonical(kind.object, shaped(kind.object, answer))


def as_written(kind: ResourceKind, data: Mapping[str, Any]) -> dict[str, Any]:
    return canonical(kind.object, data)


@cache
def sent(step: str) -> Any:
    """What was sent to a real Lago in a step, below the root key."""
    for steps in ("api", "odd"):
        for line in (TRAFFIC / f"{steps}.steps.jsonl").read_text(encoding="utf-8").splitlines():
            found = json.loads(line, parse_float=Decimal)
            if found["id"] == step:
                [body] = found["body"].values()
                return body
    raise KeyError(step)
