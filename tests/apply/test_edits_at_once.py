"""Edits of many resources in one apply: what a plan accepts, an apply can carry out."""

from tests.texts import HALF
from tests.worlds import World, statuses, world

PLAN = """
kind: plan
code: {code}
name: Plan
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
"""
TAX = "kind: tax\ncode: {code}\nname: Tax\nrate: {rate}\n"
METRIC = "kind: billable_metric\ncode: {code}\nname: Metric\naggregation_type: {how}\nfield_name: {field}\n"
ENTITY = "kind: billing_entity\ncode: sandbox\nname: Sandbox\n"


def taxed(code: str, *taxes: str) -> str:
    return PLAN.format(code=code) + f"tax_codes: [{', '.join(taxes)}]\n"


def charged(code: str, metric: str, properties: str = "{amount: '1'}") -> str:
    charge = f"{{code: c, billable_metric_code: {metric}, charge_model: standard, properties: {properties}}}"
    return PLAN.format(code=code) + f"charges: [{charge}]\n"


def metric(code: str, how: str = "sum_agg", field: str = "size") -> str:
    return METRIC.format(code=code, how=how, field=field)


def becomes(lago: World, before: tuple[str, ...], after: tuple[str, ...]) -> dict[str, str]:
    """How the second apply ended; the plan after it is empty."""
    assert set(statuses(lago.apply(*before)).values()) == {"done"}
    found = statuses(lago.apply(*after))
    assert lago.plan(*after).plan.changes == ()
    return found


def test_two_plans_that_exchange_taxes_while_the_taxes_change_are_written() -> None:
    with world() as lago:
        before = (*(TAX.format(code=code, rate=1) for code in "ab"), taxed("p", "a"), taxed("q", "b"))
        after = (*(TAX.format(code=code, rate=2) for code in "ab"), taxed("p", "b"), taxed("q", "a"))

        assert set(becomes(lago, before, after).values()) == {"done"}


def test_what_really_waits_for_itself_is_refused_with_the_names() -> None:
    """Lago changes how a metric adds up only while no plan has it, and each plan drops one by taking the other."""
    with world() as lago:
        lago.apply(metric("a"), metric("b"), charged("p", "a"), charged("q", "b"))
        plan = lago.plan(metric("a", "max_agg"), metric("b", "max_agg"), charged("p", "b"), charged("q", "a")).plan

        [message] = [refusal.message for refusal in plan.refusals]
        words, names = message.split(": ")
        assert words == "these changes depend on one another"
        assert set(names.split(" → ")) == {"plan/p", "plan/q", "billable_metric/a", "billable_metric/b"}


def test_a_charge_with_presentation_keys_can_change() -> None:
    keys = "presentation_group_keys: [{{value: {value}, options: {{display_in_invoice: true}}}}]"
    with world() as lago:
        for amount, value in (("1", "dept"), ("2", "dept"), ("2", "team")):
            text = charged("p", "a", "{amount: '" + amount + "', " + keys.format(value=value) + "}")
            assert statuses(lago.apply(metric("a"), text))["plan/p"] == "done"
            assert lago.plan(metric("a"), text).plan.changes == ()


def test_a_coupon_is_no_use_of_a_plan_or_of_a_metric() -> None:
    with world() as lago:
        limited = HALF + "applies_to: {plan_codes: [p]}\n"
        before, after = PLAN.format(code="p"), PLAN.format(code="p").replace("monthly", "weekly")
        assert set(becomes(lago, (before, limited), (after, limited)).values()) == {"done"}
        limited = HALF.replace("half", "third") + "applies_to: {billable_metric_codes: [m]}\n"
        assert set(becomes(lago, (metric("m"), limited), (metric("m", "max_agg"), limited)).values()) == {"done"}


def test_what_is_ignored_is_set_once_by_the_create_whatever_request_it_takes() -> None:
    feature = "kind: feature\ncode: f\nname: F\nprivileges: [{code: a}]\n"
    plan = PLAN.format(code="p") + "entitlements: {f: {a: x}}\ndescription: D\nignore: [entitlements, description]\n"
    with world() as lago:
        assert statuses(lago.apply(feature, plan)) == {"feature/f": "done", "plan/p": "done"}
        found = lago.send("GET", "plans/p")["plan"]
        assert found["description"] == "D"
        assert [one["code"] for one in found["entitlements"]] == ["f"]


def test_an_overridden_plan_locks_a_metric_also_when_its_subscription_has_ended() -> None:
    """Such a plan stays, is in no list, and Lago would answer 200 and keep what it has."""
    with world(premium=True) as lago:
        lago.apply(metric("m"), charged("p", "m"))
        lago.send("POST", "customers", {"customer": {"external_id": "acme", "currency": "EUR"}})
        about = {"external_customer_id": "acme", "plan_code": "p", "external_id": "s"}
        lago.send("POST", "subscriptions", {"subscription": {**about, "plan_overrides": {"amount_cents": 7}}})
        lago.send("DELETE", "subscriptions/s")
        assert statuses(lago.apply(metric("m"), PLAN.format(code="p"))) == {"plan/p": "done"}

        [refused] = lago.plan(metric("m", "max_agg"), PLAN.format(code="p")).plan.refusals
        assert refused.message.startswith("Lago would answer 200 and not change aggregation_type")


def test_what_lago_ignored_does_not_block_what_only_needs_the_object() -> None:
    """The section codes are made in Lago's web page; those that are not there it drops without a word."""
    with world() as lago:
        lago.apply(TAX.format(code="a", rate=1), ENTITY + "tax_codes: [a]\n")
        odd = ENTITY + "tax_codes: []\ninvoice_custom_section_codes: [x]\n"
        outcomes = statuses(lago.apply(TAX.format(code="a", rate=1) + "state: absent\n", odd))

        assert outcomes == {"tax/a": "done", "billing_entity/sandbox": "ignored"}


def test_no_write_of_a_run_is_called_somebody_elses() -> None:
    """The tax reads `applied_to_organization: true` until the run itself takes it off the billing entity."""
    with world() as lago:
        before = (TAX.format(code="t", rate=1), ENTITY + "tax_codes: [t]\n")
        after = (TAX.format(code="t", rate=1) + "state: absent\n", ENTITY)

        assert becomes(lago, before, after) == {"tax/t": "done", "billing_entity/sandbox": "done"}


def test_what_ends_subscriptions_comes_before_what_its_last_invoices_carry() -> None:
    plans, tax = (PLAN.format(code="p"), PLAN.format(code="q")), TAX.format(code="t", rate=1)
    with world() as lago:
        lago.apply(*plans, tax, ENTITY + "tax_codes: [t]\n", HALF + "applies_to: {plan_codes: [p]}\n")
        lago.send("POST", "customers", {"customer": {"external_id": "acme", "currency": "EUR"}})
        subscription = {"external_customer_id": "acme", "plan_code": "p", "external_id": "sub"}
        lago.send("POST", "subscriptions", {"subscription": subscription})
        number = len(lago.writes())
        gone = (plans[0] + "state: absent\n", tax + "state: absent\n")
        outcomes = lago.apply(*gone, plans[1], ENTITY, HALF + "applies_to: {plan_codes: [q]}\n")

        assert set(statuses(outcomes).values()) == {"done"}
        first, *rest = lago.writes()[number:]
        assert first == "DELETE /plans/p"
        assert sorted(rest) == ["DELETE /taxes/t", "PUT /billing_entities/sandbox", "PUT /coupons/half"]
