from lago_gitops.render.prices.changes import price_changes
from tests.render.prices.price_lists import CALLS, FLAT, GP, charge, plan, shown, text, tiers


def test_what_costs_the_same_is_no_change() -> None:
    named = plan(charge({"amount": "1"}, "standard", invoice_display_name="Calls"), name="other", description="words")
    assert price_changes(plan(FLAT), named) is None
    assert price_changes(plan(FLAT), plan(FLAT)) is None


def test_another_currency_has_no_percentages() -> None:
    lines = text(
        plan(FLAT, amount_cents=4900),
        plan(charge({"amount": "2"}, "standard"), amount_cents=5900, amount_currency="USD"),
    )
    assert lines[:2] == ["    currency  EUR → USD", "    plan fee  €49.00 → $59.00 a month"]
    assert "        price per unit  €1.00 → $2.00" in lines
    assert not any(line.strip().startswith("change") for line in lines)


def test_a_standard_price_has_its_unit_and_its_usages() -> None:
    assert text(plan(FLAT), plan(charge({"amount": "1.25", "pricing_group_keys": ["team"]}, "standard")))[:5] == [
        "    ~ charge calls  standard on metric calls (count)",
        "        price per unit  €1.00 → €1.25 +25%",
        "        billed separately by  none → team",
        "        usage/month      10      50      100      500         2k",
        "        now          €10.00  €50.00  €100.00  €500.00  €2,000.00",
    ]


def test_a_model_that_changes_is_said_with_both_prices() -> None:
    lines = text(plan(FLAT), plan(charge({"amount": "5", "package_size": 10, "free_units": 0}, "package")))
    assert lines[:2] == ["    ~ charge calls  package on metric calls (count)", "        model  standard → package"]


def test_new_charges_and_those_that_go_show_one_side() -> None:
    other = charge({"amount": "1"}, "standard", code="other")
    lines = text(plan(FLAT), plan(other))
    assert [line[4:18] for line in lines if "charge" in line] == ["+ charge other", "- charge calls"]
    assert sum(line.split()[0] == "costs" for line in lines) == sum(line.split()[0] == "now" for line in lines) == 1


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
        "    trial days  14",
        "    + charge calls  standard on metric calls (count)",
        "        €1.00 per unit",
        "        usage/month      2      10      20      100      500",
        "        costs        €2.00  €10.00  €20.00  €100.00  €500.00",
    ]


def test_a_new_charge_says_what_it_is_besides_its_price() -> None:
    new = charge(
        {"amount": "1"}, "standard", pay_in_advance=True, invoiceable=False, tax_codes=["vat"], invoice_display_name="C"
    )
    assert text(plan(), plan(new))[1] == "        billed in advance; not invoiced; shown on invoices as 'C'; taxes vat"


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
    assert "deleted and created again: Lago can't change prorated of a charge in place" in shown(found)


def test_usage_in_a_hole_has_no_invoice() -> None:
    sound = tiers((0, 10, 1, 0), (11, 20, 1, 0), (21, None, 2, 0), model="volume")
    hole = tiers((0, 9, 1, 0), (11, 20, 1, 0), (21, None, 2, 0), model="volume")
    lines = text(plan(charge(sound, "volume")), plan(charge(hole, "volume")))
    after = next(line for line in lines if line.split()[0] == "after")
    assert "no invoice" in after


def test_what_cannot_be_read_or_known_has_figures_only() -> None:
    lines = text(plan(charge({}, "dynamic")), plan(charge({"pricing_group_keys": ["team"]}, "dynamic")))
    assert lines == ["    ~ charge calls  dynamic on metric calls (count)", "        billed separately by  none → team"]
    unreadable = price_changes(plan(FLAT), plan(charge({"amount": "free"}, "standard")))
    assert unreadable is not None
    assert unreadable.charges[0].prices[0].comparison is None
