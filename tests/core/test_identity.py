from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.identity import _hash, change_id, digest, fingerprint, named
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
    other = replace(WANTED, fields={**WANTED.fields, "rate": Decimal(21)})
    since = replace(FOUND, fields={**FOUND.fields, "rate": Decimal(5)})
    names = {change_id(UPDATE), change_id(Update(other, FOUND, (RATE,))), change_id(Update(WANTED, since, (RATE,)))}

    assert len(names) == 3


def test_fields_that_do_not_change_have_no_part_in_an_updates_name() -> None:
    renamed = replace(FOUND, fields={**FOUND.fields, "name": "by hand"})

    assert change_id(Update(WANTED, renamed, (RATE,))) == change_id(UPDATE)


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

    assert fingerprint({"a": fields}) == fingerprint({"a": backwards})


def test_equal_numbers_have_one_fingerprint() -> None:
    assert fingerprint({"a": Decimal("1.0")}) == fingerprint({"a": Decimal("1.00")})
    assert fingerprint({"a": (1, None, True)}) != fingerprint({"a": (1, None, False)})


def test_a_view_and_a_member_of_an_enumeration_are_what_they_show() -> None:
    assert fingerprint(MappingProxyType({"a": Weight.NOTE})) == fingerprint({"a": "note"})
    assert fingerprint({"a": [1, "b"]}) == fingerprint({"a": (1, "b")})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda values: st.lists(values).map(tuple) | st.dictionaries(st.text() | st.decimals(0, 9, places=1), values),
    max_leaves=6,
)
FIELDS = st.dictionaries(st.text(), VALUES)


@given(FIELDS, FIELDS, st.data())
def test_an_updates_names_are_those_of_its_two_sides(
    before: dict[str, Any], other: dict[str, Any], data: st.DataObject
) -> None:
    """What both sides share is written once: that must not show."""
    after = {name: other.get(name, value) for name, value in before.items()} | other
    touched = data.draw(st.lists(st.sampled_from(sorted(after)), unique=True)) if after else []
    fields = tuple(FieldChange((name,), (name,), before.get(name), after.get(name)) for name in touched)
    change = Update(replace(WANTED, fields=after), replace(FOUND, fields=before), fields)
    sides = ({name: side.get(name) for name in touched} for side in (before, after))
    whole = ("tax/vat", "update", "tax/vat", *sides)

    assert named(change).before == fingerprint(before)
    assert named(change).id == _hash(whole)[:16]


def test_a_change_keeps_the_name_that_saved_plans_have_for_it() -> None:
    assert (named(UPDATE).id, named(UPDATE).before) == (
        "5be2d7cc38480e9e",
        "d99408e57603028a95970e3966db87ff5a646dbeb3bac07cfc9967b3e717ac29",
    )


def test_a_key_is_written_as_it_is() -> None:
    text = '[["%s","100%"],["a",["%d",null]],["b%",[["c",true]]]]'

    assert fingerprint({"b%": {"c": True}, "a": ("%d", None), "%s": "100%"}) == sha256(text.encode()).hexdigest()


def test_what_differs_deep_inside_shows_in_the_names_of_both_sides() -> None:
    before, after = ({"tiers": {"a": {"price": price, "flat": Decimal(0)}, "b": {}}} for price in (1, 2))
    change = Update(
        replace(WANTED, fields=after), replace(FOUND, fields=before), (RATE, replace(RATE, keys=("tiers",)))
    )

    assert named(change).before == fingerprint(before)
    sides = ({"rate": None, **side} for side in (before, after))
    assert named(change).id == _hash(("tax/vat", "update", "tax/vat", *sides))[:16]
