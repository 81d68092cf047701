from collections.abc import Mapping, Sequence

from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.model.resources import Address, Change
from lago_gitops.kinds import KINDS
from tests.kinds.effects import create, delete, live, update
from tests.kinds.forms import PLAN

TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}
TAXED = {**PLAN, "tax_codes": ["t"]}
THE_TAX, THE_PLAN = Address("tax", "t"), Address("plan", "p")


def referrers(*changes: Change) -> Mapping[Address, Sequence[Address]]:
    return remaining_referrers(changes, {one.address: one for one in (live(TAX), live(TAXED))}, KINDS)


def test_who_refers_to_something_now_and_still_does_afterwards_is_told() -> None:
    assert THE_PLAN in referrers(delete(TAX))[THE_TAX]
    assert THE_PLAN in referrers(update(TAXED, name="New"))[THE_TAX]


def test_who_is_deleted_or_lets_go_refers_to_nothing_any_more() -> None:
    assert THE_TAX not in referrers(delete(TAXED))
    assert THE_TAX not in referrers(update(TAXED, tax_codes=[]))


def test_what_only_begins_to_refer_has_not_referred() -> None:
    assert THE_TAX not in referrers(update({**PLAN, "tax_codes": []}, tax_codes=["t"]), delete(TAXED))
    assert list(referrers(create({**TAXED, "code": "other"}))[THE_TAX]) == [THE_PLAN]


def test_without_changes_nobody_is_looked_for() -> None:
    assert referrers() == {}
