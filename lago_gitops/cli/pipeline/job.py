"""A job: what its inputs and the event that started it say. Read once, never looked up again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMANDS = ("plan", "apply", "drift", "validate", "targets", "comment-fork")


class InputError(Exception):
    """An input can't be used; the text names it."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """`number` is 0 where it is not about a pull request; `head_sha` is the newest commit of what it is about."""

    name: str = ""
    number: int = 0
    head_sha: str = ""
    base_ref: str = ""
    is_fork: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """`folder` keeps what the job leaves behind: saved plan, reports. `fail_on` is `guards`, `refused` or `none`."""

    command: str
    environment: str
    event: JobEvent
    folder: Path
    fail_on: str = "refused"
    base: str = ""
    against: str = ""
    comment: bool = True
    check: bool = True
    plan_file: str = ""
    approved: str = ""
    allow: tuple[str, ...] = ()

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def report(self) -> Path:
        return self.folder / "report.html"


def job(command: str, variables: Mapping[str, str]) -> Job:
    """The job that `INPUT_…` and GitHub's own variables describe. Raises InputError."""
    event = event_of(variables)
    base = variables.get("INPUT_BASE", "") or (f"origin/{event.base_ref}" if event.base_ref else "")
    return Job(
        command=_one_of("command", command or variables.get("INPUT_COMMAND", "plan"), COMMANDS),
        environment=variables.get("INPUT_ENVIRONMENT", ""),
        event=event,
        folder=Path(variables.get("INPUT_OUTPUT") or Path(variables.get("RUNNER_TEMP", ".")) / "lago-gitops-output"),
        fail_on=_one_of("fail-on", variables.get("INPUT_FAIL_ON") or "refused", ("guards", "refused", "none")),
        base=base,
        against=variables.get("INPUT_AGAINST", ""),
        comment=_flag("comment", variables.get("INPUT_COMMENT", "true")),
        check=_flag("check", variables.get("INPUT_CHECK", "true")),
        plan_file=variables.get("INPUT_PLAN_FILE", ""),
        approved=variables.get("INPUT_APPROVED", ""),
        allow=tuple(variables.get("INPUT_ALLOW", "").replace(",", " ").split()),
    )


def event_of(variables: Mapping[str, str]) -> JobEvent:
    """The event in the file that GITHUB_EVENT_PATH names; an empty one outside of GitHub Actions. Raises InputError."""
    path, name = variables.get("GITHUB_EVENT_PATH", ""), variables.get("GITHUB_EVENT_NAME", "")
    if not path:
        return JobEvent(name)
    try:
        payload = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"GITHUB_EVENT_PATH: {path} can't be read: {error}") from None
    return _event(name, payload, variables.get("GITHUB_SHA", ""))


def _event(name: str, payload: Mapping[str, Any], sha: str) -> JobEvent:
    pull = payload.get("pull_request")
    if not pull:  # after another workflow's run, it is about that one's commit
        return JobEvent(name, head_sha=str((payload.get("workflow_run") or {}).get("head_sha") or sha))
    head, base = pull["head"], pull["base"]
    return JobEvent(
        name=name,
        number=int(pull["number"]),
        head_sha=str(head["sha"]),
        base_ref=str(base["ref"]),
        is_fork=(head.get("repo") or {}).get("full_name") != (base.get("repo") or {}).get("full_name"),
    )


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise InputError(f"input {name} is {value!r}: use one of {', '.join(choices)}")
    return value


def _flag(name: str, value: str) -> bool:
    return _one_of(name, value.lower() or "true", ("true", "false")) == "true"
