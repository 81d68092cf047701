"""The commands that a job runs, in order, each with the reports that it leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lago_gitops.cli.base.reports import FORMATS
from lago_gitops.cli.pipeline.job import Job

FILES = {
    "markdown": "{name}.md",
    "html": "{name}.html",
    "json": "{name}.report.json",
    "sarif": "{name}.sarif",
    "github": "{name}.annotations.txt",
}
"""Name of the file by format of the report."""


@dataclass(frozen=True, slots=True)
class CommandStep:
    """`args` are those of the command line; where it `stops`, its failure ends the job's commands."""

    name: str
    args: tuple[str, ...]
    stops: bool = True


def report_file(job: Job, name: str, format_: str) -> Path:
    """Where a step's report in a format is."""
    return job.folder / FILES[format_].format(name=name)


def steps(job: Job, *, has_tests: bool) -> tuple[CommandStep, ...]:
    """Manifests first, prices next, Lago last."""
    return tuple(_reported(step, job) for step in _steps(job, has_tests=has_tests))


def _steps(job: Job, *, has_tests: bool) -> Iterator[CommandStep]:
    env = ("--env", job.environment) if job.environment else ()
    if job.command != "drift":
        yield CommandStep("validate", ("validate", *env))
    if has_tests and job.command in ("plan", "validate"):
        yield CommandStep("test", ("test", *env), stops=False)
    match job.command:
        case "plan":
            base = ("--base", job.base) if job.base else ()
            against = ("--against", job.against) if job.against else ()
            yield CommandStep("plan", ("plan", *env, *base, *against, "--out", str(job.plan)))
        case "apply":
            yield CommandStep("apply", ("apply", *env, "--auto-approve", *_approval(job)))
        case "drift":
            yield CommandStep("drift", ("drift", *env, "--issue"))
        case _:
            pass


def _approval(job: Job) -> Iterator[str]:
    """The plan that was reviewed, by file or digest; never what a comment says."""
    if job.plan_file:
        yield job.plan_file
    if job.approved:
        yield from ("--approved", job.approved)
    for waiver in job.allow:
        yield from ("--allow", waiver)


def _reported(step: CommandStep, job: Job) -> CommandStep:
    formats = tuple(format_ for format_ in FILES if format_ in FORMATS)
    reports = (f"--report={format_}={report_file(job, step.name, format_)}" for format_ in formats)
    return CommandStep(step.name, (*step.args, *reports), step.stops)
