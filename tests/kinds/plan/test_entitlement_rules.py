from typing import Any

import pytest

from tests.kinds.forms import PLAN, findings

FEATURE = {
    "kind": "feature",
    "code": "seats",
    "privileges": [
        {"code": "max", "value_type": "integer"},
        {"code": "beta", "value_type": "boolean"},
        {"code": "label"},
        {"code": "mode", "value_type": "select", "config": {"select_options": ["a", "10", "true"]}},
    ],
}


def found(**values: Any) -> list[tuple[str, str]]:
    return findings({**PLAN, "entitlements": {"seats": values}}, FEATURE)


@pytest.mark.parametrize(
    ("privilege", "fits", "misfits", "words"),
    [
        ("max", [25, -1], ["25", True], "a whole number"),
        ("beta", [True, False], ["true", 1], "true or false"),
        ("mode", ["a", "10", 10, True], ["b", 11], "one of a, 10, true"),
        ("label", ["gold", "25", 25, True], [""], "text that is not blank"),
    ],
)
def test_values_are_of_the_type_of_the_privilege(
    privilege: str, fits: list[Any], misfits: list[Any], words: str
) -> None:
    assert [found(**{privilege: value}) for value in fits] == [[]] * len(fits)
    for value in misfits:
        assert found(**{privilege: value}) == [
            (f"entitlements.seats.{privilege}", f"{privilege} is {value!r}, not {words}")
        ]


def test_a_feature_has_the_privileges_that_its_manifest_says() -> None:
    assert found(maxx=1) == [("entitlements.seats.maxx", "the feature has no privilege 'maxx'")]


def test_nothing_is_said_of_a_feature_that_no_manifest_describes() -> None:
    assert findings({**PLAN, "entitlements": {"seats": {"anything": 1}}}) == []
    assert findings({**PLAN, "entitlements": None}) == []
