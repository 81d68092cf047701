from dataclasses import replace
from typing import Any

from lago_gitops.bills.profiles.impact import Markets, profile_impact
from lago_gitops.bills.scenario import AS_WRITTEN
from lago_gitops.render.impact.text import impact_text
from lago_gitops.render.markdown.comment import plan_comment
from tests.bills.profiles.samples import profiles
from tests.pricetests.samples import CALLS, SEATS, plan, prices
from tests.render.impact.test_fees import fees, of
from tests.render.plans import document

PROFILES = "  small: {usage: {calls: 1000}}\n  large: {usage: {calls: 100000, seats: 1}, plans: [growth]}\n"
NO_FEES = {"assumption": "", "plans": [], "by_currency": []}


def said(before: Any, after: Any, of: str = PROFILES, **others: Any) -> list[str]:
    found = profile_impact(profiles(of), Markets(before, after, AS_WRITTEN, **others))
    return [" ".join(line.split()) for line in impact_text({"fees": NO_FEES, "profiles": found}).splitlines()]


def test_profiles_stand_side_by_side_with_their_assumption() -> None:
    others = (plan(CALLS, code="team", interval="yearly"),)
    before, after = prices(plan(CALLS), *others), prices(plan(CALLS, amount_cents=2100), *others)
    assert said(before, after, candidates={"try": prices(plan(CALLS, amount_cents=9900))}) == [
        "Impact on profile bills: assuming the usage of each profile in lago-gitops.yaml, over a whole billing "
        "period of the plan, with coupons and taxes",
        "Plan small large",
        "plan/growth, now €41.00 €1,031.00",
        "after, per month €31.00 €1,021.00",
        "change −€10.00 (−24.4%) −€10.00 (−1%)",
        "at try €109.00 €1,099.00",
        "plan/team, now €151.00",
        "after, per year €151.00",
        "change €0.00",
        "at try –",
        "plan/growth does not bill seats of profile large",
    ]


def test_the_choice_among_plans_is_said_where_it_becomes_another() -> None:
    before, after = (prices(plan(CALLS, amount_cents=cents), plan(CALLS, code="team")) for cents in (3000, 3200))
    assert said(before, after, "  small: {usage: {calls: 1000}}\n")[-2:] == [
        "the cheapest plan that bills all usage of small will be plan/team (€41.00 a month before taxes and coupons), "
        "and is plan/growth",
        "plan/growth is dearer than plan/team for every profile",
    ]
    dearer = prices(plan(CALLS, amount_cents=3300), plan(CALLS, code="team"))
    again = said(after, dearer, "  small: {usage: {calls: 1000}}\n")
    assert again[-1] == "plan/growth is dearer than plan/team for every profile, as it is already"


def test_plans_on_which_no_profile_pays_anything_else_are_only_named() -> None:
    before = prices(plan(CALLS), plan(CALLS, code="team"))
    lines = said(before, replace(before, coupons={}), "  small: {usage: {calls: 1000}}\n")
    assert lines[1:] == ["no profile pays more or less on plan/growth, plan/team"]


def test_why_bills_are_not_known_is_said_once_of_all_profiles_and_plans() -> None:
    halves = "  half: {usage: {calls: 0.5}}\n  third: {usage: {calls: 0.5}}\n"
    both = prices(plan(SEATS, CALLS), plan(SEATS, CALLS, code="team"))
    notes = [one for one in said(prices(plan(CALLS)), both, halves) if ", profiles " in one]
    assert len(notes) == 1
    assert notes[0].startswith("plan/growth, plan/team, profiles half and third: ")


def test_bills_that_cannot_be_and_plans_that_are_too_many_are_said() -> None:
    half = "  half: {usage: {calls: 0.5}}\n"
    assert said(prices(plan(CALLS)), prices(plan(SEATS, CALLS)), half)[-1].startswith("plan/growth, profile half: ")
    many = [plan(CALLS, code=f"p{at}") for at in range(201)]
    assert said(prices(), prices(*many), half)[-1] == "1 more plan not shown"


def test_impact_stands_before_prices_in_the_comment_and_is_escaped() -> None:
    found = profile_impact(
        profiles("  '*|small|*': {usage: {calls: 1}}\n"),
        Markets(prices(plan(CALLS)), prices(plan(CALLS, amount_cents=1)), AS_WRITTEN),
    )
    shown = document([of()], [of(cents=1200)])
    text = plan_comment({**shown, "impact": {"fees": fees([of()], [of()]), "profiles": found}}).text
    assert text.index("**Impact: Profile bills**") < text.index("| Price or field | Now |")
    assert "\\*&#124;small&#124;\\*" in text


def test_the_plan_on_which_a_bill_moves_most_is_first_and_a_new_one_says_so() -> None:
    before = prices(*(plan(CALLS, code=code) for code in "ab"))
    after = prices(plan(CALLS, code="a", amount_cents=3200), plan(CALLS, code="b", amount_cents=9000), plan(code="c"))
    rows = said(before, after, "  small: {usage: {calls: 1000}}\n")[2:]
    assert [row.split(" €")[0] for row in rows[0:9:3]] == ["plan/c, new –", "plan/b, now", "plan/a, now"]


def test_a_note_on_many_plans_is_one_note() -> None:
    before, after = (prices(*(plan(CALLS, code=f"p{at}", amount_cents=cents) for at in range(9))) for cents in (10, 20))
    notes = said(before, after, "  small: {usage: {seats: 1, calls: 1}}\n")
    assert notes[-1] == "plan/p0, plan/p1, plan/p2, plan/p3, plan/p4 and 4 more do not bill seats of profile small"


def test_a_small_share_is_not_no_share() -> None:
    before, after = (prices(plan(CALLS, amount_cents=cents)) for cents in (1_000_000, 1_000_001))
    assert "change +€0.01 (+<0.1%)" in said(before, after, "  small: {usage: {calls: 1000}}\n")
