from tests.pricing.samples import (
    details,
    graduated_percentage,
    units,
)


def test_graduated_percentage_shows_its_rate() -> None:
    assert details(graduated_percentage((0, 100, 5, 0), (101, None, 2, 10)), units(150)) == {
        "graduated_percentage_ranges": [
            {
                "from_value": 0,
                "to_value": 100,
                "flat_unit_amount": "0.0",
                "rate": "5.0",
                "units": "100.0",
                "per_unit_total_amount": "5.0",
                "total_with_flat_amount": "5.0",
            },
            {
                "from_value": 101,
                "to_value": None,
                "flat_unit_amount": "10.0",
                "rate": "2.0",
                "units": "50.0",
                "per_unit_total_amount": "1.0",
                "total_with_flat_amount": "11.0",
            },
        ]
    }
