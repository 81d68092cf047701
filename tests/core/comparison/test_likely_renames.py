from typing import Any

import pytest

from lago_gitops.core.comparison import likely_renames as likely_renames_module
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.likely_renames import likely_renames
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.kinds import KINDS
from tests.kinds.effects import desired, live
from tests.kinds.forms import CHARGE, METRIC, PLAN

GROWTH = {**PLAN, "code": "growth", "name": "Growth", "amount_cents": 900, "charges": [CHARGE]}
VAT = {"kind": "tax", "code": "vat", "name": "VAT", "rate": 20}


def said(
    *wanted: Desired | dict[str, Any], there: list[dict[str, Any]], external: tuple[Address, ...] = ()
) -> list[str]:
    items = [one if isinstance(one, Desired) else desired(one) for one in wanted]
    present: dict[Address, Live] = {live(data).address: live(data) for data in there}
    compared = compare(items, present, KINDS, Server())
    return [f"{one.message} ({one.hint})" for one in likely_renames(compared, KINDS, external)]


def test_a_new_code_beside_one_that_no_manifest_names_any_more_may_be_a_rename() -> None:
    assert said({**GROWTH, "code": "growth_2027", "name": "Growth 2027"}, there=[GROWTH]) == [
        "plan/growth_2027 is new and like plan/growth, which has no manifest (if this is a rename, write `previously: "
        "[growth]`: Lago then keeps what belongs to it)"
    ]


def test_so_it_may_beside_one_that_is_deleted() -> None:
    gone = Desired(Address("tax", "vat"), {}, desired(VAT).mark, absent=True)
    assert said(gone, {**VAT, "code": "vat_20"}, there=[VAT]) == [
        "tax/vat_20 is new and like tax/vat, which is deleted (if this is a rename, write `previously: [vat]`: Lago "
        "then keeps what belongs to it)"
    ]


def test_a_code_that_yaml_would_take_for_something_else_is_quoted() -> None:
    assert "`previously: ['20']`" in said({**VAT, "code": "vat_20"}, there=[{**VAT, "code": "20"}])[0]
    assert "`previously: [vat-de]`" in said({**VAT, "code": "vat_20"}, there=[{**VAT, "code": "vat-de"}])[0]


def test_the_same_name_is_enough_and_the_same_fields_are_better() -> None:
    other = {**GROWTH, "code": "other", "amount_cents": 1, "charges": []}
    assert "like plan/other," in said({**GROWTH, "code": "new", "name": "GROWTH"}, there=[other])[0]
    assert (
        "like plan/growth_1," in said({**GROWTH, "code": "growth_2"}, there=[other, {**GROWTH, "code": "growth_1"}])[0]
    )


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ({**GROWTH, "code": "growth_2", "name": "N", "amount_cents": 1}, GROWTH),
        ({**GROWTH, "code": "pro", "name": "Pro"}, GROWTH),
        ({**METRIC, "code": "storage_2", "name": "N"}, {**METRIC, "code": "storage"}),
        ({**VAT, "code": "growth"}, GROWTH),
        ({**GROWTH, "code": "growth_2", "name": "N"}, {**PLAN, "code": "growth"}),
        ({**GROWTH, "code": "growth_2", "name": "N"}, {**GROWTH, "charges": []}),
        ({"kind": "billing_entity", "code": "b", "name": "E"}, {"kind": "billing_entity", "code": "a", "name": "E"}),
    ],
    ids=[
        "another price",
        "another code and name",
        "too little said",
        "another kind",
        "other fields",
        "other charges",
        "never renamed",
    ],
)
def test_all_else_is_new(wanted: dict[str, Any], there: dict[str, Any]) -> None:
    assert said(wanted, there=[there]) == []


def test_three_fields_that_say_the_same_are_no_chance() -> None:
    told = {**METRIC, "code": "storage", "description": "In GB."}
    assert "like billable_metric/storage," in said({**told, "code": "storage_2", "name": "N"}, there=[told])[0]


def test_what_is_there_under_its_own_code_has_not_been_renamed() -> None:
    assert said({**VAT, "rate": 19}, there=[VAT, {**VAT, "code": "vat_20"}]) == []


def test_two_without_a_name_are_not_of_the_same_name() -> None:
    one, other = ({"kind": "webhook_endpoint", "webhook_url": f"https://{host}.example/hook"} for host in "ab")
    assert said({**one, "signature_algo": "hmac"}, there=[{**other, "signature_algo": "jwt"}]) == []


def test_what_somebody_else_manages_has_not_vanished() -> None:
    renamed = {**GROWTH, "code": "growth_2027"}
    assert said(renamed, there=[GROWTH], external=(Address("plan", "growth"),)) == []
    assert said(GROWTH, renamed, there=[GROWTH]) == []


def test_each_new_one_is_held_against_few_of_those_that_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []
    monkeypatch.setattr(likely_renames_module, "closest", lambda code, _: held.append(code) or "")
    gone = [{**GROWTH, "code": f"old_{n}", "name": f"Old {n}", "amount_cents": n} for n in range(40)]
    assert said(*({**one, "code": f"n{n}", "name": f"N {n}"} for n, one in enumerate(gone)), there=gone) == []
    assert len(held) == 40
