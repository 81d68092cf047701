from collections.abc import Mapping
from typing import Any

from lago_gitops.core.validation.manifest import Manifest, place_slots
from lago_gitops.manifests.overlays import Overlaid, overlaid
from lago_gitops.manifests.reading.reader import read_text

KEYS = {
    ("plan", "charges"): "code",
    ("plan", "charges", "filters"): "values",
    ("billable_metric", "filters"): "key",
}


def code(data: Mapping[str, Any]) -> str | None:
    found = data.get("code")
    return found if isinstance(found, str) else None


def patched(base: str, *overlays: str) -> Overlaid:
    below = read_text("base.yaml", base).manifests
    above = [manifest for text in overlays for manifest in read_text("eu.yaml", text).manifests]
    return overlaid(below, above, code, KEYS.get)


def data(base: str, *overlays: str) -> list[Any]:
    found = patched(base, *overlays)
    assert found.problems == ()
    return [manifest.data for manifest in found.manifests]


PLAN = """\
kind: plan
code: growth
name: Growth
amount_cents: 100
minimum_commitment: {amount_cents: 5, name: Least}
tax_codes: [a, b]
charges:
- code: calls
  properties: {amount: "1", free_units: 5}
  filters:
  - values: {region: [eu, us], tier: [x]}
    properties: {amount: "2"}
  - values: {region: [asia]}
    properties: {amount: "3"}
- code: seats
  properties: {amount: "9"}
"""


def test_mappings_merge_and_other_values_are_replaced() -> None:
    (plan,) = data(PLAN, "kind: plan\ncode: growth\namount_cents: 90\nminimum_commitment: {amount_cents: 4}\n")
    assert plan["amount_cents"] == 90
    assert plan["minimum_commitment"] == {"amount_cents": 4, "name": "Least"}
    assert plan["name"] == "Growth"


def test_lists_without_a_key_are_replaced_whole() -> None:
    assert data(PLAN, "kind: plan\ncode: growth\ntax_codes: [c]")[0]["tax_codes"] == ["c"]


def test_lists_with_a_key_merge_item_by_item_and_new_items_come_last() -> None:
    overlay = "kind: plan\ncode: growth\ncharges:\n- code: new\n- code: calls\n  properties: {amount: '7'}\n"
    charges = data(PLAN, overlay)[0]["charges"]
    assert [charge["code"] for charge in charges] == ["calls", "seats", "new"]
    assert charges[0]["properties"] == {"amount": "7", "free_units": 5}
    assert len(charges[0]["filters"]) == 2


def test_a_key_that_is_a_mapping_counts_as_a_whole_and_without_order() -> None:
    overlay = (
        "kind: plan\ncode: growth\ncharges:\n- code: calls\n  filters:\n"
        "  - values: {tier: [x], region: [us, eu]}\n    properties: {amount: '7'}\n"
    )
    filters = data(PLAN, overlay)[0]["charges"][0]["filters"]
    assert [found["properties"]["amount"] for found in filters] == ["7", "3"]


def test_null_takes_a_field_away() -> None:
    overlay = (
        "kind: plan\ncode: growth\nname: ~\nminimum_commitment: {name: ~}\ncharges:\n- code: seats\n  properties: ~\n"
    )
    (plan,) = data(PLAN, overlay)
    assert "name" not in plan
    assert plan["minimum_commitment"] == {"amount_cents": 5}
    assert plan["charges"][1] == {"code": "seats"}


def test_null_in_what_is_new_or_replaced_whole_stays_null() -> None:
    tiers = "tiers: [{to_value: ~}]"
    assert data(PLAN, f"kind: plan\ncode: growth\n{tiers}")[0]["tiers"] == [{"to_value": None}]
    assert data(PLAN, f"kind: plan\ncode: other\n{tiers}")[1]["tiers"] == [{"to_value": None}]


def test_an_overlay_that_the_base_lacks_is_a_new_resource() -> None:
    found = patched(PLAN, "kind: tax\ncode: growth\n---\nkind: plan\nname: nameless\n")
    assert [(m.source, m.kind) for m in found.manifests] == [
        ("base.yaml", "plan"),
        ("eu.yaml", "tax"),
        ("eu.yaml", "plan"),
    ]


def test_overlays_apply_in_their_order() -> None:
    first, second = "kind: plan\ncode: growth\namount_cents: 1", "kind: plan\ncode: growth\namount_cents: 2"
    assert data(PLAN, first, second)[0]["amount_cents"] == 2


def test_absent_is_a_field_like_any_other() -> None:
    assert data(PLAN, "kind: plan\ncode: growth\nstate: absent")[0]["state"] == "absent"


def test_marks_of_what_is_patched_are_in_the_overlay() -> None:
    overlay = (
        "kind: plan\ncode: growth\nname: ~\ncharges:\n- code: calls\n  properties:\n    amount: '7'\n- code: new\n"
    )
    again = "kind: plan\ncode: growth\ntax_codes: [c]\n"
    (plan,) = patched(PLAN, overlay, again).manifests
    assert str(plan.mark(["amount_cents"])) == "base.yaml:4:1"
    assert str(plan.mark(["charges"])) == "base.yaml:7:1"
    assert str(plan.mark(["charges", 0, "properties", "amount"])) == "eu.yaml:7:5"
    assert str(plan.mark(["charges", 0, "properties", "free_units"])) == "base.yaml:9:29"
    assert str(plan.mark(["charges", 0, "filters", 1, "values", "region", 0])) == "base.yaml:13:23"
    assert str(plan.mark(["charges", 2, "code"])) == "eu.yaml:8:3"
    assert str(plan.mark(["tax_codes", 0])) == "eu.yaml:3:13"
    assert max(place_slots(plan.data, plan.marks.slots)) < len(plan.marks.slots)


def test_manifests_without_marks_merge_too() -> None:
    base = Manifest("a.yaml", {"kind": "tax", "code": "x", "rate": 1})
    (tax,) = overlaid([base], [Manifest("b.yaml", {"kind": "tax", "code": "x", "rate": [2]})], code, KEYS.get).manifests
    assert tax.data == {"kind": "tax", "code": "x", "rate": [2]}
    assert str(tax.mark(["rate", 0])) == "b.yaml:1:1"
    assert str(tax.mark(["code"])) == "a.yaml:1:1"


def test_an_item_that_does_not_say_which_one_to_patch_is_a_problem() -> None:
    overlay = (
        "kind: plan\ncode: growth\ncharges:\n- properties: {}\n- code: calls\n  filters:\n  - properties: {}\n  - 3\n"
    )
    assert sorted(str(problem) for problem in patched(PLAN, overlay).problems) == [
        "eu.yaml:4:3: an item of charges in an overlay needs its code (it says which one to patch)",
        "eu.yaml:7:5: an item of filters in an overlay needs its values (it says which one to patch)",
        "eu.yaml:8:5: an item of filters in an overlay needs its values (it says which one to patch)",
    ]


def test_what_is_here_twice_stays_twice_for_validation_to_find() -> None:
    twice = "kind: plan\ncode: p\ncharges: [{code: a, n: 1}, {code: a, n: 2}]\n"
    overlay = "kind: plan\ncode: p\ncharges: [{code: a, n: 3}, {code: a, n: 4}]\n"
    assert [charge["n"] for charge in data(twice, overlay)[0]["charges"]] == [3, 2, 4]
    assert len(data(PLAN + "---\n" + PLAN, "kind: tax\ncode: x")) == 3


def test_the_base_is_left_as_it_was() -> None:
    (base,) = read_text("base.yaml", PLAN).manifests
    (overlay,) = read_text("eu.yaml", "kind: plan\ncode: growth\nname: ~\ncharges: [{code: calls, x: 1}]").manifests
    overlaid([base], [overlay], code, KEYS.get)
    assert base.data == read_text("base.yaml", PLAN).manifests[0].data


def test_numbers_keep_the_text_they_were_written_with_on_both_sides() -> None:
    [manifest] = patched("kind: tax\ncode: x\nrate: 1e1\nname: +1\n", "kind: tax\ncode: x\nrate: 2e1\n").manifests
    assert [manifest.written((name,)) for name in ("code", "rate", "name", "kind")] == ["", "2e1", "+1", ""]


def test_what_has_no_counterpart_is_told_apart() -> None:
    found = patched("kind: tax\ncode: a\n", "kind: tax\ncode: b\n", "kind: tax\ncode: b\nname: B\n")
    assert [manifest.data for manifest in found.added] == [{"kind": "tax", "code": "b"}]
