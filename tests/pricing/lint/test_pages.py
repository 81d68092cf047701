import re

import pytest

from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.lint.metrics import UNITS_CHANGE
from lago_gitops.pricing.lint.registry import LATER, RULES, lint
from tests.pricing.lint.pages import DOCS, computed, examples

IDS = [*(rule.id for rule in RULES), *LATER]
SHAPES = Shapes(KINDS.values())


def page(rule: str) -> str:
    return (DOCS / f"{rule}.md").read_text()


def test_the_index_lists_every_rule_in_order_and_nothing_else() -> None:
    rows = re.findall(
        r"^\| \[(.+?)\]\((.+?)\.md\) \| (\w+) \| (.+) \|$", (DOCS / "README.md").read_text(), re.MULTILINE
    )
    assert rows[: len(RULES)] == [(rule.id, rule.id, rule.severity.value, rule.summary) for rule in RULES]
    assert [row[0] for row in rows] == IDS
    assert {file.stem for file in DOCS.glob("*.md")} == {"README", *IDS}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_begins_with_the_rule_its_severity_and_its_summary(rule: object) -> None:
    start = f"# {rule.id}\n\n*{rule.severity.value}* · {rule.summary}.\n"  # type: ignore[attr-defined]
    assert page(rule.id).startswith(start)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rule", IDS)
def test_every_figure_of_a_page_is_the_engines(rule: str) -> None:
    found = [(example, table) for example in examples(page(rule)) for table in example.tables]
    assert len(found) == 2
    for example, table in found:
        assert computed(example, table) == table


@pytest.mark.parametrize("rule", IDS)
def test_the_examples_of_a_page_are_manifests_that_lago_takes(rule: str) -> None:
    for example in examples(page(rule)):
        manifests = [Manifest("page.md", data) for data in example.manifests.values()]
        assert check(manifests, KINDS, SHAPES, External()).problems == ()


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_finds_the_example_of_its_page_and_not_the_fixed_one(rule: str) -> None:
    bad, fixed = examples(page(rule))
    assert [rule in {finding.rule for finding in lint(each.manifests)} for each in (bad, fixed)] == [True, False]


@pytest.mark.parametrize("rule", IDS)
def test_a_page_ends_with_how_to_silence_its_rule(rule: str) -> None:
    assert re.search(rf"```yaml\nsilence:\n  {rule}: .+\n```\n\Z", page(rule))


def test_what_needs_both_sides_is_documented_too() -> None:
    assert IDS[-1] == UNITS_CHANGE
