"""What a job comes out as: the exit code of its commands, and of the guards that nobody has answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lago_gitops.cli.base.exits import Exit
from lago_gitops.forge.approvals import Ruling


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command that ran, and its exit code."""

    name: str
    code: int


@dataclass(frozen=True, slots=True)
class JobVerdict:
    """`unanswered` are the guards in the way, by the class that waives them; `title` is the verdict in a line."""

    code: int
    title: str
    unanswered: tuple[str, ...] = ()

    @property
    def conclusion(self) -> str:
        """In the words of a GitHub check."""
        if self.code == Exit.FINE:
            return "action_required" if self.unanswered else "success"
        return "failure"


def verdict(
    ended: Sequence[CommandResult], plan: Mapping[str, Any] | None, fail_on: str, rulings: Sequence[Ruling]
) -> JobVerdict:
    """The first failure counts; then a plan that is refused, then guards, as far as `fail_on` goes."""
    failed = next((one for one in ended if one.code != Exit.FINE), None)
    if failed is not None and not (failed.name == "plan" and failed.code == Exit.REFUSED and plan is not None):
        return JobVerdict(failed.code, f"{failed.name} ended with exit code {failed.code}")
    if plan is None:
        return JobVerdict(Exit.FINE, f"{', '.join(one.name for one in ended)}: fine")
    granted = {ruling.waiver for ruling in rulings if ruling.is_granted}
    open_ = [guard for guard in plan["guards"] if guard["waiver"] not in granted]
    unanswered = tuple(dict.fromkeys(guard["waiver"] for guard in open_))
    refuses = any(guard["policy"] == "refuse" for guard in open_)
    if plan["refusals"]:
        return JobVerdict(Exit.REFUSED, "Lago can't do what the manifests say", unanswered)
    stops = bool(open_) if fail_on == "guards" else refuses if fail_on == "refused" else False
    return JobVerdict(Exit.REFUSED if stops else Exit.FINE, _title(plan, unanswered), unanswered)


def _title(plan: Mapping[str, Any], unanswered: tuple[str, ...]) -> str:
    counts = plan["summary"]
    if not plan["changes"]:
        return "No changes"
    summary = f"{counts['create']} to create, {counts['update']} to change, {counts['delete']} to delete"
    return f"{summary}; needs approval: {', '.join(unanswered)}" if unanswered else summary


def summary_text(report: str, tests: str, rulings: Sequence[Ruling]) -> str:
    """The job's summary, in Markdown: the report of its last command, that of the price tests if that is another one,
    and what became of labels."""
    return "\n\n".join(part for part in (report, tests, labels_text(rulings)) if part)


def labels_text(rulings: Sequence[Ruling]) -> str:
    """What became of the labels that are there, and of what only wants time, in Markdown; empty for nothing."""
    return "\n".join(("**Approvals**", "", *(f"- {_ruling(ruling)}" for ruling in rulings))) if rulings else ""


def _ruling(ruling: Ruling) -> str:
    if ruling.label is None:
        status = "has waited long enough" if ruling.is_granted else f"waiting: {ruling.reason}"
        return f"{'✅' if ruling.is_granted else '⏳'} `{ruling.waiver}` {status}"
    name = f"`{ruling.label.name.replace('`', '')}`"
    if ruling.is_granted:
        return f"✅ {name} was added by {_login(ruling.label.by)} and approves `{ruling.waiver}`"
    return f"❌ {name} does not count: {ruling.reason.replace('@', '')}"


def _login(login: str) -> str:
    """GitHub's logins are letters, digits and hyphens; no @, which would call somebody."""
    return "".join(character for character in login if character.isalnum() or character in "-[]")
