"""What Lago is asked before changes are assessed, and that it is not asked for more."""

from dataclasses import replace
from typing import Any

from lago_gitops.core.assessment.queries import AudienceQuery, audience_query, count_queries
from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Change, Delete, Live, Update
from lago_gitops.kinds import KINDS
from tests.core.kinds import NODE, create, update
from tests.core.kinds import node as plain
from tests.kinds.effects import create as new
from tests.kinds.effects import delete as gone
from tests.kinds.effects import live
from tests.kinds.effects import update as changed
from tests.kinds.forms import ADD_ON, CHARGE, METRIC, PLAN

TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}
COUPON = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
    "frequency": "once", "expiration": "no_expiration", "applies_to": {"plan_codes": ["p"]},
}  # fmt: skip
SELLING = {**PLAN, "charges": [CHARGE]}
P = Address("plan", "p")
EVERYBODY = AudienceQuery(frozenset(), moves=False, own=False)


def wanted(*changes: Change, there: tuple[dict[str, Any], ...] = ()) -> AudienceQuery | None:
    lives: list[Live] = [live(one) for one in there]
    lives += [one.live for one in changes if isinstance(one, Update | Delete)]
    return audience_query(changes, {one.address: one for one in lives}, KINDS)


def test_nobody_is_subscribed_to_what_is_new() -> None:
    assert wanted(new(PLAN), new(METRIC), new(TAX)) is None
    assert wanted() is None


def test_what_is_new_and_written_to_something_that_is_there_reaches_everybody() -> None:
    assert wanted(new({**TAX, "applied_to_organization": True})) == EVERYBODY


def test_webhooks_reach_nobody() -> None:
    assert wanted(gone({"kind": "webhook_endpoint", "webhook_url": "https://a.example"})) is None


def test_a_plan_that_changes_is_asked_about_and_who_waits_to_move() -> None:
    assert wanted(changed(PLAN, name="N")) == AudienceQuery(frozenset({P}), moves=True, own=False)
    assert wanted(gone(PLAN)) == AudienceQuery(frozenset({P}), moves=False, own=False)


def test_so_are_plans_that_refer_to_what_changes_and_those_that_it_refers_to() -> None:
    assert wanted(changed(METRIC, name="N"), there=(SELLING,)) == AudienceQuery(frozenset({P}), moves=False, own=False)
    assert wanted(changed(COUPON, name="N"), there=(PLAN,)) == AudienceQuery(
        frozenset({P}), moves=False, own=False, copies=True
    )
    assert wanted(changed(COUPON, applies_to=None), there=(PLAN,)) == AudienceQuery(
        frozenset({P}), moves=False, own=False
    )
    assert wanted(
        changed({**COUPON, "applies_to": {}}, applies_to=COUPON["applies_to"]), there=(PLAN,)
    ) == AudienceQuery(frozenset({P}), moves=False, own=False, copies=True)
    assert wanted(changed(TAX, name="N"), there=(SELLING,)) == EVERYBODY


def test_overridden_plans_matter_where_they_may_be_the_last_to_use_something() -> None:
    declared = {**METRIC, "filters": [{"key": "r", "values": ["eu"]}]}
    hidden = AudienceQuery(frozenset(), moves=False, own=True)
    assert wanted(gone(METRIC)) == hidden
    assert wanted(changed(declared, filters=[])) == hidden
    assert wanted(changed(METRIC, field_name="m")) == replace(hidden, ended=True)
    assert wanted(changed(METRIC, name="N")) == EVERYBODY
    assert wanted(changed(TAX, rate=1)) == wanted(gone(TAX)) == wanted(changed(ADD_ON, tax_codes=["t"])) == hidden
    assert wanted(new(METRIC), changed(TAX, name="N")) == EVERYBODY


def test_one_change_of_many_is_enough_to_ask() -> None:
    """In any order of changes and fields."""
    metric, tax = changed(METRIC, field_name="m"), changed(TAX, name="N")
    coupon = changed(COUPON, name="N")
    for changes in ((metric, tax, coupon), (coupon, tax, metric)):
        found = wanted(*changes, there=(PLAN,))
        assert found is not None
        assert (found.own, found.ended, found.copies) == (True, True, True)
    assert wanted(changed(TAX, name="N", rate=1)) == wanted(gone(TAX))
    assert wanted(changed(PLAN, name="N"), new({**COUPON, "code": "d"}), there=(SELLING,)) == replace(
        EVERYBODY, objects=frozenset({P}), moves=True
    )


def test_the_age_of_plans_is_told_and_of_nothing_else() -> None:
    tax, plan = changed(TAX, name="N"), replace(live(PLAN), created_at="2027-01-01T00:00:00Z")
    found = audience_query([tax], {P: plan, tax.live.address: tax.live}, KINDS)
    assert found is not None
    assert found.since == {P: "2027-01-01T00:00:00Z"}


def test_numbers_are_asked_of_what_is_there() -> None:
    one, other = Count("one", "subscriptions", "code"), Count("other", "subscriptions", "code")
    kinds: dict[str, ResourceKind] = {"node": replace(NODE, counts=(one, other))}
    change = update(plain("a"), plain("a", name="n"))
    assert list(count_queries([create(plain("x")), change], kinds)) == [(change.live, one), (change.live, other)]


def test_a_number_of_some_fields_is_asked_of_changes_of_those_and_of_deletes() -> None:
    of_a_tax = [Count("customers", "customers", within="taxes", fields=("rate",))]

    def asked(change: Change) -> list[Count]:
        return [one for _, one in count_queries([change], KINDS)]

    assert asked(changed(TAX, rate=19)) == asked(changed(TAX, rate=19, name="N")) == asked(gone(TAX)) == of_a_tax
    assert asked(changed(TAX, name="N")) == asked(new(TAX)) == []
