"""What the plan document has beside its prices, of which `tests/render/prices` is."""

from typing import Any

from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.render.plan import classes
from lago_gitops.render.review.text import plan_text
from tests.render.plans import METRIC, charge, document, plan

EU: dict[str, Any] = {"values": {"region": ["eu"]}, "properties": {"amount": "3"}}


def effect(weight: Weight) -> Effect:
    return Effect(EffectClass.CHANGES_BILLS, weight, Undo.REVERSIBLE, "the bills of 2 subscriptions change")


def fields(before: Any, after: Any) -> dict[str, Any]:
    (change,) = document([METRIC, before], [METRIC, after])["changes"]
    return {one["path"]: one for one in change["fields"]}


def test_fields_whose_prices_are_told_say_so_and_no_others() -> None:
    found = fields(
        plan(charges=[charge({"amount": "1"})]),
        plan(name="Other", charges=[charge({"amount": "2"}, filters=[EU], invoice_display_name="C")]),
    )
    assert {path for path, one in found.items() if one.get("in_prices")} == {
        "charges.calls.amount",
        "charges.calls.filters[region=eu]",
    }


def test_amounts_in_cents_have_their_currency() -> None:
    assert fields(plan(), plan(amount_cents=2000))["amount_cents"]["currency"] == "EUR"


def test_a_whole_item_is_as_a_manifest_has_it_without_what_nobody_wrote() -> None:
    [change] = document([METRIC, plan(charges=[])], [METRIC, plan(charges=[charge({"amount": "1"}, filters=[EU])])])[
        "changes"
    ]
    [added] = change["fields"]

    assert added["after"] == charge({"amount": "1"}, filters=[EU])


def text(*args: Any, **others: Any) -> list[str]:
    return plan_text(document(*args, **others), lambda shown, _: shown).splitlines()


def test_a_new_filter_is_shown_by_its_price_and_not_by_how_it_is_held() -> None:
    lines = text(
        [METRIC, plan(charges=[charge({"amount": "1"})])],
        [METRIC, plan(charges=[charge({"amount": "1"}, filters=[EU])])],
    )
    assert "      + filter region=eu: €3.00 per unit, was €1.00 per unit (the charge's own price)" in lines
    assert not any("charges.calls.filters" in line for line in lines)


def test_a_new_plan_is_shown_as_a_price_list_and_what_else_it_has() -> None:
    lines = text([METRIC], [METRIC, plan(charges=[charge({"amount": "1"})], description="For teams")])
    assert "    plan fee  €10.00 a month" in lines
    assert "    + charge calls  standard on metric calls (count)" in lines
    assert '    description  "For teams"' in lines
    assert not any("amount_cents" in line for line in lines)


def test_other_amounts_are_money_too() -> None:
    add_on = {"kind": "add_on", "code": "setup", "name": "S", "amount_cents": 9900, "amount_currency": "EUR"}
    assert "    amount  €99.00" in text([], [add_on])
    assert "    ~ amount_cents  €99.00 → €100.00" in text([add_on], [{**add_on, "amount_cents": 10000}])


def test_a_charge_that_lago_cannot_change_in_place_says_why() -> None:
    lines = text(
        [METRIC, plan(charges=[charge({"amount": "1"})])],
        [METRIC, plan(charges=[charge({"amount": "5", "package_size": 10, "free_units": 0}, "package")])],
    )
    assert "        deleted and created again: Lago can't change charge_model of a charge in place" in lines


def test_of_many_changes_the_gravest_have_their_prices(monkeypatch: Any) -> None:
    monkeypatch.setattr(classes, "PRICES_SHOWN", 1)
    found = document(
        [plan("a"), plan("b")],
        [plan("a", interval="weekly"), plan("b", amount_cents=2000)],
        effects=[(), (effect(Weight.WARNING),)],
    )
    assert [("prices" in one) for one in found["changes"]] == [False, True]
    assert [(one["class"], one["reasons"]) for one in found["changes"]] == [
        ("price-increase", ["its prices were not compared, there are too many changes"]),
        ("price-increase", ["plan fee €10.00 a month → €20.00 a month"]),
    ]


def test_of_many_changes_the_largest_have_their_prices(monkeypatch: Any) -> None:
    monkeypatch.setattr(classes, "PRICES_SHOWN", 1)
    found = document([plan("a"), plan("b")], [plan("a", amount_cents=1030), plan("b", amount_cents=900)])
    assert [("prices" in one) for one in found["changes"]] == [False, True]


def test_amounts_alone_need_no_comparison_to_say_how_far_a_change_goes(monkeypatch: Any) -> None:
    monkeypatch.setattr(classes, "PRICES_SHOWN", 0)
    found = document([plan("a"), plan("b")], [plan("a", amount_cents=2000), plan("b", amount_cents=900)])
    assert [(one["class"], one["reasons"]) for one in found["changes"]] == [
        ("price-increase", ["amount_cents 1000 → 2000"]),
        ("price-decrease", ["amount_cents 1000 → 900"]),
    ]


def test_names_that_change_are_not_taken_for_prices_however_many_they_are(monkeypatch: Any) -> None:
    monkeypatch.setattr(classes, "PRICES_SHOWN", 1)
    found = document([plan("a"), plan("b")], [plan("a", description="x"), plan("b", amount_cents=2000)])
    assert [one["class"] for one in found["changes"]] == ["cosmetic", "price-increase"]
    assert [("prices" in one) for one in found["changes"]] == [False, True]


def test_amounts_of_a_plan_say_by_how_much_they_change() -> None:
    before, after = plan(charges=[charge({"amount": "1"})]), plan(amount_cents=1030, charges=[charge({"amount": "0"})])
    (change,) = document([METRIC, before], [METRIC, after])["changes"]
    assert [(one["path"], one.get("percent")) for one in change["fields"]] == [
        ("amount_cents", "3"),
        ("charges.calls.amount", "-100"),
    ]


def test_a_change_has_the_name_that_people_know() -> None:
    found = document([plan("a"), plan("b")], [plan("a", amount_cents=1), plan("b", state="absent"), plan("c")])
    assert sorted((one["action"], one["name"]) for one in found["changes"]) == [
        ("create", "C"), ("delete", "B"), ("update", "A"),
    ]  # fmt: skip


def test_a_plan_goes_as_far_as_the_change_that_goes_furthest() -> None:
    before, after = [plan("a"), plan("b")], [plan("a", name="Other"), plan("b", amount_cents=900)]
    found = document(before, after)
    assert [one["class"] for one in found["changes"]] == ["cosmetic", "price-decrease"]
    assert found["summary"]["class"] == "price-decrease"
    assert document(before, before)["summary"]["class"] is None


def test_what_changes_says_what_goes_on_using_it() -> None:
    tax = {"kind": "tax", "code": "vat", "name": "VAT", "rate": 20}
    entity = {"kind": "billing_entity", "code": "main", "name": "Main", "tax_codes": ["vat"]}
    bearers = [plan("a", tax_codes=["vat"]), plan("b", tax_codes=["vat"]), entity]
    made = document([tax, *bearers], [{**tax, "rate": 21}, *bearers])
    assert made["changes"][0]["used_by"] == {"billing_entity": 1, "plan": 2}
    assert "    used by 1 billing entity and 2 plans" in text([tax, *bearers], [{**tax, "rate": 21}, *bearers])
    assert "used_by" not in document([tax], [{**tax, "rate": 21}])["changes"][0]


def test_what_uses_a_resource_follows_its_rename() -> None:
    tax = {"kind": "tax", "code": "vat", "name": "VAT", "rate": 20}
    renamed = {**tax, "code": "vat_20", "previously": ["vat"]}
    made = document([tax, plan(tax_codes=["vat"])], [renamed, plan(tax_codes=["vat_20"])])
    assert [(one["address"], one["used_by"]) for one in made["changes"]] == [("tax/vat_20", {"plan": 1})]


def test_what_rates_a_usage_knows_how_it_adds_up() -> None:
    found = document([METRIC], [METRIC, plan(charges=[charge({"amount": "1"})])])["metrics"]
    assert found == {
        "calls": {
            "aggregation_type": "count_agg", "recurring": False, "rounding_function": None, "rounding_precision": None,
        }
    }  # fmt: skip
