from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.identity import _hash, change_id, digest, named
from lago_gitops.core.model.effects import Weight
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, FieldChange, Live, Update

WANTED = Desired(Address("tax", "vat"), {"rate": Decimal(20), "name": "VAT"}, Mark("a.yaml", 3))
FOUND = Live(Address("tax", "vat"), "id", {"rate": Decimal(19), "name": "VAT"}, {})
RATE = FieldChange(("rate",), ("rate",), Decimal(19), Decimal(20))
UPDATE = Update(WANTED, FOUND, (RATE,))


def test_a_change_has_the_same_name_wherever_its_manifest_stands() -> None:
    moved = replace(WANTED, mark=Mark("b.yaml", 9))

    assert change_id(Update(moved, FOUND, (RATE,))) == change_id(UPDATE)


def test_a_change_has_another_name_with_another_state_before_or_after() -> None:
    rates = (RATE, replace(RATE, after=Decimal(21)), replace(RATE, before=Decimal(5)))
    names = [named(replace(UPDATE, fields=(rate,))) for rate in rates]

    assert len({one.id for one in names}) == 3
    assert names[0].before == names[1].before != names[2].before


def test_fields_that_do_not_change_have_no_part_in_an_updates_name() -> None:
    renamed = replace(FOUND, fields={**FOUND.fields, "name": "by hand"})

    assert named(Update(WANTED, renamed, (RATE,))) == named(UPDATE)


def test_actions_and_renames_have_names_of_their_own() -> None:
    old = replace(FOUND, address=Address("tax", "old"))
    changes = (UPDATE, Update(WANTED, old, (RATE,)), Create(WANTED), Delete(WANTED, FOUND))

    assert len({change_id(change) for change in changes}) == 4


def test_a_digest_does_not_depend_on_order() -> None:
    assert digest([("a", "xy"), ("b", "")]) == digest([("b", ""), ("a", "yxx")]) != digest([("a", "xy")])


def test_an_effect_more_is_another_digest() -> None:
    assert digest([("a", ["changes-bills"])]) != digest([("a", [])])


@given(st.dictionaries(st.tuples(st.text(), st.integers()), st.decimals(allow_nan=False, allow_infinity=False)))
def test_a_fingerprint_does_not_depend_on_the_order_of_keys(fields: dict[Any, Any]) -> None:
    backwards = dict(reversed(fields.items()))

    assert _hash({"a": fields}) == _hash({"a": backwards})


def test_equal_numbers_have_one_hash() -> None:
    assert _hash({"a": Decimal("1.0")}) == _hash({"a": Decimal("1.00")})
    assert _hash({"a": (1, None, True)}) != _hash({"a": (1, None, False)})


def test_a_view_and_a_member_of_an_enumeration_are_what_they_show() -> None:
    assert _hash(MappingProxyType({"a": Weight.NOTE})) == _hash({"a": "note"})
    assert _hash({"a": [1, "b"]}) == _hash({"a": (1, "b")})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda values: st.lists(values).map(tuple) | st.dictionaries(st.text() | st.decimals(0, 9, places=1), values),
    max_leaves=6,
)


@given(st.permutations([RATE, replace(RATE, keys=("name",)), replace(RATE, keys=("charges", Decimal(1)))]))
def test_the_order_of_fields_has_no_part_in_an_updates_name(fields: list[FieldChange]) -> None:
    one, other = (named(replace(UPDATE, fields=tuple(each))) for each in (fields, reversed(fields)))

    assert (one.id, one.before) == (other.id, other.before)


CHANGED = st.sets(st.tuples(st.text(), st.decimals(0, 9), st.none() | st.text()))


@given(CHANGED, CHANGED)
def test_updates_have_one_name_only_where_the_same_values_change(
    some: set[tuple[str, Any, Any]], others: set[tuple[str, Any, Any]]
) -> None:
    one, other = (
        replace(UPDATE, fields=tuple(FieldChange((key,), (key,), was, is_) for key, was, is_ in each))
        for each in (some, others)
    )

    assert (change_id(one) == change_id(other)) == (some == others)


def test_a_change_keeps_the_name_that_saved_plans_have_for_it() -> None:
    assert (named(UPDATE).id, named(UPDATE).before) == (
        "5d7a4bd8ad5eae3e",
        "30e3d1e83fce8ace13f2ba7d449e8879618b59dd6cbe70dbefda3e05c9b4ef79",
    )


def test_a_key_is_written_as_it_is() -> None:
    text = '[["%s","100%"],["a",["%d",null]],["b%",[["c",true]]]]'

    assert _hash({"b%": {"c": True}, "a": ("%d", None), "%s": "100%"}) == sha256(text.encode()).hexdigest()
