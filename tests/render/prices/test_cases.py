from typing import Any

from tests.render.prices.price_lists import Data, change, charge, plan, text


def filtered(*filters: tuple[Data, str], own: str = "2", **others: Any) -> Data:
    """A plan with a standard price of its own and one for each filter."""
    found = [{"values": values, "properties": {"amount": amount}} for values, amount in filters]
    return plan(charge({"amount": own}, "standard", filters=found, **others))


EU, US = {"region": ["eu"]}, {"region": ["us"]}


def titles(before: Data, after: Data) -> list[str]:
    return [line.strip() for line in text(before, after) if "filter" in line]


def test_each_filter_is_on_its_own() -> None:
    def filtered(**prices: str) -> Data:
        filters = [{"values": {"region": [key]}, "properties": {"amount": amount}} for key, amount in prices.items()]
        return plan(charge({"amount": "1"}, "standard", filters=filters))

    (found,) = change(filtered(eu="1", us="1", ap="1"), filtered(eu="2", us="1", af="1")).charges
    assert [(each.label, each.sign.value) for each in found.prices] == [
        ("region=eu", "changed"),
        ("region=af", "new"),
        ("region=ap", "gone"),
    ]
    assert "      ~ filter region=eu" in text(filtered(eu="1"), filtered(eu="2"))


def test_a_new_filter_says_its_price_and_what_its_usage_cost_before() -> None:
    assert titles(filtered(), filtered((EU, "0.2"))) == [
        "+ filter region=eu: €0.20 per unit, was €2.00 per unit (the charge's own price)"
    ]


def test_a_filter_that_goes_says_the_price_that_applies_now() -> None:
    assert titles(filtered((EU, "3")), filtered()) == [
        "- filter region=eu: €3.00 per unit, now €2.00 per unit (the charge's own price)"
    ]


def test_a_narrowed_filter_says_the_price_that_applies_now_to_what_it_loses() -> None:
    both = {"region": ["eu", "us"]}
    assert titles(filtered((both, "3")), filtered((EU, "3"))) == [
        "- filter region=us: €3.00 per unit, now €2.00 per unit (the charge's own price)"
    ]


def test_a_filter_split_in_two_says_both_prices() -> None:
    both = {"region": ["eu", "us"]}
    lines = text(filtered((both, "3")), filtered((EU, "3"), (US, "4")))
    assert [line.strip() for line in lines if "region" in line] == ["~ filter region=us"]
    assert "        price per unit  €3.00 → €4.00 +33.3%" in lines


def test_a_filter_that_takes_usage_from_another_names_it() -> None:
    gold = {"region": ["eu"], "tier": ["gold"]}
    assert titles(filtered((EU, "3")), filtered((EU, "3"), (gold, "1"))) == [
        "+ filter region=eu; tier=gold: €1.00 per unit, was €3.00 per unit (filter region=eu)"
    ]


def test_a_new_charge_has_its_filters_without_a_price_before() -> None:
    lines = text(plan(), filtered((EU, "3")))
    assert lines[0] == "    + charge calls  standard on metric calls (count)"
    assert "      + filter region=eu: €3.00 per unit" in lines
    gone = text(filtered((EU, "3")), plan())
    assert "      - filter region=eu: €3.00 per unit" in gone
