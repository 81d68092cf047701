"""Policies are read from the project file; whatever is wrong is said with its place."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Requirement
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.policies.rule import Bounds, Condition, PolicyRule, RuleResult
from lago_gitops.core.policies.window import Window
from lago_gitops.project import find_project

WINDOW = (
    "{time_zone: Europe/Paris, days: [fri], hours: '15:00-24:00', days_of_month: [-1], dates: [2026-12-24/2027-01-02]}"
)
WHOLE = f"""
policies:
  - name: price-rises
    environments: [production]
    when:
      kind: plan
      code: [team, "enterprise-*"]
      action: update
      class: [price-increase, breaking]
      effect: changes-bills
      increase_percent: {{at_least: 9.5}}
      decrease_percent: {{at_most: "20"}}
      amount_per_month: {{at_least: -100, currency: EUR}}
      subscriptions: {{at_least: 50}}
      during: {WINDOW}
      outside: [{{time_zone: UTC}}]
    require: {{because: finance agrees, label: finance-agreed, approvers: ["@acme/finance", "@alice"], wait: 2d}}
"""


def read(tmp_path: Path, text: str) -> tuple[PolicyRule, ...]:
    (tmp_path / "lago-gitops.yaml").write_text(text, encoding="utf-8")
    found = find_project(tmp_path)
    assert found.problems == ()
    return found.project.policies


def wrong(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "lago-gitops.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in find_project(tmp_path).problems]


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, WHOLE)
    assert (rule.name, str(rule.mark), rule.result) == ("price-rises", "lago-gitops.yaml:3:5", RuleResult.REQUIRE)
    assert rule.requirement == Requirement("finance-agreed", ("@acme/finance", "@alice"), 2 * 24 * 3600)
    assert rule.environments == ("production",)
    window = Window(
        ZoneInfo("Europe/Paris"), ("fri",), (900, 1440), (-1,), ((date(2026, 12, 24), date(2027, 1, 2)),)
    )  # fmt: skip
    assert rule.when == Condition(
        kinds=("plan",),
        codes=("team", "enterprise-*"),
        actions=("update",),
        classes=(ChangeClass.PRICE_INCREASE, ChangeClass.BREAKING),
        effects=(EffectClass.CHANGES_BILLS,),
        rise=Bounds(at_least=Decimal("9.5")),
        fall=Bounds(at_most=Decimal(20)),
        amount=Bounds(at_least=Decimal(-100)),
        currency="EUR",
        subscriptions=Bounds(at_least=Decimal(50)),
        during=(window,),
        outside=(Window(ZoneInfo("UTC")),),
    )


@pytest.mark.parametrize("result", ["warn", "refuse"])
def test_a_policy_without_conditions_speaks_up_about_every_change(tmp_path: Path, result: str) -> None:
    (rule,) = read(tmp_path, f"policies: [{{name: mine, {result}: ' ask first '}}]")
    assert rule == PolicyRule("mine", rule.mark, RuleResult(result), "ask first")


def test_a_single_date_is_that_day(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, "policies: [{name: a, warn: x, when: {during: {time_zone: UTC, dates: [2026-12-24]}}}]")
    assert rule.when.during[0].dates == ((date(2026, 12, 24), date(2026, 12, 24)),)


@pytest.mark.parametrize(
    ("require", "wanted"),
    [
        ("", Requirement("lago:allow-mine")),
        (", wait: 90m", Requirement("", (), 5400)),
        (', wait: 1h, approvers: ["@bob"]', Requirement("lago:allow-mine", ("@bob",), 3600)),
        (", wait: 1h, label: yes-do", Requirement("yes-do", (), 3600)),
    ],
)
def test_a_policy_without_a_label_has_one_by_its_name_unless_only_time_has_to_pass(
    tmp_path: Path, require: str, wanted: Requirement
) -> None:
    (rule,) = read(tmp_path, f"policies: [{{name: mine, require: {{because: x{require}}}}}]")
    assert rule.requirement == wanted


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("{name: a}", "1:12: policy 'a' has no consequence (give one of warn, require and refuse)"),
        (
            "{name: a, warn: x, refuse: y}",
            "1:12: policy 'a' has several consequences (give one of warn, require and refuse)",
        ),
        ("{name: delete, warn: x}", "1:13: 'delete' is the name of a built-in guard (choose another name)"),
        ("{name: A, warn: x}", "1:13: name can't be 'A' (lower-case letters, digits and hyphens, such as price-rises)"),
        (
            "{name: a, warn: x}, {name: a, warn: y}",
            "1:33: there is another policy 'a' (give the policy a name: --allow uses it)",
        ),
        ("{name: a, warn: x, when: {klass: b}}", "1:38: there is no field 'klass' here (did you mean 'class'?)"),
        (
            "{name: a, warn: x, when: {during: {time_zone: Europe/Pariz}}}",
            "1:47: there is no time zone 'Europe/Pariz' (use a name such as Europe/Paris or UTC)",
        ),
        (
            "{name: a, warn: x, when: {outside: [{time_zone: ../x}]}}",
            "1:49: there is no time zone '../x' (use a name such as Europe/Paris or UTC)",
        ),
        (
            "{name: a, warn: x, when: {during: {time_zone: UTC, dates: [2027-01-02/2026-12-24]}}}",
            "1:71: '2027-01-02/2026-12-24': it ends before it begins",
        ),
        (
            "{name: a, warn: x, when: {during: {time_zone: UTC, dates: [2026-02-30]}}}",
            "1:71: '2026-02-30': day is out of range for month",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, policy: str, said: str) -> None:
    assert wrong(tmp_path, f"policies: [{policy}]") == [f"lago-gitops.yaml:{said}"]
