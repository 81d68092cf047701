import re
from dataclasses import replace
from typing import Any

import pytest

from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Refusal
from lago_gitops.render.markdown.comment import BUDGET, plan_comment
from lago_gitops.render.markdown.mermaid import chart
from lago_gitops.render.prices.documents import read_prices
from tests.counting import calls
from tests.render.base.test_markdown import HOSTILE, MARKDOWN
from tests.render.plans import METRIC, SCALE, bent, charge, document, plan

BILLS = Effect(
    EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, "the bills of 214 subscriptions change: the rest later"
)
LEFT = Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, "37 subscriptions with own prices: not changed")
ENDS = Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, "its subscriptions end: 3 active")
DELETED = Effect(EffectClass.DELETES, Weight.WARNING, Undo.LOSSY, "the plan is deleted")
CASCADES = Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, "its charges go from plan/a")
ASKS = Verdict("changes-bills", Policy.ASK, "the bills of 214 subscriptions change", (Address("plan", "scale"),))
REFUSES = Verdict("cascades", Policy.REFUSE, "its charges go", (Address("plan", "a"), Address("plan", "b")))


def lines(*args: Any, **others: Any) -> list[str]:
    return plan_comment(document(*args, **others)).text.splitlines()


def test_the_first_line_is_verdict_people_invoices_and_undo() -> None:
    assert lines(*SCALE, effects=[(BILLS,)])[0] == (
        "### 🟠 1 price rises, 1 falls; plan/scale: the bills of 214 subscriptions change; nothing is invoiced now; "
        "reverting doesn't undo all of it"
    )


def test_how_far_the_plan_goes_is_said_with_what_makes_it_so() -> None:
    why = "plan/scale: charge 'calls': same up to 10,000, dearer below 1,060,000, cheaper above"
    assert f"Class **price-increase** ({why})" in lines(*SCALE)
    assert not any("Class" in line for line in lines([plan()], [plan()]))


@pytest.mark.parametrize(
    ("before", "after", "effects", "first"),
    [
        ([plan()], [plan()], (), "### ⚪ No changes: Lago matches the manifests"),
        (
            [plan()], [plan(amount_cents=1)], (),
            "### 🟢 1 price falls by 99.9%; no subscription's bill changes; can be undone",
        ),
        ([], [plan(), METRIC], (), "### 🟢 2 to create; no bill changes; can be undone"),
        (
            [plan()], [plan(state="absent")], [(ENDS, CASCADES)],
            "### 🔴 1 to delete; plan/basic: its subscriptions end; invoices are created at once; can't be undone",
        ),
        (
            [plan("a"), plan("b")], [plan("a", amount_cents=2), plan("b", amount_cents=1)], [(BILLS,), (BILLS,)],
            "### 🟠 2 prices on 2 plans fall by 99.8% to 99.9%; plan/b: the bills of 214 subscriptions "
            "change, and 1 more effect on customers; nothing is invoiced now; reverting doesn't undo all of it",
        ),
    ],
)  # fmt: skip
def test_the_verdict_says_the_gravest(before: Any, after: Any, effects: Any, first: str) -> None:
    assert lines(before, after, effects=effects)[0] == first


def test_prices_are_in_one_table_in_the_words_of_a_price_list() -> None:
    found = lines(*SCALE)
    at = found.index("| Price or field | Now | After | |")
    assert found[at + 2 : at + 6] == [
        "| **Scale** `plan/scale` | | | changed |",
        "| `calls` 10,001 – 100,000 | €0.0020 per unit | **€0.0022 per unit** | ▲ +10% |",
        "| `calls` 100,001 – ∞ | €0.0012 per unit | **€0.0012 per unit** |  split at 1,000,000 |",
        "| `calls`   ↳ 1,000,001 – ∞ | €0.0012 per unit | **€0.0009 per unit** | ▼ −25% |",
    ]


def test_who_is_hit_what_lago_does_and_what_is_needed_stand_in_sight() -> None:
    text = plan_comment(document(*SCALE, effects=[(BILLS, CASCADES, LEFT)], verdicts=(ASKS, REFUSES))).text
    sight = text.partition("<details>")[0]
    said = "the bills of 214 subscriptions change: the rest later (reverting doesn't undo all of it)"
    assert f"**Who is affected**\n- 🟠 `plan/scale`: {said}\n- 🔵 " in sight
    assert "**Other effects**\n- 🔴 `plan/scale`: its charges go from plan/a" in sight
    assert "set the label `lago:allow-changes-bills`, or pass `--allow changes-bills`" in sight
    assert "(`plan/a` and 1 more). Approving the plan is not enough" in sight


def test_how_to_approve_is_said_once_of_all_that_asks() -> None:
    other = replace(ASKS, waiver="delete")
    one, two = (plan_comment(document(*SCALE, verdicts=verdicts)).text for verdicts in ((ASKS,), (ASKS, other)))
    assert one.count("To approve this plan: `apply --approved ") == 1
    assert ", or apply the saved plan, or set the label `lago:allow-changes-bills`, or pass `--allow c" in one
    assert two.count("To approve this plan: `apply --approved ") == 1
    assert "To allow just one, by its NAME: set the label `lago:allow-NAME`, or pass `--allow NAME`." in two


def test_numbers_have_thousands_separators_and_one_change_is_one() -> None:
    many = {**document(*SCALE), "unmanaged": [f"tax/t{at}" for at in range(1_234)]}
    assert "left untouched: 1,234 objects in Lago" in plan_comment(many).text
    alone = plan_comment(document([], [plan()]), 500).text
    assert "approve from this comment alone.** The least important change is left out. The report " in alone


def test_what_is_refused_comes_with_the_ways_out() -> None:
    refused = Refusal(Address("plan", "scale"), Mark("p.yaml", 3), "Lago ignores interval", ("put it back",))
    found = lines(*SCALE, refusals=(refused,))
    assert found[0].startswith("### ⛔ Can't be applied: 1 change is refused")
    assert "- ⛔ `plan/scale` (`p.yaml:3`): Lago ignores interval" in found
    assert "  - put it back" in found


def test_no_approval_is_offered_while_something_is_refused() -> None:
    refused = Refusal(Address("plan", "scale"), Mark("p.yaml", 3), "Lago ignores interval", ("put it back",))
    text = plan_comment(document(*SCALE, verdicts=(ASKS, REFUSES), refusals=(refused,))).text
    assert "**To be approved once nothing is refused**\n- 🟠 `changes-bills`: " in text
    assert "--approved" not in text
    assert "--allow" not in text


@pytest.mark.parametrize(("effects", "told"), [((DELETED, ENDS), 0), ((DELETED, CASCADES), 1)])
def test_that_a_plan_is_deleted_is_left_to_what_its_customers_lose(effects: tuple[Effect, ...], told: int) -> None:
    sight = plan_comment(document([plan()], [plan(state="absent")], effects=[effects])).text.partition("<details>")[0]
    assert sight.count("the plan is deleted") == told


def test_one_reason_is_said_once_of_all_that_is_refused_for_it() -> None:
    refused = [
        Refusal(Address("plan", f"p{at}"), Mark("p.yaml", at), "Lago ignores code", ("back",)) for at in range(12)
    ]
    found = lines(*SCALE, refusals=(*refused, Refusal(Address("plan", "q"), Mark("q.yaml", 1), "Lago ignores it", ())))
    [first, other] = [line for line in found if line.startswith("- ⛔")]
    assert first.startswith("- ⛔ `plan/p0` (`p.yaml:0`), `plan/p1` (`p.yaml:1`), ")
    assert first.endswith(" and 2 more: Lago ignores code")
    assert other == "- ⛔ `plan/q` (`q.yaml:1`): Lago ignores it"
    assert found.count("  - back") == 1


def test_a_fold_has_the_bills_the_break_even_and_a_curve() -> None:
    text = plan_comment(document(*SCALE)).text
    assert "| after | €0.00 | €88.00 | €198.00 |" in text
    assert "Break-even at **1,060,000** units a month." in text
    assert "```mermaid\nxychart-beta\n" in text
    assert "First line: now. Second line: after." in text


def test_the_chart_goes_through_exact_values() -> None:
    found = read_prices(document(*SCALE)["changes"][0]["prices"]).charges[0].prices[0]
    said = chart(found, "EUR", "month").splitlines()
    assert said[2] == '  x-axis "units" 0 --> 2120000'
    assert said[4].split(", ")[10] == said[5].split(", ")[10] == "1332"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_do_anything(name: str) -> None:
    """Every text that a manifest can bring, in every place where a comment shows one."""
    named = {"code": name or "x", "invoice_display_name": name or "x"}
    filters = [{"values": {"region": [name or "x"]}, "properties": bent("3")}]
    before = [METRIC, plan(name or "x", name=name, charges=[charge(bent("1.5"), "graduated", **named)])]
    dearer = charge(bent("2"), "graduated", filters=filters, **named)
    after = [METRIC, plan(name or "x", name=name, description=name, charges=[dearer])]
    effect = Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, f"charge {name!r}: {name}")
    guard = Verdict("changes-bills", Policy.ASK, name, (Address("plan", name),))
    refused = Refusal(Address("plan", name), Mark(name, 3), name, (name,))
    text = plan_comment(document(before, after, effects=[(effect,)], verdicts=(guard,), refusals=(refused,))).text
    shown = MARKDOWN.render(text)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert set(re.findall(r"<([a-z0-9]+)", shown)) <= {
        "h3", "p", "strong", "code", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
        "pre", "sub", "br", "em",
    }  # fmt: skip
    assert shown.count("<details>") == shown.count("</details>") == 1
    assert re.search(r"<pre><code class=\"language-mermaid\">xychart-beta[^<]*</code>", shown)


def many(number: int, **others: Any) -> tuple[list[Any], list[Any]]:
    """So many plans of which each has another price than before, the last ones by most."""
    before = [plan(f"plan_{at}", charges=[charge({"amount": "1000"})]) for at in range(number)]
    after = [plan(f"plan_{at}", charges=[charge({"amount": str(1001 + at)})]) for at in range(number)]
    return [METRIC, *before], [METRIC, *after]


@pytest.mark.slow
def test_a_comment_that_would_be_too_long_has_its_worst_and_names_the_others() -> None:
    effects = [(BILLS,) if at >= 990 else () for at in range(1000)]
    found = plan_comment(document(*many(1000), effects=effects))
    assert len(found.text) <= BUDGET
    assert found.truncated
    for at in range(990, 1000):
        assert f"`plan/plan_{at}`" in found.text.partition("Too long to show")[0]
    assert "don't approve from this comment alone" in found.text
    assert found.text.count("<details>") == found.text.count("</details>")
    assert MARKDOWN.render(found.text).count("<pre>") == found.text.count("\n```diff") + found.text.count(
        "\n```mermaid"
    )


def test_changes_of_one_sort_are_one_line_with_an_example() -> None:
    before = [plan(f"p{at}") for at in range(20)]
    found = lines(before, [plan(f"p{at}", amount_cents=1030) for at in range(20)])
    at = found.index("| Price or field | Now | After | |")
    assert found[at + 2].startswith("| **20 plans changed** `plan/p0`, ")
    assert found[at + 2].endswith("and 10 more | | **amounts +3%** | for example |")
    assert found[at + 3 : at + 6] == [
        "| **P0** `plan/p0` | | | changed |",
        "| plan fee | €10.00 a month | **€10.30 a month** | ▲ +3% |",
        "",
    ]


def test_the_one_dangerous_change_is_above_all_prices_however_many_there_are() -> None:
    before = [plan(f"p{at}") for at in range(60)]
    after = [plan(f"p{at}", **({"state": "absent"} if at == 31 else {"description": "x"})) for at in range(60)]
    at = [one["address"] for one in document(before, after)["changes"]].index("plan/p31")
    found = lines(before, after, effects=[(ENDS,) if one == at else () for one in range(60)], verdicts=(ASKS,))
    first = found[: found.index("| Price or field | Now | After | |")]
    assert "plan/p31: its subscriptions end" in first[0]
    assert "- 🔴 `plan/p31`: its subscriptions end: 3 active (can't be undone)" in first
    assert "**Needed before apply**" in first
    assert len(first) < 20


def test_a_comment_without_room_for_all_says_so_first() -> None:
    found = plan_comment(document(*many(100)), 10_000).text
    said = re.search(r"\*\*The details of (\d+) of the 100 changes don't fit into this comment\.\*\*", found)
    assert said
    assert said.start() < found.index("| Price or field | Now | After | |")


@pytest.mark.slow
def test_of_a_plan_with_many_prices_the_largest_changes_are_shown() -> None:
    filters = [
        [{"values": {"region": [f"r{at}"]}, "properties": {"amount": str(1000 + at * changed)}} for at in range(1000)]
        for changed in (0, 1)
    ]
    sides = [[METRIC, plan(charges=[charge({"amount": "1"}, filters=one)])] for one in filters]
    found = plan_comment(document(*sides))
    assert len(found.text) <= BUDGET
    for at in range(990, 1000):
        assert f"`region=r{at}`" in found.text
    assert "more of its prices, each a smaller change" in found.text


@pytest.mark.parametrize("budget", [3_000, 10_000, 30_000])
def test_every_budget_is_held(budget: int) -> None:
    assert len(plan_comment(document(*many(100)), budget).text) <= budget


@pytest.mark.slow
def test_the_work_of_a_comment_grows_no_faster_than_its_changes() -> None:
    def work(number: int) -> int:
        made = document([METRIC], [{**METRIC, "code": f"m{at}"} for at in range(number)])
        return calls(lambda: plan_comment(made))

    work(10)
    assert work(1_600) < 5 * work(400)
