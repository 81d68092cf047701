from typing import Any

from lago_gitops.core.comparison.renames import with_renames
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.kinds.coupon.table import COUPON
from lago_gitops.kinds.plan.table import PLAN
from tests.core.kinds import NODE, address, live, node

RENAMES = {address("old"): address("new")}


def of(kind: ResourceKind, data: dict[str, Any]) -> Live:
    return Live(Address(kind.name, "x"), "1", canonical(kind.object, data), data)


def test_references_have_the_new_code_at_any_depth() -> None:
    before = live(node("a", "old", "b", parts=[{"code": "p", "of": "old"}, {"code": "q", "of": "b"}], name="old"))
    after = with_renames(NODE, before, RENAMES)
    assert (
        after.fields
        == live(node("a", "new", "b", parts=[{"code": "p", "of": "new"}, {"code": "q", "of": "b"}], name="old")).fields
    )
    assert after.data["to"] == ["new", "b"]


def test_what_refers_to_nothing_renamed_is_the_same() -> None:
    before = live(node("a", "b"))
    assert with_renames(NODE, before, RENAMES) is before


def test_what_a_manifest_says_of_itself_stays() -> None:
    data = {"kind": "coupon", "previously": ["y"], "applies_to": {"plan_codes": ["old"]}}
    coupon = with_renames(COUPON, of(COUPON, data), {Address("plan", "old"): Address("plan", "new")})
    assert coupon.data == {**data, "applies_to": {"plan_codes": ["new"]}}


def test_limits_and_entitlements_follow_too() -> None:
    data = {"applies_to": {"plan_codes": ["old"], "billable_metric_codes": []}}
    coupon = with_renames(COUPON, of(COUPON, data), {Address("plan", "old"): Address("plan", "new")})
    assert coupon.fields["applies_to"]["plan_codes"] == ("new",)
    renamed = {Address("feature", "old"): Address("feature", "new")}
    plan = with_renames(PLAN, of(PLAN, {"entitlements": {"old": {"max": 1}, "b": {}}}), renamed)
    assert plan.fields["entitlements"] == {"b": {}, "new": {"max": 1}}
