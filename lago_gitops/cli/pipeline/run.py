"""Runs a job: its commands, each in a process of its own, then what people are told, which changes no verdict."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.forges import this_github
from lago_gitops.cli.pipeline.job import Job
from lago_gitops.cli.pipeline.steps import CommandStep, report_file, steps
from lago_gitops.cli.pipeline.verdict import CommandResult, JobVerdict, summary_text, verdict
from lago_gitops.core.assessment.guard import LABEL, WAIVERS, Requirement
from lago_gitops.forge.approvals import Asked, Court, Ruling, approving_labels, rulings
from lago_gitops.forge.checks import CheckResult, approved_digest
from lago_gitops.forge.comments import Draft, ours
from lago_gitops.forge.connection import ForgeError
from lago_gitops.forge.github import GitHub
from lago_gitops.forge.posting import post
from lago_gitops.project import find_project
from lago_gitops.render.markdown.comment import plan_comment
from lago_gitops.render.markdown.header import Header, read_header
from lago_gitops.render.plan.policies import policies_of, required_by

MOST_ANNOTATIONS = 10  # GitHub shows no more of one step


def run(job: Job) -> int:
    """The exit code of the job."""
    job.folder.mkdir(parents=True, exist_ok=True)
    job = _with_approval(job) if job.command == "apply" else job
    ended = _commands(job)
    plan = _json(job.plan) if job.command == "plan" else None
    agreed = _rulings(job, plan) if plan is not None else ()
    result = verdict(ended, plan, job.fail_on, agreed)
    text = _text(job, ended, result, agreed)
    _annotate(job, ended)
    _summarize(text)
    _outputs(job, plan, result)
    if job.comment and job.event.number and (plan is not None or job.command == "apply"):
        _tell("comment", lambda: _comment(job, plan, text))
    if job.check and job.event.head_sha and job.command == "plan":
        _tell("check", lambda: _check(job, plan, text, result))
    return result.code


# Commands -----------------------------------------------------------------------------------------------------------


def _commands(job: Job) -> tuple[CommandResult, ...]:
    ended: list[CommandResult] = []
    for step in steps(job, has_tests=any(Path().rglob("*.test.yaml"))):
        ended.append(CommandResult(step.name, _code(step)))
        if step.stops and ended[-1].code not in (Exit.FINE, Exit.CHANGES):
            break
    return tuple(ended)


def _code(step: CommandStep) -> int:
    click.echo(f"::group::lago-gitops {step.name}")
    command = (sys.executable, "-m", "lago_gitops", *step.args)
    code = subprocess.run(command, check=False, env=_environment()).returncode  # noqa: S603 ours
    click.echo("::endgroup::")
    return code


def _environment() -> dict[str, str]:
    """With the way to all that runs here: Python by itself doesn't know of what is in a zipapp."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _with_approval(job: Job) -> Job:
    """What the pull request of this commit approves: the digest of its check, and the labels that count."""
    if job.plan_file or job.approved:
        return job
    try:
        forge = this_github()
        number = job.event.number or forge.pull_request_of(job.event.head_sha) or 0
        if not number:
            return job
        sha = forge.head_sha(number)
        check = CheckResult(job.environment, sha, "", "", "")
        digest = approved_digest(forge.checks(sha), check.name)
        granted = [one.waiver for one in _labels(forge, job, number, digest, _asked()) if one.is_granted]
    except (ForgeError, StoppedError) as error:
        click.echo(f"::warning::the pull request's approvals can't be read: {error}")
        return job
    allow = tuple(dict.fromkeys((*job.allow, *granted)))
    return replace(job, approved=digest, allow=allow, event=replace(job.event, number=number))


# Telling ------------------------------------------------------------------------------------------------------------


def _tell(name: str, tell: Callable[[], None]) -> None:
    """A failure to report is only a warning: the verdict is also in the log, the summary and the exit code."""
    try:
        tell()
    except (ForgeError, StoppedError) as error:
        click.echo(f"::warning title=lago-gitops::no {name}: {_one_line(str(error))}")


def _rulings(job: Job, plan: dict[str, Any]) -> tuple[Ruling, ...]:
    """What the pull request's labels, and time, answer; nothing where they can't be read, as from a fork."""
    if not job.event.number or not plan["guards"]:
        return ()
    try:
        labels = _labels(this_github(), job, job.event.number, plan["money_digest"], _asked(plan))
    except (ForgeError, StoppedError) as error:
        click.echo(f"::warning title=lago-gitops::labels can't be read: {_one_line(str(error))}")
        return ()
    standing = {guard["waiver"] for guard in plan["guards"]}
    return tuple(one for one in labels if one.label is not None or one.waiver in standing)


def _labels(forge: GitHub, job: Job, number: int, digest: str, asked: Asked) -> tuple[Ruling, ...]:
    labels = approving_labels(forge.labels(number), forge.label_events(number), asked)
    if not labels and all(one.label for one in asked.values()):
        return ()
    comments = ours(forge.comments(number), forge.login(), job.environment)
    shown = (read_header(one.body) for one in comments)
    since = next((one.shown_since for one in shown if one is not None and digest and one.money == digest), "")
    return rulings(labels, asked, Court(since, datetime.now(UTC), forge.may_write, forge.is_member))


def _asked(plan: Mapping[str, Any] | None = None) -> Asked:
    """What satisfies the tool's own guards, the project's policies, and the policies that match the plan."""
    own = {waiver: Requirement(f"{LABEL}{waiver}") for waiver in WAIVERS}
    policies = find_project(Path()).project.policies
    mine = {one.name: one.requirement or Requirement(f"{LABEL}{one.name}") for one in policies}
    return own | mine | {one["name"]: required_by(one) for one in policies_of(plan or {})}


def _text(job: Job, ended: Sequence[CommandResult], result: JobVerdict, agreed: Sequence[Ruling]) -> str:
    """The summary: what its last command reports, or its verdict."""
    last = ended[-1].name
    report = _read(report_file(job, last, "markdown")) or f"`lago-gitops {last}`: {result.title}"
    tests = _read(report_file(job, "test", "markdown")) if last != "test" else ""
    return summary_text(report, tests, agreed)


def _comment(job: Job, plan: dict[str, Any] | None, text: str) -> None:
    forge, now = this_github(), _now()
    if plan is None:
        header = Header(job.environment, now, job.event.head_sha)
        post(forge, job.event.number, Draft(header, text))
        return
    comment = plan_comment(plan)
    guidance = text[len(_read(report_file(job, "plan", "markdown"))) :]
    header = Header(
        environment=plan["environment"],
        valid_at=plan["created_at"],
        head_sha=job.event.head_sha,
        digest=plan["digest"],
        money=plan["money_digest"],
        truncated=comment.truncated,
    )
    is_quiet = not (plan["changes"] or plan["refusals"] or plan["guards"])
    post(forge, job.event.number, Draft(header, comment.text + guidance, is_quiet))


def _check(job: Job, plan: dict[str, Any] | None, text: str, result: JobVerdict) -> None:
    digest = plan["money_digest"] if plan is not None else ""
    check = CheckResult(job.environment, job.event.head_sha, result.conclusion, result.title, text, digest)
    this_github().create_check(check)


def _annotate(job: Job, ended: Sequence[CommandResult]) -> None:
    """File and line of what is wrong, worst first; the rest is in the summary."""
    lines = [line for one in ended for line in _read(report_file(job, one.name, "github")).splitlines()]
    worst = sorted(dict.fromkeys(lines), key=lambda line: not line.startswith("::error"))
    for line in worst[:MOST_ANNOTATIONS]:
        click.echo(line)


def _summarize(text: str) -> None:
    append("GITHUB_STEP_SUMMARY", text)


def _outputs(job: Job, plan: dict[str, Any] | None, result: JobVerdict) -> None:
    outputs = {
        "exit-code": str(result.code),
        "changes": str(len(plan["changes"])) if plan is not None else "",
        "class": (plan["summary"]["class"] or "") if plan is not None else "",
        "digest": plan["digest"] if plan is not None else "",
        "guards": ",".join(result.unanswered),
        "plan-file": str(job.plan) if plan is not None else "",
        "report": str(next((one for one in _html(job) if one.exists()), "")),
    }
    append("GITHUB_OUTPUT", "\n".join(f"{name}={_one_line(value)}" for name, value in outputs.items()))


def _html(job: Job) -> tuple[Path, ...]:
    return tuple(report_file(job, name, "html") for name in (job.command, "validate"))


def append(variable: str, text: str) -> None:
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def _json(path: Path) -> dict[str, Any] | None:
    text = _read(path)
    return json.loads(text) if text else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _one_line(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
