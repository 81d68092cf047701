from dataclasses import replace

from lago_gitops.core.model.field_walk import fields_at, inside, key_order, list_key
from lago_gitops.core.model.types import Field, Keyed, Object, Text, Variant
from lago_gitops.kinds import KINDS
from lago_gitops.kinds.plan.charge_models import CHARGE_PROPERTIES


def test_lists_are_told_apart_by_the_field_that_names_their_items() -> None:
    assert list_key(KINDS, ["plan", "charges"]) == "code"
    assert list_key(KINDS, ["billable_metric", "filters"]) == "key"


def test_lists_that_nothing_or_more_than_one_field_tells_apart_have_no_key() -> None:
    assert list_key(KINDS, ["plan", "tax_codes"]) is None
    assert list_key(KINDS, ["plan", "usage_thresholds"]) is None


def test_tiers_are_one_whole() -> None:
    assert list_key(KINDS, ["plan", "charges", "properties", "graduated_ranges"]) is None


def test_what_there_is_not_has_no_key() -> None:
    assert list_key(KINDS, ["plan", "nothing"]) is None
    assert list_key(KINDS, ["nothing", "charges"]) is None


def test_a_path_can_lead_to_several_fields_where_a_shape_depends_on_another() -> None:
    assert len(fields_at(KINDS, ["plan", "charges", "properties", "amount"])) == 2
    assert fields_at(KINDS, ["nothing"]) == ()


def test_keys_come_in_the_order_of_the_table_after_what_concerns_the_whole() -> None:
    order = key_order(KINDS, ["tax"])
    assert order[:-5] == ("kind", "state", "previously", "protect", "silence", "ignore")
    assert order[-5:] == ("code", "name", "rate", "description", "applied_to_organization")
    assert key_order(KINDS, ["plan", "minimum_commitment"]) == ("amount_cents", "invoice_display_name", "tax_codes")
    assert "code" not in key_order(KINDS, ["nothing"])


def test_a_word_for_the_whole_that_is_a_field_of_the_kind_stands_where_the_field_does() -> None:
    order = key_order(KINDS, ["billing_entity"])
    assert order[:2] == ("kind", "previously")
    assert order.index("state") > order.index("name")


def test_where_several_shapes_are_possible_the_keys_of_each_keep_their_order() -> None:
    order = key_order(KINDS, ["plan", "charges", "properties"])

    for model, shape in CHARGE_PROPERTIES.cases.items():
        names = [field.name for field in shape.fields]
        assert sorted(names, key=order.index) == names, model


def test_shapes_that_disagree_have_the_order_of_the_first() -> None:
    shapes = {names: Object(tuple(Field(name, Text(), "") for name in names)) for names in ("ab", "", "ba")}
    kind = replace(KINDS["tax"], fields=(Field("p", Variant("m", shapes), ""),))

    assert key_order({"k": kind}, ["k", "p"]) == ("a", "b")


def test_a_value_is_made_of_objects_each_with_its_fields_and_its_label() -> None:
    one, other = {"a": 1}, {"a": 2}
    item = Object(())
    keyed, variant = Keyed(item, ("a",), lambda fields: f"[{fields['a']}]"), Variant("sort", {"x": item})
    assert list(inside(keyed, {1: one, 2: other}, ())) == [(item, one, "[1]"), (item, other, "[2]")]
    assert list(inside(item, one, ())) == [(item, one, "")]
    assert list(inside(variant, one, ({"sort": "x"},))) == [(item, one, "")]
    assert list(inside(variant, one, ({"sort": "y"},))) == list(inside(Text(), "t", ())) == []
