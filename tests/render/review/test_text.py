from typing import Any

from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Refusal
from lago_gitops.render.review.review import review
from lago_gitops.render.review.text import MANY, plan_text
from tests.render.plans import METRIC, SCALE, document, plan

NOTE = Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, "a note")


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


def test_what_is_refused_for_one_reason_is_one_block_with_the_first_of_many() -> None:
    several = [
        Refusal(Address("plan", f"p{n}"), Mark("p.yaml", n), "Lago ignores interval", ("copy it",)) for n in range(12)
    ]
    another = Refusal(Address("tax", "vat"), Mark("t.yaml", 3), "it is applied", ())
    blocks = plain_text(*SCALE, refusals=(*several[:2], another, *several[2:])).split("\n\n")
    same, other = (block for block in blocks if block.startswith("Refused"))
    assert same.startswith("Refused plan/p0 (p.yaml:0), plan/p1 (p.yaml:1), ")
    assert same.endswith("plan/p9 (p.yaml:9) and 2 more: Lago ignores interval.\n  · copy it")
    assert other == "Refused tax/vat (t.yaml:3): it is applied."


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


def bills(number: int) -> tuple[Effect, ...]:
    said = f"the bills of {number} subscriptions change: from the next invoice"
    hit = ((Address("plan", f"hit{number}"), number),)
    return (Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, said, hit),)


def plans(cents: int, **others: Any) -> list[dict[str, Any]]:
    return [plan(f"p{at:02}", amount_cents=cents, **others) for at in range(MANY)]


def test_many_changes_of_one_sort_are_said_once_with_all_whom_they_hit() -> None:
    changed = [*plans(1030), plan("tail", amount_cents=2000)]
    text = plain_text([*plans(1000), plan("tail")], changed, effects=[bills(number) for number in range(1, MANY + 1)])
    _, shared, other, _ = text.split("\n\n", 3)
    assert shared.split("\n")[:5] == [
        "~ 10 plans changed: amounts +3%",
        "    plan/p00, plan/p01, plan/p02, plan/p03, plan/p04 and 5 more. Each of them: plan --format json",
        "    ! the bills of 55 subscriptions change: from the next invoice",
        "    for example:",
        f"    {'~ plan/p00':<72}p00.yaml:1  price-increase",
    ]
    assert "plan/p01" not in shared.split("for example")[1]
    assert other.startswith("~ plan/tail ")


def test_an_effect_that_only_some_of_them_have_names_those() -> None:
    text = plain_text(plans(1000), plans(1030), effects=[bills(3)] * 2)
    assert "10 plans changed" not in text  # what hits people is told apart from what doesn't
    text = plain_text(plans(1000), plans(1030), effects=[(*bills(3), NOTE), *[bills(3)] * (MANY - 1)])
    assert "\n    i plan/p00: a note\n" in text


def test_few_changes_and_new_resources_are_shown_one_by_one() -> None:
    few = plain_text(plans(1000)[1:], plans(1030)[1:])
    assert all(f"~ plan/p{at:02} " in few for at in range(1, MANY))
    new = plain_text([], plans(1000))
    assert all(f"+ plan/p{at:02} " in new for at in range(MANY))


def test_many_that_are_deleted_are_one_line_and_an_example() -> None:
    text = plain_text(plans(1000), plans(1000, state="absent"))
    assert "\n- 10 plans deleted\n" in text
    assert text.count("- plan/p") == 1
