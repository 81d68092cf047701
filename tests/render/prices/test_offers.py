from typing import Any

import pytest

from lago_gitops.render.prices.offers import PriceOffer, offer, phrase, same


def of(model: str, **properties: Any) -> PriceOffer:
    charge = {"charge_model": model, "properties": properties}
    found = offer(charge, charge, "EUR")
    assert found is not None
    return found


def ranges(*prices: str, name: str = "per_unit_amount", flat: str = "0") -> list[dict[str, Any]]:
    ends = [*((at + 1) * 10 for at in range(len(prices) - 1)), None]
    return [
        {"from_value": at * 10 + 1 if at else 0, "to_value": end, name: price, "flat_amount": flat}
        for at, (price, end) in enumerate(zip(prices, ends, strict=True))
    ]


RATES = ranges("1", "0.6", name="rate")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (of("standard", amount="0.2"), "€0.20 per unit"),
        (of("standard", amount="3", pricing_group_keys=["team", "host"]), "€3.00 per unit, for each team and host"),
        (of("package", amount="5", package_size=1000, free_units=100), "€5.00 per 1,000 units, the first 100 free"),
        (of("package", amount="5", package_size=1, free_units=0), "€5.00 per unit"),
        (
            of("percentage", rate="1.4", fixed_amount="0.25", free_units_per_events=3),
            "1.4% + €0.25 per event, the first 3 events free",
        ),
        (
            of("percentage", rate="1", free_units_per_total_aggregation="50", per_transaction_min_amount="1"),
            "1%, the first 50 units free, at least €1.00 per event",
        ),
        (of("percentage", rate="1", per_transaction_max_amount="0"), "1%, at most €0.00 per event"),
        (of("graduated", graduated_ranges=ranges("2", flat="5")), "€2.00 per unit + €5.00"),
        (of("volume", volume_ranges=ranges("2")), "€2.00 per unit"),
        (of("graduated", graduated_ranges=ranges("3", "2", "1")), "3 tiers, €3.00 to €1.00 per unit"),
        (
            of("graduated_percentage", graduated_percentage_ranges=ranges("1", "0.6", name="rate")),
            "2 tiers, 1% to 0.6%",
        ),
        (of("dynamic"), "price set by each event"),
        (of("custom"), "priced by a program inside the Lago server"),
        (of("standard", amount="free"), "no readable price"),
    ],
)
def test_a_price_is_said_in_a_line(found: PriceOffer, said: str) -> None:
    assert phrase(found) == said


def test_what_has_no_say_in_the_price_makes_no_other_price() -> None:
    assert same(of("standard", amount="1"), of("standard", amount="1", presentation_group_keys=None))
    assert not same(of("standard", amount="1"), of("standard", amount="1", pricing_group_keys=["team"]))
    assert not same(of("standard", amount="1"), None)
    assert same(None, None)
    assert not same(of("standard", amount="free"), of("standard", amount="gratis"))
