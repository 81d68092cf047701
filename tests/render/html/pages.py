"""Report pages of plans, without a server."""

from typing import Any

from lago_gitops.render.html.report import run_html
from lago_gitops.render.run.facts import Facts
from tests.render.plans import document

ABOUT = {"tool": "lago-gitops 1.2.3", "commit": "4e1a9c2f00", "created_at": "2026-10-01T12:00:00Z"}


def page(*sides: Any, **others: Any) -> str:
    return run_html(Facts("plan", ABOUT, plan=document(*sides, **others)))
