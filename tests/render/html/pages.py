"""Report pages of plans, without a server."""

from typing import Any

from lago_gitops.render.html.report import run_html
from lago_gitops.render.run.facts import Facts
from tests.render.plans import METRIC, charge, document, plan

ABOUT = {"tool": "lago-gitops 1.2.3", "commit": "4e1a9c2f00", "created_at": "2026-10-01T12:00:00Z"}


def tiers(*rows: tuple[int, int | None, str]) -> dict[str, Any]:
    ranges = [{"from_value": a, "to_value": b, "per_unit_amount": c, "flat_amount": "0"} for a, b, c in rows]
    return charge({"graduated_ranges": ranges}, "graduated")


NOW = tiers((0, 10_000, "0"), (10_001, 100_000, "0.0020"), (100_001, None, "0.0012"))
AFTER = tiers(
    (0, 10_000, "0"), (10_001, 100_000, "0.0022"), (100_001, 1_000_000, "0.0012"), (1_000_001, None, "0.0009")
)
SCALE = [METRIC, plan("scale", charges=[NOW])], [METRIC, plan("scale", charges=[AFTER])]
"""One price that rises below 1,060,000 units and falls above."""


def page(*sides: Any, **others: Any) -> str:
    return run_html(Facts("plan", ABOUT, plan=document(*sides, **others)))
