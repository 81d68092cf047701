import pytest

from lago_gitops.sandbox.base.errors import RefusedError
from lago_gitops.sandbox.base.http.params import Many, One, Schema, Shape, expected_root, munged, permit, root

SCHEMA: Schema = {
    "name": Shape.SCALAR,
    "tax_codes": Shape.SCALARS,
    "metadata": Shape.OBJECT,
    "limits": One({"codes": Shape.SCALARS}),
    "charges": Many({"id": Shape.SCALAR}),
}


@pytest.mark.parametrize("sent", [{"nonsense": 1}, {"name": {}}, {"name": []}, {"charges": {}}, {"metadata": "x"}])
def test_what_has_no_place_is_dropped(sent: dict[str, object]) -> None:
    assert permit(sent, SCHEMA) == {}


@pytest.mark.parametrize("key", ["tax_codes", "metadata", "limits", "charges"])
def test_null_for_a_list_or_an_object_counts_as_not_sent(key: str) -> None:
    assert permit({key: None}, SCHEMA) == {}


def test_null_for_a_scalar_is_kept() -> None:
    assert permit({"name": None}, SCHEMA) == {"name": None}


@pytest.mark.parametrize("sent", [{"tax_codes": []}, {"metadata": {}}, {"limits": {}}, {"charges": []}])
def test_empty_lists_and_objects_are_kept(sent: dict[str, object]) -> None:
    assert permit(sent, SCHEMA) == sent


def test_a_list_with_anything_but_scalars_is_dropped_whole() -> None:
    assert permit({"tax_codes": ["a", ["b"]]}, SCHEMA) == {}


def test_items_that_are_no_objects_are_dropped() -> None:
    assert permit({"charges": ["x", {"id": "1", "y": 2}]}, SCHEMA) == {"charges": [{"id": "1"}]}


def test_nulls_inside_lists_vanish() -> None:
    assert munged({"a": [None, 1, [None]], "b": None}) == {"a": [1, []], "b": None}


@pytest.mark.parametrize("body", [{}, {"tax": {}}, {"tax": None}, {"tax": ""}, {"tax": []}])
def test_an_absent_or_empty_root_is_missing(body: dict[str, object]) -> None:
    with pytest.raises(RefusedError) as refused:
        root(body, "tax", SCHEMA)
    assert refused.value.status == 400


@pytest.mark.parametrize("value", ["text", [1], 5, False])
def test_a_root_that_is_no_object_is_a_crash(value: object) -> None:
    with pytest.raises(RefusedError) as refused:
        root({"tax": value}, "tax", SCHEMA)
    assert refused.value.status == 500


@pytest.mark.parametrize("value", ["text", [1], {"nonsense": 1}, {}])
def test_an_expected_root_has_to_hold_something_permitted(value: object) -> None:
    with pytest.raises(RefusedError) as refused:
        expected_root({"metric": value}, "metric", SCHEMA)
    assert refused.value.status == 400
