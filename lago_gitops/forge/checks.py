"""The check run on a pull request's newest commit: the verdict where reviewers look, and what they approved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NAME = "lago-gitops"
CREATOR = "github-actions"  # the app that a workflow's token belongs to; nobody else's check counts
LONGEST_SUMMARY = 60_000  # characters; GitHub refuses more than 65,535


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`conclusion` in GitHub's words: success, failure, action_required or neutral. `digest` is that of the plan."""

    environment: str
    head_sha: str
    conclusion: str
    title: str
    summary: str
    digest: str = ""

    @property
    def name(self) -> str:
        return f"{NAME} {self.environment}" if self.environment else NAME


def request_body(check: CheckResult) -> dict[str, Any]:
    """What GitHub is sent: a check run that is complete from the start, so that none is left in progress."""
    return {
        "name": check.name,
        "head_sha": check.head_sha,
        "status": "completed",
        "conclusion": check.conclusion,
        "external_id": check.digest,
        "output": {"title": check.title, "summary": check.summary[:LONGEST_SUMMARY]},
    }


def approved_digest(runs: Iterable[Mapping[str, Any]], name: str) -> str:
    """The digest of the newest check with that name created by a workflow, or ""."""
    ours = [one for one in runs if one.get("name") == name and (one.get("app") or {}).get("slug") == CREATOR]
    newest = max(ours, key=lambda one: int(one["id"]), default=None)
    return str(newest.get("external_id") or "") if newest is not None else ""
