"""What is billed to reach a minimum, held against it and the other fees of its invoice. Recorded: premium."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import MinimumCommitment, Plan
from lago_gitops.pricing.fees.fee import ItemType
from tests.bills.audit.billing import billed
from tests.bills.audit.listing_of import Told, expecting
from tests.pricing.recorded.setup import RECORDINGS, read_json, read_lines, setup_of

CHANGED = ("override_", "change_")  # their plans are not those of the setup
LICENSED = Rules(licensed=True)


@cache
def recorded() -> tuple[tuple[BilledFee, tuple[BilledFee, ...], Plan], ...]:
    """Each fee for a minimum, with all fees of its invoice and the plan."""
    return tuple(_recorded())


def _recorded() -> Iterator[tuple[BilledFee, tuple[BilledFee, ...], Plan]]:
    setup = setup_of(read_json(RECORDINGS / "premium" / "setup.json"))
    for case in read_lines(RECORDINGS / "premium" / "cases.jsonl"):
        plan = setup.plan(case["plan"])
        for invoice in () if case["id"].startswith(CHANGED) else case.get("invoices", ()):
            fees = tuple(
                replace(billed(fee, plan.currency), true_up_of="parent" if fee.get("true_up_of") else "")
                for fee in invoice["fees"]
            )
            yield from ((fee, fees, plan) for fee in fees if fee.true_up_of or fee.item_type is ItemType.COMMITMENT)


def right(fee: BilledFee, fees: tuple[BilledFee, ...], git: Plan, lago: Plan) -> int | None:
    return expecting(git, lago, Told(git.code, fees), LICENSED).right_cents(fee)


def with_minimums(plan: Plan, times: int) -> Plan:
    commitment = plan.minimum_commitment
    return replace(
        plan,
        charges=tuple(replace(each, min_amount_cents=times * each.min_amount_cents) for each in plan.charges),
        minimum_commitment=commitment and MinimumCommitment(times * commitment.amount_cents),
    )


def test_every_recorded_one_follows_its_plan() -> None:
    assert [fee.amount_cents for fee, fees, plan in recorded()] == [right(*each, each[2]) for each in recorded()]
    assert len(recorded()) > 150


def test_a_higher_minimum_in_git_expects_more() -> None:
    """Of charges priced in credits it isn't known how much."""
    for fee, fees, plan in recorded():
        charge = next((each for each in plan.charges if each.code == fee.item_id), None)
        expected = right(fee, fees, with_minimums(plan, 2), plan)
        if charge and charge.pricing_unit:
            assert expected is None
        elif expected is not None:
            assert expected > fee.amount_cents


def test_a_minimum_that_git_does_not_have_expects_nothing() -> None:
    true_ups = [each for each in recorded() if each[0].true_up_of and not each[2].charges[0].pricing_unit]
    assert {right(fee, fees, with_minimums(plan, 0), plan) for fee, fees, plan in true_ups} == {0}


def test_other_fees_that_are_wrong_are_taken_for_what_they_should_be() -> None:
    """A commitment that was reached by a fee which was too high lacks as much."""
    fee, fees, plan = next(each for each in recorded() if each[0].item_type is ItemType.COMMITMENT)
    whole = next(each for each in fees if each.item_type is ItemType.SUBSCRIPTION)
    dearer = replace(plan, amount_cents=plan.amount_cents + 100)
    added = right(whole, fees, dearer, plan)
    assert added is not None
    assert right(fee, fees, dearer, plan) == fee.amount_cents - (added - whole.amount_cents)


def test_without_the_rest_of_the_invoice_nothing_is_known() -> None:
    assert {right(fee, (fee,), plan, plan) for fee, _, plan in recorded() if fee.true_up_of} == {None}


def test_a_commitment_over_several_invoices_needs_the_one_that_lago_has() -> None:
    fee, fees, plan = next(
        each for each in recorded() if each[0].item_type is ItemType.COMMITMENT and each[2].pay_in_advance
    )
    assert right(fee, fees, plan, replace(plan, code="another")) is None
    alone = tuple(each for each in fees if each.item_type is not ItemType.SUBSCRIPTION)
    assert right(fee, alone, plan, plan) == fee.amount_cents
    assert right(fee, alone, with_minimums(plan, 2), plan) is None
