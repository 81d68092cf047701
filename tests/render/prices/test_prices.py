import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.models import price, tiers_of
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.costs import BreakEven, UsageCost, comparison, usage_costs, verdict
from lago_gitops.render.prices.documents import prices_document, read_prices
from lago_gitops.render.prices.model import Figure, PlanChange, Unit
from lago_gitops.render.prices.points import Point, Scale, axis
from lago_gitops.render.prices.said import says
from lago_gitops.render.prices.text import compact, prices_text
from lago_gitops.render.prices.tiers import Sign, TierRow, bounds, tier_rows
from tests.strategies import organizations

D = Decimal
Data = dict[str, Any]
Row = tuple[object, object, object, object]
NAMES = {
    "graduated": ("graduated_ranges", "per_unit_amount"),
    "graduated_percentage": ("graduated_percentage_ranges", "rate"),
    "volume": ("volume_ranges", "per_unit_amount"),
}
GP = "graduated_percentage"
CALLS = {"calls": {"code": "calls", "aggregation_type": "count_agg", "filters": {}}}


def tiers(*rows: Row, model: str = "graduated") -> Data:
    name, per_unit = NAMES[model]
    return {
        name: [
            {"from_value": start, "to_value": end, per_unit: str(amount), "flat_amount": str(flat)}
            for start, end, amount, flat in rows
        ]
    }


def charge(properties: Data, model: str = "graduated", code: str = "calls", **others: Any) -> Data:
    return {"code": code, "billable_metric_code": "calls", "charge_model": model, "properties": properties, **others}


def plan(*charges: Data, **others: Any) -> Data:
    data = {
        "code": "scale",
        "name": "Scale",
        "interval": "monthly",
        "amount_cents": 0,
        "amount_currency": "EUR",
        "pay_in_advance": False,
        "charges": list(charges),
        **others,
    }
    return canonical(KINDS["plan"].object, data)


def change(before: Data, after: Data) -> PlanChange:
    found = price_changes(before, after, CALLS)
    assert found is not None
    return found


def plainly(text: str, colour: str) -> str:
    return text


def shown(found: PlanChange) -> str:
    return prices_text(prices_document(found), plainly)


def text(before: Data, after: Data) -> list[str]:
    """The lines below the title."""
    return shown(change(before, after)).splitlines()[1:]


# A graduated price, figure by figure --------------------------------------------------------------------------------

NOW = tiers((0, 10_000, 0, 0), (10_001, 100_000, "0.0020", 0), (100_001, None, "0.0012", 0))
AFTER = tiers(
    (0, 10_000, 0, 0), (10_001, 100_000, "0.0022", 0), (100_001, 1_000_000, "0.0012", 0), (1_000_001, None, "0.0009", 0)
)
BEFORE_PLAN, AFTER_PLAN = plan(charge(NOW)), plan(charge(AFTER))


def test_a_graduated_change_reads_like_a_price_list() -> None:
    assert shown(change(BEFORE_PLAN, AFTER_PLAN)) == (
        """\
~ plan scale  (EUR, monthly)
    ~ charge calls  graduated on metric calls (count)
        tier               per unit                flat
        0 – 10,000         €0.0000                 €0
      ~ 10,001 – 100,000   €0.0020 → €0.0022 +10%  €0
      ~ 100,001 – ∞        €0.0012                 €0    split at 1,000,000
      +   ↳ 1,000,001 – ∞  €0.0012 → €0.0009 −25%  €0    new tier
        usage/month    10k     50k     100k     500k         1M         2M         5M
        now          €0.00  €80.00  €180.00  €660.00  €1,260.00  €2,460.00  €6,060.00
        after        €0.00  €88.00  €198.00  €678.00  €1,278.00  €2,178.00  €4,878.00
        change           –    +10%     +10%    +2.7%      +1.4%     −11.5%     −19.5%
        same up to 10,000, dearer below 1,060,000, cheaper above; no cliffs; monotone"""
    )


GRADUATED = price("graduated", NOW), price("graduated", AFTER)


def test_its_bills_are_the_engines() -> None:
    at = tuple(D(units) for units in (10_000, 50_000, 100_000, 250_000, 1_000_000, 2_000_000, 5_000_000))
    found = usage_costs(*GRADUATED, Metric("calls", Aggregation.COUNT), map(Point, at))
    assert [each.before for each in found] == [0, 80, 180, 360, 1260, 2460, 6060]
    assert [each.after for each in found] == [0, 88, 198, 378, 1278, 2178, 4878]


def test_its_break_even_is_exact() -> None:
    found = comparison(*GRADUATED, None)
    assert found is not None
    assert found.break_even == (BreakEven(D(1_060_000), D(1332)),)


def test_the_document_is_json_with_the_same_figures() -> None:
    document = prices_document(change(BEFORE_PLAN, AFTER_PLAN))
    assert json.loads(json.dumps(document)) == document
    (found,) = document["charges"][0]["prices"]
    assert found["tiers"][1]["price_after"] == "0.0022"
    assert found["comparison"]["break_even"] == [{"units": "1060000", "amount": "1332"}]
    assert found["verdict"].endswith("no cliffs; monotone")


# Tiers ---------------------------------------------------------------------------------------------------------------


def rows(before: Sequence[Row], after: Sequence[Row], model: str = "graduated") -> tuple[TierRow, ...]:
    sides = [tiers_of(price(model, tiers(*side, model=model))) if side else () for side in (before, after)]
    return tier_rows(*sides, adds_up=model != "volume")


def notes(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[int, str, str]]:
    return [(int(row.start), row.sign.value, row.note) for row in rows(before, after)]


TWO: list[Row] = [(0, 10, 2, 0), (11, None, 1, 0)]
THREE: list[Row] = [(0, 10, 2, 0), (11, 20, 1, 0), (21, None, 1, 0)]


def test_a_split_names_where() -> None:
    assert notes(TWO, THREE) == [(0, "same", ""), (11, "changed", "split at 20"), (21, "new", "new tier")]


def test_a_tier_split_twice_names_both_places() -> None:
    four: list[Row] = [(0, 10, 2, 0), (11, 20, 1, 0), (21, 30, 1, 0), (31, None, 1, 0)]
    assert notes(TWO, four)[1] == (11, "changed", "split at 20, 30")


def test_a_merge_names_the_tier_that_goes() -> None:
    assert notes(THREE, TWO) == [(0, "same", ""), (11, "same", ""), (21, "gone", "merged into the tier above")]


def test_a_bound_that_moves_up_gives_usage_to_the_tier_below() -> None:
    assert notes(TWO, [(0, 20, 2, 0), (21, None, 1, 0)]) == [
        (0, "same", ""),
        (11, "changed", "now in the tier below"),
        (21, "same", "starts at 21, not 11"),
    ]


def test_a_bound_that_moves_down_takes_usage_from_the_tier_below() -> None:
    assert notes([(0, 20, 2, 0), (21, None, 1, 0)], TWO) == [
        (0, "same", ""),
        (11, "changed", "starts at 11, not 21"),
        (21, "same", ""),
    ]


def test_a_bound_can_move_and_the_tier_behind_it_be_merged() -> None:
    assert notes(THREE, [(0, 5, 2, 0), (6, None, 1, 0)]) == [
        (0, "same", ""),
        (6, "changed", "starts at 6, not 11"),
        (11, "same", ""),
        (21, "gone", "merged into the tier above"),
    ]


def test_a_tier_whose_start_is_taken_begins_later_though_another_is_merged_into_it() -> None:
    assert notes(THREE, [(0, 15, 2, 0), (16, None, 1, 0)]) == [
        (0, "same", ""),
        (11, "changed", "now in the tier below"),
        (16, "same", "starts at 16, not 11"),
        (21, "gone", "merged into the tier above"),
    ]


def test_new_prices_and_those_that_go_have_one_side() -> None:
    assert [(row.sign, row.price_before) for row in rows((), TWO)] == [(Sign.NEW, None)] * 2
    assert [(row.sign, row.price_after) for row in rows(TWO, ())] == [(Sign.GONE, None)] * 2


def test_the_flat_amount_of_a_graduated_tier_is_paid_once_that_of_a_volume_tier_by_all() -> None:
    flat: list[Row] = [(0, None, 1, 5)]
    split: list[Row] = [(0, 10, 1, 5), (11, None, 1, 5)]
    assert [(row.flat_before, row.flat_after) for row in rows(flat, split)] == [(5, 5), (0, 5)]
    assert [(row.flat_before, row.flat_after) for row in rows(flat, split, "volume")] == [(5, 5), (5, 5)]


def test_tiers_that_touch_are_shown_touching() -> None:
    touching: list[Row] = [(0, 10, 2, 0), (10, None, 1, 0)]
    assert [row.start for row in rows([(0, None, 1, 0)], touching)] == [0, 10]


ENDS = st.sets(st.integers(1, 20), max_size=4).map(sorted)


@given(ENDS, ENDS, st.integers(1, 40))
def test_every_usage_has_the_price_of_its_tier_on_both_sides(one: list[int], other: list[int], units: int) -> None:
    sides = []
    for salt, ends in enumerate((one, other)):
        starts = [0, *(end + 1 for end in ends)]
        sides.append([(start, end, start + salt, 0) for start, end in zip(starts, [*ends, None], strict=True)])
    row = next(row for row in rows(*sides) if row.end is None or units <= row.end)
    expected = [next(amount for _, end, amount, _ in side if end is None or units <= end) for side in sides]
    assert [row.price_before, row.price_after] == expected


def test_rates_are_prices_too() -> None:
    found = rows([(0, None, 1, 0)], [(0, None, 2, 0)], "graduated_percentage")
    assert (found[0].price_before, found[0].price_after, found[0].sign) == (1, 2, Sign.CHANGED)


# Usages and verdicts -------------------------------------------------------------------------------------------------


def of(model: str, **properties: Any) -> Any:
    return price(model, properties)


def units_of(found: Any, *others: Any, bill: object = 100) -> list[int]:
    return [int(each.units) for each in axis((found,), others, None, Scale(D(str(bill)), "EUR")).points]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (of("standard", amount="1"), [10, 50, 100, 500, 2_000]),
        (of("standard", amount="0"), [10, 100, 1_000, 10_000, 100_000]),
        (of("package", amount="5", package_size=100, free_units=10), [10, 55, 110, 220, 550]),
        (of("percentage", rate="1", free_units_per_total_aggregation="100"), [100, 200, 500]),
        (GRADUATED[0], [10_000, 50_000, 100_000, 200_000, 500_000]),
    ],
)
def test_usages_lie_where_a_price_bends_between_and_beyond(found: Any, expected: list[int]) -> None:
    assert units_of(found) == expected


def test_many_tiers_are_not_many_usages() -> None:
    steps = price(
        "graduated", tiers(*((at * 100 + 1 if at else 0, at * 100 + 100, 1, 0) for at in range(30)), (3001, None, 1, 0))
    )
    found = units_of(steps)
    assert len(found) <= 9
    assert (found[0], found[-1]) == (100, 15_000)


def test_usage_that_cannot_be_rated_has_no_amount() -> None:
    hole = price("volume", tiers((0, 10, 1, 0), (12, None, 1, 0), model="volume"))
    assert usage_costs(hole, None, None, (Point(D(11)), Point(D(12)))) == (UsageCost(D(12), None, D(12), None),)
    assert usage_costs(of("dynamic"), of("custom"), None, (Point(D(1)),)) == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (of("standard", amount="1"), of("standard", amount="2"), "dearer for every usage; no cliffs; monotone"),
        (of("standard", amount="2"), of("standard", amount="1"), "cheaper for every usage; no cliffs; monotone"),
        (
            of("standard", amount="1"),
            price("volume", tiers((0, 10, 1, 0), (11, None, "0.5", 0), model="volume")),
            "same up to 10, cheaper above; one unit more costs less at 10",
        ),
        (
            of("standard", amount="3"),
            price("graduated", tiers((0, None, 0, 10))),
            "dearer below 3.33, cheaper above; no cliffs; monotone",
        ),
    ],
)
def test_the_verdict_says_who_pays_more(before: Any, after: Any, said: str) -> None:
    found = comparison(before, after, None)
    assert found is not None
    assert verdict(found) == said


def test_a_step_from_tier_to_tier_is_no_break_even() -> None:
    found = comparison(
        of("standard", amount="1"), price("volume", tiers((0, 10, 2, 0), (11, None, "0.5", 0), model="volume")), None
    )
    assert found is not None
    assert (len(found.stretches), found.break_even) == (2, ())


def test_prices_without_curve_have_no_verdict() -> None:
    package = of("package", amount="5", package_size=10, free_units=0)
    assert comparison(package, package, None) is None
    assert comparison(None, package, None) is None


def test_free_units_that_never_apply_are_not_counted() -> None:
    free, plain = of("percentage", rate="1", free_units_per_total_aggregation="100"), of("percentage", rate="1")
    told, untold = (comparison(plain, free, Metric("m", kind)) for kind in (Aggregation.SUM, Aggregation.MAX))
    assert told is not None
    assert untold is not None
    assert [each.sign for each in (*told.stretches, *untold.stretches)] == [-1, 0]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        (10, "10"),
        (1000, "1k"),
        (1500, "1.5k"),
        (10_001, "10,001"),
        (2_500_000, "2.5M"),
        (1_060_000, "1.06M"),
        ("0.5", "0.5"),
    ],
)
def test_usages_are_short_without_loss(units: object, said: str) -> None:
    assert compact(D(str(units))) == said


# Plans and charges ---------------------------------------------------------------------------------------------------

FLAT = charge({"amount": "1"}, "standard")


def test_what_costs_the_same_is_no_change() -> None:
    named = plan(charge({"amount": "1"}, "standard", invoice_display_name="Calls"), name="other", description="words")
    assert price_changes(plan(FLAT), named) is None
    assert price_changes(plan(FLAT), plan(FLAT)) is None


def test_the_figures_of_a_plan_come_first() -> None:
    after = plan(
        amount_cents=5900,
        interval="yearly",
        bill_charges_monthly=True,
        trial_period=14,
        minimum_commitment={"amount_cents": 100000},
    )
    before = plan(amount_cents=4900)
    assert text(before, after) == [
        "    interval  monthly → yearly",
        "    usage billed by the  none → month",
        "    plan fee  €49.00 a month → €59.00 a year",
        "    minimum commitment  none → €1,000.00 a year",
        "    days of trial  none → 14",
    ]


def test_money_of_a_period_says_of_which() -> None:
    assert text(plan(amount_cents=4900), plan(amount_cents=5900)) == ["    plan fee  €49.00 → €59.00 a month +20.4%"]
    assert text(plan(amount_cents=0, interval="yearly"), plan(amount_cents=99000, interval="yearly")) == [
        "    plan fee  €0.00 → €990.00 a year"
    ]


def test_another_currency_has_no_percentages() -> None:
    lines = text(
        plan(FLAT, amount_cents=4900),
        plan(charge({"amount": "2"}, "standard"), amount_cents=5900, amount_currency="USD"),
    )
    assert lines[:2] == ["    currency  EUR → USD", "    plan fee  €49.00 → $59.00 a month"]
    assert "        price of a unit  €1.00 → $2.00" in lines
    assert not any(line.strip().startswith("change") for line in lines)


def test_a_standard_price_has_its_unit_and_its_usages() -> None:
    assert text(plan(FLAT), plan(charge({"amount": "1.25", "pricing_group_keys": ["team"]}, "standard")))[:5] == [
        "    ~ charge calls  standard on metric calls (count)",
        "        price of a unit  €1.00 → €1.25 +25%",
        "        billed by  none → team",
        "        usage/month      10      50      100      500         2k",
        "        now          €10.00  €50.00  €100.00  €500.00  €2,000.00",
    ]


@pytest.mark.parametrize(
    ("model", "before", "after", "figures"),
    [
        (
            "package",
            {"amount": "5", "package_size": 10, "free_units": 0},
            {"amount": "6", "package_size": 20, "free_units": 3},
            [
                Figure("price of a package", D(5), D(6), Unit.MONEY),
                Figure("units in a package", D(10), D(20), Unit.NUMBER),
                Figure("free units", D(0), D(3), Unit.NUMBER),
            ],
        ),
        (
            "percentage",
            {"rate": "1.5"},
            {"rate": "1.6", "fixed_amount": "0.25", "free_units_per_events": 3},
            [
                Figure("rate", D("1.5"), D("1.6"), Unit.PERCENT),
                Figure("for each event", None, D("0.25"), Unit.MONEY),
                Figure("free events", None, D(3), Unit.NUMBER),
            ],
        ),
    ],
)
def test_the_figures_of_a_price_are_named(model: str, before: Data, after: Data, figures: list[Figure]) -> None:
    (found,) = change(plan(charge(before, model)), plan(charge(after, model))).charges
    assert list(found.prices[0].figures) == figures


def test_a_rate_is_in_per_cent() -> None:
    lines = text(plan(charge({"rate": "1.5"}, "percentage")), plan(charge({"rate": "1.8"}, "percentage")))
    assert lines[1] == "        rate  1.5% → 1.8% +20%"


def test_a_model_that_changes_is_said_with_both_prices() -> None:
    lines = text(plan(FLAT), plan(charge({"amount": "5", "package_size": 10, "free_units": 0}, "package")))
    assert lines[:2] == ["    ~ charge calls  package on metric calls (count)", "        model  standard → package"]


def test_new_charges_and_those_that_go_show_one_side() -> None:
    other = charge({"amount": "1"}, "standard", code="other")
    lines = text(plan(FLAT), plan(other))
    assert [line[4:18] for line in lines if "charge" in line] == ["+ charge other", "- charge calls"]
    assert sum(line.split()[0] == "costs" for line in lines) == sum(line.split()[0] == "now" for line in lines) == 1


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


def filtered(*filters: tuple[Data, str], own: str = "2", **others: Any) -> Data:
    """A plan with a standard price of its own and one for each filter."""
    found = [{"values": values, "properties": {"amount": amount}} for values, amount in filters]
    return plan(charge({"amount": own}, "standard", filters=found, **others))


EU, US = {"region": ["eu"]}, {"region": ["us"]}


def titles(before: Data, after: Data) -> list[str]:
    return [line.strip() for line in text(before, after) if "filter" in line]


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
    assert "        price of a unit  €3.00 → €4.00 +33.3%" in lines


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


def test_properties_that_only_one_version_of_lago_knows_are_no_change() -> None:
    """What an older server lacks is left out of what is wanted from it."""
    before, after = plan(FLAT), plan(FLAT)
    del after["charges"]["calls"]["properties"]["presentation_group_keys"]
    assert before != after
    assert price_changes(before, after) is None


def test_a_new_plan_is_a_price_list() -> None:
    after = plan(FLAT, amount_cents=2900, pay_in_advance=True, trial_period=14, tax_codes=["vat"])
    found = price_changes(None, after, CALLS)
    assert found is not None
    assert shown(found).splitlines() == [
        "+ plan scale  (EUR, monthly)",
        "    Scale, in EUR, billed monthly in advance",
        "    taxes vat",
        "    plan fee  €29.00 a month",
        "    days of trial  14",
        "    + charge calls  standard on metric calls (count)",
        "        €1.00 per unit",
        "        usage/month      2      10      20      100      500",
        "        costs        €2.00  €10.00  €20.00  €100.00  €500.00",
    ]


def test_a_new_charge_says_what_it_is_besides_its_price() -> None:
    new = charge(
        {"amount": "1"}, "standard", pay_in_advance=True, invoiceable=False, tax_codes=["vat"], invoice_display_name="C"
    )
    assert text(plan(), plan(new))[1] == "        paid in advance; not on invoices; on invoices 'C'; taxes vat"


def test_a_yearly_plan_is_shown_per_year() -> None:
    dearer = charge({"amount": "2"}, "standard")
    lines = text(plan(FLAT, interval="yearly"), plan(dearer, interval="yearly"))
    assert any(line.strip().startswith("usage/year") for line in lines)
    flags = {"interval": "yearly", "bill_charges_monthly": True}
    assert any("usage/month" in line for line in text(plan(FLAT, **flags), plan(dearer, **flags)))
    weekly = {"interval": "weekly", "bill_charges_monthly": True}  # means something in longer intervals only
    assert any("usage/week" in line for line in text(plan(FLAT, **weekly), plan(dearer, **weekly)))


def test_rates_of_tiers_are_in_per_cent() -> None:
    before, after = (plan(charge(tiers((0, 100, one, 0), (101, None, "0.5", 2), model=GP), GP)) for one in ("1", "1.5"))
    assert text(before, after)[1:4] == [
        "        tier     rate            flat",
        "      ~ 0 – 100  1% → 1.5% +50%  €0",
        "        101 – ∞  0.5%            €2",
    ]


def test_tiers_of_money_and_of_rates_are_not_compared() -> None:
    lines = text(plan(charge(tiers((0, None, 2, 0)))), plan(charge(tiers((0, None, 3, 0), model=GP), GP)))
    assert "      ~ 0 – ∞  €2.00 → 3%  €0" in lines


def test_a_replaced_charge_names_the_fields_for_which_it_is() -> None:
    found = price_changes(
        plan(FLAT),
        plan(charge({"amount": "1"}, "standard", prorated=True)),
        CALLS,
        {("charges", "calls"): ("prorated",)},
    )
    assert found is not None
    assert "        deleted and created again: Lago can't change prorated of a charge" in shown(found).splitlines()


@pytest.mark.parametrize("units", ["1", "0"])
def test_a_fixed_charge_is_shown_at_its_own_units(units: str) -> None:
    def offered(amount: str) -> Data:
        fixed = {
            "code": "seat", "add_on_code": "seats", "charge_model": "standard", "units": units,
            "properties": {"amount": amount},
        }  # fmt: skip
        return plan(fixed_charges=[fixed], interval="yearly")

    lines = text(offered("249"), offered("299"))
    costs = ["        costs  €249.00 → €299.00 a year +20.1%"] if units == "1" else []
    assert lines[1:] == [*costs, "        price of a unit  €249.00 → €299.00 +20.1%"]
    assert not any("usage" in line for line in lines)


def test_prices_say_what_they_say_and_nothing_else() -> None:
    told = [("amount_cents",), ("charges", "c"), ("charges", "c", "properties", "rate"),
            ("charges", "c", "filters", "f"), ("charges", "c", "filters", "f", "properties", "amount"),
            ("fixed_charges", "c", "units"), ("minimum_commitment", "amount_cents")]  # fmt: skip
    untold = [("name",), ("charges", "c", "invoice_display_name"), ("charges", "c", "properties", "custom_properties"),
              ("charges", "c", "filters", "f", "invoice_display_name"), ("minimum_commitment",), ()]  # fmt: skip
    assert [says(keys) for keys in (*told, *untold)] == [True] * len(told) + [False] * len(untold)


def test_fixed_charges_have_units_and_no_metric() -> None:
    def offered(**others: Any) -> Data:
        fixed = {"code": "seat", "add_on_code": "seats", "charge_model": "standard", "properties": {"amount": "10"}}
        return plan(fixed_charges=[{**fixed, **others}])

    assert text(offered(units=1), offered(units=2, prorated=True)) == [
        "    ~ fixed charge seat  standard on add-on seats",
        "        units  1 → 2 +100%",
        "        prorated  no → yes",
        "        costs  €10.00 → €20.00 a month +100%",
    ]


def test_credits_are_counted_in_their_own_unit() -> None:
    def credited(amount: str, rate: str) -> Data:
        unit = {"code": "credits", "conversion_rate": rate}
        return plan(charge({"amount": amount}, "standard", applied_pricing_unit=unit))

    lines = text(credited("1", "0.1"), credited("2", "0.2"))
    assert "        price of a unit  credits 1.00 → credits 2.00 +100%" in lines


def test_a_minimum_is_money_of_the_plan() -> None:
    lines = text(plan(FLAT), plan(charge({"amount": "1"}, "standard", min_amount_cents=5000)))
    assert lines[1:] == ["        minimum  none → €50.00 a month"]


def test_usage_in_a_hole_has_no_invoice() -> None:
    sound = tiers((0, 10, 1, 0), (11, 20, 1, 0), (21, None, 2, 0), model="volume")
    hole = tiers((0, 9, 1, 0), (11, 20, 1, 0), (21, None, 2, 0), model="volume")
    lines = text(plan(charge(sound, "volume")), plan(charge(hole, "volume")))
    after = next(line for line in lines if line.split()[0] == "after")
    assert "no invoice" in after


def test_what_cannot_be_read_or_known_has_figures_only() -> None:
    lines = text(plan(charge({}, "dynamic")), plan(charge({"pricing_group_keys": ["team"]}, "dynamic")))
    assert lines == ["    ~ charge calls  dynamic on metric calls (count)", "        billed by  none → team"]
    unreadable = price_changes(plan(FLAT), plan(charge({"amount": "free"}, "standard")))
    assert unreadable is not None
    assert unreadable.charges[0].prices[0].comparison is None


def test_signs_are_painted_and_names_are_harmless() -> None:
    painted: list[tuple[str, str]] = []

    def paint(text: str, colour: str) -> str:
        painted.append((text, colour))
        return text

    named = change(BEFORE_PLAN, {**AFTER_PLAN, "code": "a\x1b[0m"})
    shown_text = prices_text(prices_document(named), paint)
    assert ("+", "green") in painted
    assert "\x1b" not in shown_text


def test_bounds_and_unit_prices_are_those_of_the_tiers() -> None:
    found = tiers_of(GRADUATED[0])
    assert bounds(found) == (10_000, 100_000)
    assert [each.unit_price for each in found] == [0, D("0.002"), D("0.0012")]


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(organizations(most=3))
def test_any_plan_can_become_any_other(found: tuple[Manifest, ...]) -> None:
    """Prices may be read or not, rated or not: what differs is said, and nothing fails."""
    metrics = {each.data["code"]: each.data for each in found if each.kind == "billable_metric"}
    plans = [canonical(KINDS["plan"].object, each.data) for each in found if each.kind == "plan"]
    for before in plans:
        assert price_changes(before, before, metrics) is None
        for after in plans:
            found_change = price_changes(before, after, metrics)
            if found_change is not None:
                document = as_json(prices_document(found_change))
                assert as_json(prices_document(read_prices(document))) == with_printable_texts(document)
                assert prices_text(document, plainly).startswith("~ plan ")


def as_json(document: Any) -> Any:
    return json.loads(json.dumps(document))


def with_printable_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: with_printable_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_printable_texts(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value
