"""Plan documents made of manifests before and after, without a server."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lago_gitops.core.assessment.guard import Verdict
from lago_gitops.core.comparison.abilities.server import Server, version
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.execution.schedule import schedule
from lago_gitops.core.model.audience import NO_AUDIENCE, Audience
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.resources import Live, Refusal
from lago_gitops.core.plan import ChangePlan, Organization
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.render.plan.document import Document, plan_document

Data = dict[str, Any]
ACME = Organization("https://lago.example", "0f1e", "acme", "Acme", "1.51")
METRIC: Data = {"kind": "billable_metric", "code": "calls", "name": "Calls", "aggregation_type": "count_agg"}


def plan(code: str = "basic", **others: Any) -> Data:
    about = {"interval": "monthly", "amount_cents": 1000, "amount_currency": "EUR", "pay_in_advance": False}
    return {"kind": "plan", "code": code, "name": code.title(), **about, **others}


def charge(properties: Data, model: str = "standard", **others: Any) -> Data:
    about = {"code": "calls", "billable_metric_code": "calls", "charge_model": model}
    return {**about, "properties": properties, **others}


def bent(amount: str) -> Data:
    """The properties of a price whose line bends, so that it is drawn."""
    return {
        "graduated_ranges": [
            {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "0"},
            {"from_value": 11, "to_value": None, "per_unit_amount": amount, "flat_amount": "0"},
        ]
    }


def tiers(*rows: tuple[int, int | None, str]) -> Data:
    ranges = [{"from_value": a, "to_value": b, "per_unit_amount": c, "flat_amount": "0"} for a, b, c in rows]
    return charge({"graduated_ranges": ranges}, "graduated")


NOW = tiers((0, 10_000, "0"), (10_001, 100_000, "0.0020"), (100_001, None, "0.0012"))
AFTER = tiers(
    (0, 10_000, "0"), (10_001, 100_000, "0.0022"), (100_001, 1_000_000, "0.0012"), (1_000_001, None, "0.0009")
)
SCALE = [METRIC, plan("scale", charges=[NOW])], [METRIC, plan("scale", charges=[AFTER])]
"""One price that rises below 1,060,000 units and falls above."""


def planned(
    before: Sequence[Data],
    after: Sequence[Data],
    effects: Sequence[Sequence[Effect]] = (),
    verdicts: tuple[Verdict, ...] = (),
    refusals: tuple[Refusal, ...] = (),
) -> ChangePlan:
    """What turns the one into the other; `effects` are those of the first changes."""
    there = [_live(data) for data in before]
    wanted = [desired(Manifest(f"{data['code']}.yaml", data), KINDS[data["kind"]]) for data in after]
    compared = compare(wanted, {one.address: one for one in there}, KINDS, Server(version("1.51")))
    order = schedule(compared.changes, KINDS)
    all_effects = (*map(tuple, effects), *((),) * (len(compared.changes) - len(effects)))
    referrers = remaining_referrers(compared.changes, compared.live, KINDS)
    return ChangePlan("production", ACME, compared, order, all_effects, refusals, verdicts, referrers=referrers)


def document(*args: Any, audience: Audience = NO_AUDIENCE, **others: Any) -> Document:
    return plan_document(replace(planned(*args, **others), audience=audience), KINDS)


def _live(data: Data) -> Live:
    kind = KINDS[data["kind"]]
    return Live(kind.address(data), "1a2b", canonical(kind.object, data), data)
