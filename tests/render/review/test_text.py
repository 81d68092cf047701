from typing import Any

from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Refusal
from lago_gitops.render.review.review import review
from lago_gitops.render.review.text import plan_text
from tests.render.plans import METRIC, SCALE, document, plan


def painted(text: str, colour: str) -> str:
    return f"<{colour}>{text}</>"


def test_a_terminal_ends_with_the_first_line_of_the_comment_above_the_totals() -> None:
    plan = document(*SCALE)
    *_, last = plan_text(plan, painted).split("\n\n")
    assert last.startswith(f"<green>{review(plan).verdict}.</>\nPlan: 0 to create, 1 to change, ")


def test_a_plan_without_changes_has_its_verdict_once() -> None:
    [_, last] = plan_text(document([], []), painted).split("\n\n")
    assert last == "No changes: Lago matches the manifests (0 resources)."


def plain_text(*args: Any, **others: Any) -> str:
    return plan_text(document(*args, **others), lambda text, _: text)


def test_no_approval_is_offered_while_something_is_refused() -> None:
    asks = Verdict("changes-bills", Policy.ASK, "bills change", (Address("plan", "scale"),))
    refused = Refusal(Address("plan", "scale"), Mark("p.yaml", 3), "Lago ignores interval", ())
    assert "--approved" in plain_text(*SCALE, verdicts=(asks,))
    assert "--approved" not in plain_text(*SCALE, verdicts=(asks,), refusals=(refused,))


def thresholds(*amounts: int, **others: Any) -> list[dict[str, Any]]:
    return [{"amount_cents": amount, **others} for amount in amounts]


def test_usage_thresholds_are_amounts_of_money() -> None:
    before = [METRIC, plan(usage_thresholds=thresholds(100_000, 200_000))]
    after = [METRIC, plan(usage_thresholds=[*thresholds(100_000, threshold_display_name="T"), *thresholds(300_000)])]
    text = plain_text(before, after)
    assert '~ usage_thresholds[€1,000.00].threshold_display_name  null → "T"\n' in text
    assert "+ usage_thresholds[€3,000.00]  {amount: €3,000.00}\n" in text
    assert "- usage_thresholds[€2,000.00]\n" in text
    [table] = [one.rows for one in review(document(before, after)).items]
    assert {row.filter for row in table} == {
        *("usage_thresholds[€1,000.00].threshold_display_name", "usage_thresholds[€2,000.00]"),
        "usage_thresholds[€3,000.00]",
    }


def test_those_of_a_new_plan_are_too_on_one_line_or_on_many() -> None:
    assert "usage_thresholds  [{amount: €1,000.00}]\n" in plain_text([], [plan(usage_thresholds=thresholds(100_000))])
    many = thresholds(*range(100_000, 900_000, 100_000))
    assert "\n      - {amount: €8,000.00}\n" in plain_text([], [plan(usage_thresholds=many)])
