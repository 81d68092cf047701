"""The formats of reports on a run. Slow ones are imported on demand."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.render.base.json import dump
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.text import outcome_text, outcomes_summary, problems_text
from lago_gitops.render.reports.annotations import annotations
from lago_gitops.render.reports.sarif import sarif
from lago_gitops.render.review.text import plan_text
from lago_gitops.render.run.facts import Facts, Finding, Level, findings, stopped_document
from lago_gitops.render.run.junit import Case, Suite, junit


def _plainly(text: str, _: str) -> str:
    return text


def _text(facts: Facts) -> str:
    """The command's terminal output, without colour."""
    blocks = [problems_text(facts.problems, _plainly)]
    blocks += [plan_text(facts.plan, _plainly)] if facts.plan is not None else []
    if facts.outcomes is not None:
        blocks += ["\n".join(outcome_text(one, _plainly) for one in facts.outcomes), outcomes_summary(facts.outcomes)]
    for suite in facts.tests or ():
        blocks += ["\n".join(map(_tested, suite.cases))]
    blocks += ["\n".join(map(printable, facts.stopped.split("\n")))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _tested(case: Case) -> str:
    return printable(f"{case.file}:{case.line} {case.name}: {case.failure or 'passed'}")


def _json(facts: Facts) -> str:
    """The output of `--format json`; for a run that stopped, why, and everything it had found by then."""
    if facts.result is not None and not facts.stopped:
        return dump(facts.result) + "\n"
    return dump(stopped_document(facts)) + "\n"


def _junit(facts: Facts) -> str:
    """A case for each test, outcome and change, one for each problem, and one for the run."""
    wrong = [one for one in findings(facts) if one.level is Level.ERROR]
    failed = {(one.path, one.line) for one in wrong if one.path}
    suites = [
        *(facts.tests or ()),
        Suite(facts.command, tuple(_case(one) for one in wrong if one.rule != "price-test")),
    ]
    if facts.outcomes is not None:
        suites.append(Suite("outcomes", tuple(_outcome(one) for one in facts.outcomes if one.status.is_good)))
    elif facts.plan is not None:
        sound = (
            Case(one["address"], one["source"]["path"], one["source"]["line"])
            for one in facts.plan["changes"]
            if (one["source"]["path"], one["source"]["line"]) not in failed
        )
        suites.append(Suite("changes", tuple(sound)))
    if not any(suite.cases for suite in suites):
        suites.append(Suite(facts.command, (Case(facts.command, "", 1),)))
    return junit(f"lago-gitops {facts.command}", [suite for suite in suites if suite.cases])


def _case(one: Finding) -> Case:
    return Case(one.rule, one.path, one.line, one.message, one.message)


def _outcome(one: Outcome) -> Case:
    change = one.task.change
    return Case(f"{change.address} {one.task.part}", change.desired.mark.source, change.desired.mark.line)


def _markdown(facts: Facts) -> str:
    from lago_gitops.render.markdown.run import run_markdown

    return run_markdown(facts)


def _html(facts: Facts) -> str:
    from lago_gitops.render.html.report import run_html

    return run_html(facts)


FORMATS: Mapping[str, Callable[[Facts], str]] = MappingProxyType(
    {
        "text": _text,
        "markdown": _markdown,
        "html": _html,
        "json": _json,
        "sarif": sarif,
        "junit": _junit,
        "github": annotations,
    }
)
"""By name, the function that turns the facts of a run into the text of a report."""
