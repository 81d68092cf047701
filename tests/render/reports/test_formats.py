import json
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from lago_gitops.cli.base.reports import FORMATS as OFFERED
from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import Part, Task
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.core.model.resources import Address, Refusal
from lago_gitops.render.markdown.header import read_header
from lago_gitops.render.reports.annotations import MOST
from lago_gitops.render.reports.formats import FORMATS
from lago_gitops.render.run.facts import Facts, Level, findings
from lago_gitops.render.run.junit import Case, Suite
from tests.core.kinds import create, node
from tests.render.plans import document, plan

ABOUT = {"tool": "lago-gitops 1.2.3", "commit": "abc", "created_at": "2026-10-01T12:00:00Z"}
PROBLEM = Problem(Mark("p.yaml", 3, 5), "there is no tax 'vat'", "write one", "reference")
WARNING = Problem(Mark("p.yaml", 9), "a cliff", rule="volume-cliff", severity=Severity.WARNING)
BILLS = Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, "the bills of 2 subscriptions change")
ENDS = Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, "its subscriptions end")
GUARDS = (
    Verdict("changes-bills", Policy.ASK, "the bills of 2 subscriptions change", (Address("plan", "basic"),)),
    Verdict("many-updates", Policy.REFUSE, "9 of 9 resources: more than 50%", (Address("plan", "other"),)),
)
REFUSAL = Refusal(Address("plan", "basic"), Mark("p.yaml", 3), "Lago ignores interval", ("put it back",))
PLAN = document([plan()], [plan(amount_cents=2000)], effects=[(BILLS, ENDS)], verdicts=GUARDS, refusals=(REFUSAL,))
TESTS = (Suite("a.test.yaml", (Case("ok", "a.test.yaml", 1), Case("wrong", "a.test.yaml", 9, "total is 3", "…"))),)
OUTCOMES = (
    Outcome(Task(create(node("a")), Part.WHOLE), Status.DONE),
    Outcome(Task(create(node("b")), Part.WHOLE), Status.FAILED, "422: code has been taken"),
)


def made(format_: str, **facts: Any) -> str:
    return FORMATS[format_](Facts(facts.pop("command", "plan"), ABOUT, **facts))


def found(**facts: Any) -> list[tuple[str, str, str]]:
    return [(one.level.value, one.rule, f"{one.path}:{one.line}") for one in findings(Facts("plan", **facts))]


def test_all_formats_that_are_offered_are_there() -> None:
    assert tuple(FORMATS) == OFFERED


def test_findings_come_errors_first_each_with_its_place() -> None:
    assert found(plan=PLAN, problems=(WARNING, PROBLEM), tests=TESTS, outcomes=OUTCOMES) == [
        ("error", "reference", "p.yaml:3"),
        ("error", "price-test", "a.test.yaml:9"),
        ("error", "apply-failed", "b.yaml:1"),
        ("error", "refused", "p.yaml:3"),
        ("error", "many-updates", ":1"),
        ("warning", "volume-cliff", "p.yaml:9"),
        ("warning", "changes-bills", "basic.yaml:1"),
        ("warning", "changes-bills", "basic.yaml:1"),
        ("warning", "ends-subscriptions", "basic.yaml:1"),
    ]


def test_a_run_that_stopped_is_a_finding() -> None:
    assert found(stopped="Lago can't be reached", exit_code=8) == [("error", "exit-8", ":1")]


@pytest.mark.parametrize("format_", OFFERED)
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"command": "validate", "problems": (PROBLEM, WARNING), "exit_code": 3, "stopped": "1 problem"},
        {"plan": PLAN, "result": PLAN},
        {"command": "apply", "plan": PLAN, "outcomes": OUTCOMES, "exit_code": 6},
        {"command": "apply", "plan": PLAN, "exit_code": 4, "stopped": "guards stand in the way"},
        {"command": "test", "tests": TESTS, "exit_code": 3},
        {"command": "test", "tests": (Suite("a", (Case("ok", "a", 1),)),)},
        {"stopped": "\x1b[31m<b>|`@acme\n::error::", "exit_code": 1},
    ],
)
def test_every_format_tells_every_run(format_: str, facts: Any) -> None:
    text = made(format_, **facts)
    assert "\x1b" not in text
    if format_ in {"json", "sarif"}:
        json.loads(text)
    if format_ == "junit":
        root = fromstring(text)
        told = Facts(**{"command": "plan", **facts})
        wrong = [one for one in findings(told) if one.level is Level.ERROR]
        assert int(root.get("failures") or 0) == len(wrong)
        assert int(root.get("tests") or 0) >= 1


def test_markdown_of_a_plan_has_the_header_that_programs_read() -> None:
    header = read_header(made("markdown", plan=PLAN))
    assert header is not None
    assert (header.environment, header.valid_at, header.head_sha) == ("production", "2026-10-01T12:00:00Z", "abc")
    assert header.digest == PLAN["digest"]
    assert not header.truncated


def test_markdown_of_a_stopped_run_says_why_first() -> None:
    lines = made("markdown", command="apply", plan=PLAN, stopped="guards stand in the way", exit_code=4).splitlines()
    assert lines[1:4] == ["### ⛔ apply stopped (exit code 4)", "", "guards stand in the way"]
    assert any(line.startswith("### ⛔ Can't be applied") for line in lines)


def test_markdown_lists_outcomes_and_problems() -> None:
    lines = made("markdown", command="apply", outcomes=OUTCOMES, problems=(WARNING,)).splitlines()
    assert "| 🔴 | `node/b` | failed: 422: code has been taken |" in lines
    assert "- 🟠 `p.yaml:9` a cliff (`volume-cliff`)" in lines


def test_json_is_what_the_command_prints_and_of_a_stopped_run_why() -> None:
    assert json.loads(made("json", plan=PLAN, result=PLAN)) == PLAN
    stopped = json.loads(made("json", plan=PLAN, result=PLAN, stopped="no", exit_code=4))
    assert (stopped["stopped"], stopped["exit_code"], stopped["plan"]) == ("no", 4, PLAN)


def test_sarif_names_its_rules_and_places() -> None:
    run = json.loads(made("sarif", problems=(PROBLEM,)))["runs"][0]
    assert run["tool"]["driver"] == {"name": "lago-gitops", "version": "1.2.3", "rules": [{"id": "reference"}]}
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("reference", 0, "error")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "p.yaml"}, "region": {"startLine": 3, "startColumn": 5}}


def lines_of(problems: Sequence[Problem]) -> list[str]:
    return made("github", problems=tuple(problems)).splitlines()


def test_annotations_stand_beside_their_lines() -> None:
    assert lines_of([PROBLEM]) == [
        "::error file=p.yaml,line=3,col=5,title=lago-gitops%3A reference::there is no tax 'vat'. write one"
    ]


def test_no_text_starts_an_annotation_of_its_own() -> None:
    hostile = Problem(Mark("a,line=1::b\n.yaml"), "x\n::error::y 100%")
    (line,) = lines_of([hostile])
    assert line.startswith("::error file=a%2Cline=1%3A%3Ab%0A.yaml,line=1,")
    assert line.endswith("::x%0A::error::y 100%25")


def test_no_more_annotations_than_github_shows() -> None:
    lines = lines_of([PROBLEM] * (MOST + 5))
    assert len(lines) == MOST + 1
    assert lines[-1] == "::notice title=lago-gitops::5 more findings are in the report"
