"""What a run of any command found and did, and which of it needs attention."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from lago_gitops.core.assessment.guard import Policy
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.core.model.effects import Weight, gravest
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.model.resources import Address, Change, Create
from lago_gitops.render.plan.document import FORMAT, Document
from lago_gitops.render.run.documents import outcome_document, problem_document
from lago_gitops.render.run.junit import Case, Suite


@dataclass(frozen=True, slots=True)
class Facts:
    """None or empty for steps that the command didn't reach. `stopped` is why it could not continue.

    `about` describes the run: `tool`, `commit`, `created_at`; `result` is what `--format json` prints.
    Reports are created from facts `without_secrets`.
    """

    command: str
    about: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = 0
    stopped: str = ""
    problems: tuple[Problem, ...] = ()
    plan: Document | None = None
    outcomes: tuple[Outcome, ...] | None = None
    tests: tuple[Suite, ...] | None = None
    result: Document | None = None


def without_secrets(facts: Facts, redact: Callable[[Any], Any]) -> Facts:
    """The facts as they may be shown, in any format: `redact` removes secrets from plain data."""
    return replace(
        facts,
        stopped=redact(facts.stopped),
        problems=tuple(_shown_problem(one, redact) for one in facts.problems),
        plan=redact(facts.plan),
        outcomes=facts.outcomes and tuple(_shown_outcome(one, redact) for one in facts.outcomes),
        tests=facts.tests and tuple(_shown_suite(one, redact) for one in facts.tests),
        result=redact(facts.result),
    )


def _shown_problem(one: Problem, redact: Callable[[Any], Any]) -> Problem:
    mark = replace(one.mark, source=redact(one.mark.source))
    return replace(one, mark=mark, message=redact(one.message), hint=redact(one.hint))


def _shown_outcome(one: Outcome, redact: Callable[[Any], Any]) -> Outcome:
    change = one.task.change
    desired = replace(change.desired, address=_shown_address(change.desired.address, redact))
    if isinstance(change, Create):
        shown: Change = replace(change, desired=desired)
    else:
        shown = replace(
            change, desired=desired, live=replace(change.live, address=_shown_address(change.live.address, redact))
        )
    return replace(one, task=replace(one.task, change=shown), message=redact(one.message))


def _shown_address(address: Address, redact: Callable[[Any], Any]) -> Address:
    return replace(address, key=redact(address.key))


def _shown_suite(suite: Suite, redact: Callable[[Any], Any]) -> Suite:
    return Suite(redact(suite.name), tuple(Case(*redact(astuple(case))) for case in suite.cases))


def stopped_document(facts: Facts) -> Document:
    """The document of a run that could not continue: why, and everything it had found and done by then."""
    return {
        "format_version": FORMAT,
        "command": facts.command,
        "exit_code": int(facts.exit_code),
        "stopped": facts.stopped,
        "problems": [problem_document(one) for one in facts.problems],
        "plan": facts.plan,
        "outcomes": None if facts.outcomes is None else [outcome_document(one) for one in facts.outcomes],
    }


PRICE_TEST: Final = "price-test"  # the rule of a failing test


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that needs attention, and its place; without a path, it concerns the whole run."""

    level: Level
    rule: str
    message: str
    path: str = ""
    line: int = 1
    column: int = 1


_LEVELS: Final = {
    Severity.ERROR: Level.ERROR,
    Severity.WARNING: Level.WARNING,
    Weight.DANGER: Level.WARNING,
    Weight.WARNING: Level.WARNING,
    Weight.NOTE: Level.NOTE,
}


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Errors first, then warnings, then notes; each in the order found."""
    all_findings = (*_of_run(facts), *_of_problems(facts), *_of_tests(facts), *_of_outcomes(facts), *_of_plan(facts))
    return tuple(sorted(all_findings, key=lambda one: tuple(Level).index(one.level)))


def _of_run(facts: Facts) -> Iterator[Finding]:
    if facts.stopped:
        yield Finding(Level.ERROR, f"exit-{facts.exit_code}", facts.stopped)


def _of_problems(facts: Facts) -> Iterator[Finding]:
    for one in facts.problems:
        message = f"{one.message}. {one.hint}" if one.hint else one.message
        yield Finding(_LEVELS[one.severity], one.rule, message, one.mark.source, one.mark.line, one.mark.column)


def _of_tests(facts: Facts) -> Iterator[Finding]:
    for suite in facts.tests or ():
        for case in suite.cases:
            if case.failure:
                yield Finding(Level.ERROR, PRICE_TEST, f"{case.name}: {case.failure}", case.file, case.line)


def _of_outcomes(facts: Facts) -> Iterator[Finding]:
    for one in facts.outcomes or ():
        if not one.status.is_good:
            mark, address = one.task.change.desired.mark, one.task.change.address
            message = f"{address}: {one.status}" + (f": {one.message}" if one.message else "")
            rule = f"apply-{one.status.replace(' ', '-')}"
            yield Finding(Level.ERROR, rule, message, mark.source, mark.line, mark.column)


def _of_plan(facts: Facts) -> Iterator[Finding]:
    if facts.plan is None:
        return
    for refusal in facts.plan["refusals"]:
        message = ": ".join((refusal["address"], "; or ".join((refusal["message"], *refusal["ways_out"]))))
        yield _placed(Level.ERROR, "refused", message, refusal["source"])
    sources = {change["address"]: change["source"] for change in facts.plan["changes"]}
    for guard in facts.plan["guards"]:
        level = Level.ERROR if guard["policy"] == Policy.REFUSE else Level.WARNING
        message = f"{guard['reason']} (--allow {guard['waiver']})"
        yield _placed(level, guard["waiver"], message, sources.get(guard["addresses"][0]))
    for change in sorted(facts.plan["changes"], key=_gravity):
        for effect in change["effects"]:
            message = f"{change['address']}: {effect['sentence']}"
            yield _placed(_LEVELS[Weight(effect["weight"])], effect["class"], message, change["source"])


def _gravity(change: Document) -> int:
    """The gravest first."""
    return -gravest(Weight(one["weight"]) for one in change["effects"])


def _placed(level: Level, rule: str, message: str, source: Document | None) -> Finding:
    if source is None:
        return Finding(level, rule, message)
    return Finding(level, rule, message, source["path"], source["line"], source["column"])
