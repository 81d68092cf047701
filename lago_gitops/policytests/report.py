"""Results of policy tests, for a terminal, for programs and for CI."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from lago_gitops.core.policies.evaluation import Fired
from lago_gitops.policytests.documents import PolicyTest
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.document import Document
from lago_gitops.render.run.junit import Case, Suite


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """`problems` say why a change can't be planned."""

    test: PolicyTest
    fired: tuple[Fired, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems and {one.rule.name for one in self.fired} == self.test.expected


def reasons(result: PolicyResult) -> Iterator[str]:
    """What is wrong, one line each; nothing for a test that passes."""
    yield from result.problems
    if result.problems:
        return
    for policy in result.fired:
        if policy.rule.name not in result.test.expected:
            yield f"{policy.rule.name} matches, but is not expected: {policy.reason}"
    for name in sorted(result.test.expected - {policy.rule.name for policy in result.fired}):
        yield f"{name} is expected, but does not match"


def policy_report_text(results: Iterable[PolicyResult], paint: Paint) -> str:
    """One line per file, then each failure, then the totals."""
    all_ = tuple(results)
    failed = [one for one in all_ if not one.passed]
    blocks = ["\n".join(_progress(all_, paint)), *(_failure(one, paint) for one in failed)]
    words = f"{len(failed)} failed, {len(all_) - len(failed)} passed." if failed else f"{len(all_)} passed."
    return "\n\n".join((*blocks, paint(f"Policies: {words}", "red" if failed else "green")))


def with_policies(document: Document, results: tuple[PolicyResult, ...]) -> Document:
    """The document of a run of price tests, with policy tests added to it and to its summary."""
    passed = sum(one.passed for one in results)
    counts = {"passed": passed, "failed": len(results) - passed}
    summary = {name: number + counts[name] for name, number in document["summary"].items()}
    return {**document, "policy_tests": [_document(one) for one in results], "summary": summary}


def _document(result: PolicyResult) -> Document:
    mark = result.test.mark
    return {
        "path": mark.source,
        "line": mark.line,
        "name": result.test.name,
        "environment": result.test.environment,
        "passed": result.passed,
        "reasons": list(reasons(result)),
        "policies": [one.rule.name for one in result.fired],
    }


def policy_suites(results: Iterable[PolicyResult]) -> Iterator[Suite]:
    for source, mine in groupby(results, key=lambda one: one.test.mark.source):
        yield Suite(f"{source}: policies", tuple(map(_case, mine)))


def _progress(results: Iterable[PolicyResult], paint: Paint) -> Iterator[str]:
    for source, mine in groupby(results, key=lambda one: one.test.mark.source):
        dots = "".join(paint(".", "green") if one.passed else paint("F", "red") for one in mine)
        yield f"{printable(source)}  {dots}"


def _failure(result: PolicyResult, paint: Paint) -> str:
    mark = result.test.mark
    title = f"FAILED {mark.source}:{mark.line} {result.test.name}"
    return "\n".join((paint(printable(title), "red"), *(f"  {printable(line)}" for line in reasons(result))))


def _case(result: PolicyResult) -> Case:
    mark, why = result.test.mark, tuple(reasons(result))
    name = result.test.name
    return Case(name, mark.source, mark.line, why[0], "\n".join(why)) if why else Case(name, mark.source, mark.line)
