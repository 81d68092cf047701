import pytest

from tests.pricing.lint.manifests import SUM, charge, found, message, metric, paths, plan, tiered

CHEAP, DEAR = {"amount": "0.08"}, {"amount": "0.10"}


def priced(code: str, cents: int, properties: dict[str, object], model: str = "standard", **others: object) -> object:
    return plan(charge(model, properties), code=code, amount_cents=cents, **others)


def dominated(*plans: object) -> list[str]:
    return [finding.address.key for finding in found("dominated-plan", SUM, *plans)]  # type: ignore[arg-type]


def test_a_plan_is_dominated_by_one_that_is_never_dearer() -> None:
    team, growth = priced("team", 2000, DEAR), priced("growth", 1500, CHEAP)
    assert dominated(team, growth) == ["team"]
    assert paths("dominated-plan", SUM, team, growth) == ["code"]  # type: ignore[arg-type]


def test_the_order_of_charges_and_entitlements_makes_no_difference() -> None:
    one, other = charge(properties=DEAR), charge(properties=DEAR, code="calls")
    granted = [("sso", {"max": 1}), ("audit", {})]
    team = plan(one, other, code="team", amount_cents=2, entitlements=dict(granted))
    growth = plan(other, one, code="growth", amount_cents=1, entitlements=dict(reversed(granted)))
    assert dominated(team, growth, metric(code="calls")) == ["team"]


@pytest.mark.parametrize("granted", [{"sso": {"max": 2}}, {"audit": {"max": 1}}])
def test_plans_that_grant_something_else_are_not_compared(granted: dict[str, object]) -> None:
    team = priced("team", 2000, DEAR, entitlements={"sso": {"max": 1}})
    assert dominated(team, priced("growth", 1500, CHEAP, entitlements=granted)) == []


def test_one_charge_that_a_curve_does_not_tell_is_enough_not_to_compare() -> None:
    calls = charge(code="calls", pay_in_advance=True)
    team, growth = (plan(charge(properties=DEAR), calls, code=c, amount_cents=n) for c, n in (("team", 2), ("g", 1)))
    assert dominated(team, growth, metric(code="calls")) == []


@pytest.mark.parametrize(
    ("team", "growth"),
    [((1000, DEAR), (1500, CHEAP)), ((2000, CHEAP), (1500, DEAR)), ((1500, CHEAP), (1500, CHEAP))],
    ids=["dearer units", "dearer fee", "the same"],
)
def test_plans_that_are_each_cheaper_for_some_are_a_choice(
    team: tuple[int, dict[str, object]], growth: tuple[int, dict[str, object]]
) -> None:
    assert dominated(priced("team", *team), priced("growth", *growth)) == []


def test_the_same_fee_and_cheaper_units_dominate() -> None:
    assert dominated(priced("team", 1500, DEAR), priced("growth", 1500, CHEAP)) == ["team"]


def test_curves_are_compared_not_figures() -> None:
    """Free up to 100 and then 0.10 is never dearer than 0.10 throughout."""
    free = priced("growth", 0, tiered("graduated", (0, 100, 0, 0), (101, None, "0.10", 0)), "graduated")
    late = priced("growth", 0, tiered("graduated", (0, 100, 0, 0), (101, None, "0.11", 0)), "graduated")
    assert dominated(priced("team", 0, DEAR), free) == ["team"]
    assert dominated(priced("team", 0, DEAR), late) == []


@pytest.mark.parametrize(
    "difference",
    [
        {"interval": "yearly"},
        {"amount_currency": "EUR"},
        {"pay_in_advance": True},
        {"trial_period": 14},
        {"trial_period": 1},
        {"charges": [charge(properties=CHEAP), charge(code="calls", properties=CHEAP)]},
        {"entitlements": {"sso": {}}},
        {"minimum_commitment": {"amount_cents": 1}},
        {"fixed_charges": [{"code": "f", "add_on_code": "f", "charge_model": "standard", "units": 0}]},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_plans_on_other_terms_are_not_compared(difference: dict[str, object]) -> None:
    assert dominated(priced("team", 2000, DEAR), priced("growth", 1500, CHEAP, **difference)) == []


@pytest.mark.parametrize(
    "difference",
    [
        {"pay_in_advance": True},
        {"prorated": True},
        {"min_amount_cents": 5},
        {"filters": [{"values": {"region": ["eu"]}, "properties": DEAR}]},
        {"applied_pricing_unit": {"code": "credits", "conversion_rate": "1"}},
        {"properties": {**CHEAP, "pricing_group_keys": ["team"]}},
        {"properties": {**CHEAP, "grouped_by": ["team"]}},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_charges_that_a_curve_does_not_tell_are_not_compared(difference: dict[str, object]) -> None:
    special = charge(**{"properties": CHEAP, **difference})  # type: ignore[arg-type]
    assert dominated(priced("team", 2000, DEAR), plan(special, code="growth", amount_cents=1500)) == []


@pytest.mark.parametrize(
    ("model", "properties"),
    [
        ("package", {"amount": "0.01", "package_size": 100, "free_units": 0}),
        ("percentage", {"rate": "1", "fixed_amount": "1"}),
        ("graduated", {"graduated_ranges": []}),
    ],
)
def test_prices_without_a_curve_are_not_compared(model: str, properties: dict[str, object]) -> None:
    team, growth = priced("team", 2000, DEAR), plan(charge(model, properties), code="growth", amount_cents=1500)
    if properties == {"graduated_ranges": []}:
        growth["charges"][0]["properties"] = {"graduated_ranges": [], "custom_properties": {}}  # type: ignore[index]
    assert dominated(team, growth) == []


def test_plans_without_charges_or_with_two_on_a_metric_are_not_compared() -> None:
    twice = [
        plan(charge(), charge() | {"code": "other"}, code=code, amount_cents=cents)
        for code, cents in (("a", 1), ("b", 2))
    ]
    assert dominated(plan(code="team", amount_cents=2), plan(code="growth", amount_cents=1), *twice) == []
    bare = [{name: value for name, value in one.items() if name != "charges"} for one in twice]
    assert dominated(*bare) == []


def test_free_units_count_only_where_they_apply() -> None:
    free = {"rate": "10", "free_units_per_total_aggregation": "100"}
    team, growth = priced("team", 0, {"rate": "10"}, "percentage"), priced("growth", 0, free, "percentage")
    assert dominated(team, growth) == ["team"]
    for aggregation in ("max_agg", "weighted_sum_agg"):
        assert not found("dominated-plan", metric(aggregation), team, growth)  # type: ignore[arg-type]


def test_many_plans_are_prices_of_single_customers_and_no_choice() -> None:
    plans = [priced(f"p{cents}", cents, DEAR) for cents in range(12)]
    assert len(dominated(*plans)) == 11
    assert dominated(*plans, priced("p12", 12, DEAR)) == []


# longer periods ------------------------------------------------------------------------------------------------------


def longer(short: dict[str, object], long: dict[str, object]) -> list[str]:
    return [finding.address.key for finding in found("longer-dearer", SUM, short, long)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("growth", "growth_yearly"),
        ("growth-monthly", "growth-annual"),
        ("monthly_growth", "yearly_growth"),
        ("a.mo", "a.yr"),
        ("Growth_Month", "GROWTH-YEAR"),
        ("growth", "-growth-year"),
    ],
)
def test_codes_that_differ_by_the_words_of_the_period_belong_together(short: str, long: str) -> None:
    monthly, yearly = plan(code=short, amount_cents=4900), plan(code=long, amount_cents=58801, interval="yearly")
    assert longer(monthly, yearly) == [long]
    assert paths("longer-dearer", monthly, yearly) == ["amount_cents"]
    assert message("longer-dearer", monthly, yearly) == (
        f"a yearly period costs $588.01, more than 12 periods of {short!r} ($588.00)"
    )


@pytest.mark.parametrize(
    ("others", "dearer"),
    [
        ({"amount_cents": 58800}, False),
        ({"interval": "quarterly", "amount_cents": 14701}, True),
        ({"interval": "semiannual", "amount_cents": 29400}, False),
        ({"interval": "semiannual", "amount_cents": 29401}, True),
        ({"interval": "monthly"}, False),
        ({"interval": "weekly"}, False),
        ({"amount_currency": "EUR"}, False),
        ({"code": "team_yearly"}, False),
        ({"code": "yearly"}, False),
        ({"charges": [charge()]}, False),
    ],
)
def test_only_a_longer_period_of_the_same_plan_is_compared(others: dict[str, object], dearer: bool) -> None:
    long = plan(**{"code": "growth_yearly", "interval": "yearly", "amount_cents": 99999, **others})  # type: ignore[arg-type]
    assert bool(longer(plan(code="growth", amount_cents=4900), long)) is dearer


@pytest.mark.parametrize("short", ["weekly", "monthly", "quarterly", "semiannual"])
def test_every_longer_period_is_held_against_every_shorter_one(short: str) -> None:
    periods = ["monthly", "quarterly", "semiannual", "yearly"]
    longer_ones = periods[periods.index(short) + 1 :] if short in periods else []
    for interval in periods:
        offered = plan(code="growth_yearly", interval=interval, amount_cents=100_000)
        said = bool(longer(plan(code="growth", interval=short, amount_cents=5_000), offered))
        assert said is (interval in longer_ones)
