"""`ignore`: each path is held against the fields there are."""

from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import needed_update
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.live import live
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.validation.ignored import has_place, ignore_findings, ignored_keys
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS

TIERS = [
    {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "0"},
    {"from_value": 11, "to_value": None, "per_unit_amount": "2", "flat_amount": "0"},
]
PLAN: Any = {
    "kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR",
    "pay_in_advance": False, "entitlements": {"seats": {"max": 5}},
    "charges": [
        {"code": "calls", "billable_metric_code": "calls", "charge_model": "standard", "properties": {"amount": "2"},
         "filters": [{"values": {"region": ["eu"]}, "properties": {"amount": "1"}}]},
        {"code": "v1.2", "billable_metric_code": "calls", "charge_model": "graduated",
         "properties": {"graduated_ranges": TIERS}},
    ],
}  # fmt: skip
OBJECT = KINDS["plan"].object
REGION = (("region", ("eu",)),)


def keys(path: str) -> set[tuple[Any, ...]]:
    return set(ignored_keys(OBJECT, canonical(OBJECT, PLAN), path))


def said(*paths: str) -> list[str]:
    return [f"{found.message}: {found.hint}" for found in ignore_findings(OBJECT, {**PLAN, "ignore": list(paths)})]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("amount_cents", ("amount_cents",)),
        ("charges", ("charges",)),
        ("charges.calls", ("charges", "calls")),
        ("charges.calls.amount", ("charges", "calls", "properties", "amount")),
        ("charges.calls.properties.amount", ("charges", "calls", "properties", "amount")),
        ("charges.calls.properties", ("charges", "calls", "properties")),
        ("charges.calls.filters[region=eu].amount", ("charges", "calls", "filters", REGION, "properties", "amount")),
        ("charges.v1.2", ("charges", "v1.2")),
        ("charges.v1.2.graduated_ranges", ("charges", "v1.2", "properties", "graduated_ranges")),
        (
            "charges.v1.2.properties.graduated_ranges[11–∞].flat_amount",
            ("charges", "v1.2", "properties", "graduated_ranges", 11, "flat_amount"),
        ),
        ("minimum_commitment.amount_cents", ("minimum_commitment", "amount_cents")),
        ("metadata.team", ("metadata", "team")),
        ("entitlements.seats", ("entitlements", "seats")),
        ("entitlements.seats.max", ("entitlements", "seats", "max")),
    ],
)
def test_a_path_is_spelled_as_the_plan_shows_it_or_as_the_manifest_nests_it(path: str, wanted: tuple[Any, ...]) -> None:
    assert keys(path) == {wanted}
    assert said(path) == []


@pytest.mark.parametrize("path", ["charges.of_others", "charges.of.others", "entitlements.of_others"])
def test_what_only_lago_has_can_be_ignored(path: str) -> None:
    field, code = path.split(".", 1)
    assert keys(path) == {(field, code)}


def test_without_its_model_a_price_can_not_be_told_so_that_it_is_ignored_too() -> None:
    assert keys("charges.calls.charge_model") == {
        ("charges", "calls", name) for name in ("charge_model", "properties", "filters")
    }


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("amount_cent", "did you mean 'amount_cents'?"),
        ("charges.calls.amuont", "did you mean 'charges.calls.amount'?"),
        ("charges.calls.properties.amuont", "did you mean 'charges.calls.properties.amount'?"),
        ("charges.call.amount", "did you mean 'charges.calls.amount'?"),
        ("charges[0].properties.amount", "did you mean 'charges.calls.properties.amount'?"),
        ("charges[0]", "did you mean 'charges'?"),
        ("charges.calls.filters[region=us].amount", "did you mean 'charges.calls.filters[region=eu].amount'?"),
        ("charges.v1.2.graduated_ranges[20–∞]", "did you mean 'charges.v1.2.graduated_ranges[11–∞]'?"),
        ("charges.calls.amount.x", "did you mean 'charges.calls.amount'?"),
        ("name.x", "did you mean 'name'?"),
        ("amount_cents.", "did you mean 'amount_cents'?"),
        ("", "write it as a plan shows it: FIELD, or LIST.CODE.FIELD"),
        ("entitlements.seets.max", "did you mean 'entitlements'?"),
        ("minimum_commitment.amount_cent", "did you mean 'minimum_commitment.amount_cents'?"),
        ("cascade_updates", "write it as a plan shows it: FIELD, or LIST.CODE.FIELD"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_with_the_nearest_that_does(path: str, hint: str) -> None:
    assert said(path) == [f"the path {path!r} doesn't match a field: {hint}"]


def test_a_path_into_something_that_is_not_there_is_a_slip_of_the_pen() -> None:
    assert keys("charges.storage.graduated_ranges[0–∞].flat_amount") == set()
    assert keys("charges.storage.filters[region=eu]") == set()
    assert keys("charges.storage.properties") == set()
    assert keys("usage_thresholds[100].amount_cents") == set()
    assert keys("usage_thresholds[100]") == {("usage_thresholds", "[100]")}


SORTS = {
    "fixed_amount": {"coupon_type": "fixed_amount", "amount_cents": 500, "amount_currency": "EUR"},
    "percentage": {"coupon_type": "percentage", "percentage_rate": "10"},
}


def coupon(sort: str) -> dict[str, Any]:
    return {"code": "c", "name": "C", "frequency": "once", "expiration": "no_expiration", **SORTS[sort]}


def test_what_depends_on_an_ignored_field_comes_behind_it() -> None:
    object_ = KINDS["coupon"].object
    wanted = [("coupon_type",), ("amount_cents",), ("amount_currency",), ("percentage_rate",)]
    assert [*ignored_keys(object_, canonical(object_, coupon("percentage")), "coupon_type")] == wanted


EVERY = ["amount_cents", "amount_currency", "coupon_type", "percentage_rate"]


@pytest.mark.parametrize("sorts", [("percentage", "fixed_amount"), ("fixed_amount", "percentage")])
@pytest.mark.parametrize(("path", "changes"), [("coupon_type", []), ("amount_cents", EVERY)])
def test_what_is_ignored_is_kept_where_both_sides_have_a_place_for_it(
    sorts: tuple[str, str], path: str, changes: list[str]
) -> None:
    kind, (manifest, lago) = KINDS["coupon"], sorts
    wanted = Manifest("c.yaml", {"kind": "coupon", **coupon(manifest), "ignore": [path]})
    found = needed_update(desired(wanted, kind), live(kind, answer(lago)), kind, Server())
    assert sorted(change.where for change in (found.fields if found else ())) == changes


def answer(sort: str) -> dict[str, Any]:
    return {**coupon(sort), "lago_id": "1", "limited_plans": False, "limited_billable_metrics": False}


def test_what_is_inside_an_object_has_a_place_where_the_object_has_one() -> None:
    fields = canonical(OBJECT, PLAN)
    assert has_place(OBJECT, fields, ("minimum_commitment", "amount_cents"))
    assert not has_place(OBJECT, fields, ("bill_charges_monthly",))
    assert not has_place(OBJECT, fields, ("nothing", "amount_cents"))


@pytest.mark.parametrize(
    ("keys", "has"),
    [
        (("minimum_commitment",), True),
        (("minimum_commitment", "nothing"), False),
        (("charges", "calls"), True),
        (("charges", "calls", "nothing"), False),
        (("charges", "calls", "properties", "amount"), True),
        (("charges", "calls", "properties", "graduated_ranges"), False),
        (("charges", "v1.2", "properties", "graduated_ranges", 11, "flat_amount"), True),
        (("charges", "v1.2", "properties", "graduated_ranges", 11, "amount"), False),
        (("charges", "v1.2", "properties", "amount"), False),
        (("charges", "calls", "filters", REGION, "properties", "amount"), True),
        (("charges", "calls", "filters", REGION, "properties", "graduated_ranges"), False),
        (("usage_thresholds", "[100]"), True),
        (("metadata", "team"), True),
        (("entitlements", "seats", "max"), True),
    ],
)
def test_a_value_has_a_place_where_all_on_the_way_to_it_has_one(keys: tuple[Any, ...], has: bool) -> None:
    assert has_place(OBJECT, canonical(OBJECT, PLAN), keys) is has


def test_nothing_inside_of_a_list_that_is_missing_has_a_model() -> None:
    fields = {**canonical(OBJECT, PLAN), "charges": None}
    assert not has_place(OBJECT, fields, ("charges", "calls", "nothing"))
    assert has_place(OBJECT, fields, ("charges", "calls", "charge_model"))


def test_a_path_that_leads_nowhere_is_marked_where_it_stands() -> None:
    found = list(ignore_findings(OBJECT, {**PLAN, "ignore": ["name", "nothing"]}))
    assert [one.path for one in found] == [("ignore", 1)]


def test_a_price_of_another_model_is_not_kept() -> None:
    kind = KINDS["plan"]
    there = {
        **PLAN,
        "charges": [{**PLAN["charges"][0], "charge_model": "volume", "properties": {"volume_ranges": TIERS}}],
    }
    wanted = Manifest("p.yaml", {**PLAN, "charges": PLAN["charges"][:1], "ignore": ["charges.calls.amount"]})
    fields = canonical(kind.object, there)
    found = needed_update(desired(wanted, kind), Live(Address("plan", "p"), "1", fields, there), kind, Server())

    assert found is not None
    assert found.desired.fields["charges"]["calls"]["properties"]["amount"] == 2
