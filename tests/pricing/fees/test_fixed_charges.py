from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.fees.fixed_charges import added_units_fee, fixed_charge_fee, in_force, less_already_paid
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.periods.subscription import UnitsFrom
from tests.pricing.samples import BEFORE_1_51, D, at, fee, fixed_charge, graduated, span, standard, terms

SEATS = fixed_charge(standard(10), 1)
PRORATED = replace(SEATS, prorated=True)
SEAT_FEE = {"item_type": ItemType.FIXED_CHARGE, "charge_code": "seat"}


def since(day: int, units: int, code: str = "seat", month: int = 10) -> UnitsFrom:
    return UnitsFrom(at(day, month=month).date(), D(units), code)


def counts(*changes: UnitsFrom, month: int = 10) -> tuple[Decimal, list[tuple[int, Decimal]]]:
    """With how many units a month starts, and from which day on it has how many."""
    held, within = in_force(SEATS, span(1, 30, month, 30), changes)
    return held.units, [(each.day.day, each.units) for each in within]


def test_a_period_starts_with_the_last_units_from_before_it_and_other_charges_change_nothing() -> None:
    changes = since(5, 2), since(20, 3), since(21, 9, "desk")
    assert counts(*changes, month=9) == (1, [])
    assert counts(*changes) == (1, [(5, 2), (20, 3)])
    assert counts(*changes, month=11) == (3, [])


def test_the_first_and_the_last_day_of_a_period_belong_to_it() -> None:
    assert counts(since(1, 2), since(30, 3)) == (1, [(1, 2), (30, 3)])


def test_a_change_at_once_cancels_one_that_waits_for_the_next_period() -> None:
    waits, at_once = since(1, 5, month=11), since(20, 3)
    assert counts(waits, at_once) == (1, [(20, 3)])
    assert counts(waits, at_once, month=11) == (3, [])
    assert counts(at_once, waits, month=11) == (3, [(1, 5)])


def test_of_two_changes_on_a_day_the_later_one_counts() -> None:
    assert counts(since(1, 5), since(1, 7), month=11) == (7, [])


def test_units_are_paid_in_advance_beyond_those_billed_for_the_same_period_by_the_same_charge() -> None:
    billed = (
        fee(0, units=D(1), **SEAT_FEE),
        fee(0, units=D(1), **SEAT_FEE),
        replace(fee(0, units=D(7), **SEAT_FEE), start=span(2).start),
        fee(0, units=D(7), item_type=ItemType.FIXED_CHARGE, charge_code="desk"),
        fee(0, units=D(7), charge_code="seat"),  # usage of a charge that has the same code
    )
    added = added_units_fee(SEATS, terms(), at(16), (since(16, 5),), billed)
    assert (added.units, added.amount_cents, added.precise_unit_amount) == (3, 3000, 10)


def test_no_flat_amount_is_due_for_units_that_are_removed() -> None:
    flat = replace(SEATS, price=graduated((0, None, 1, 5)))
    removed = added_units_fee(flat, terms(), at(16), (since(16, 0),), (fee(0, units=D(1), **SEAT_FEE),))
    assert (removed.units, removed.amount_cents) == (0, 0)


def test_days_of_added_units_are_those_of_utc() -> None:
    """Thirty days of November in New York end on the first of December in UTC."""
    zone = ZoneInfo("America/New_York")
    start, end = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC)
    november = Terms(Span(start, end, 30, zone), "USD")
    added = added_units_fee(replace(PRORATED, units=D(30)), november, at(15, month=11), (), ())
    assert added.amount_cents == 17_000


def test_a_graduated_fixed_charge_of_no_units_has_a_flat_amount_since_1_51() -> None:
    flat = replace(SEATS, price=graduated((0, None, 1, 5)), units=D(0))
    assert fixed_charge_fee(flat, terms(BEFORE_1_51)) is None
    of_nothing = fixed_charge_fee(flat, terms(rules_of((1, 51))))
    assert of_nothing is not None
    assert of_nothing.amount_cents == 500


def test_free_units_have_a_fee() -> None:
    assert fixed_charge_fee(replace(SEATS, price=standard(0)), terms()) is not None


OLD = replace(fee(3100, **SEAT_FEE), billed_at=span().start)  # of all October
NEW = replace(fee(2100, D("2100.4"), **SEAT_FEE), start=span(11).start)


def left(*paid: object, new: object = NEW) -> tuple[int, Decimal]:
    after = less_already_paid(new, paid)  # type: ignore[arg-type]
    return after.amount_cents, after.precise_amount_cents


def test_an_upgrade_pays_what_the_old_plans_fee_leaves_of_the_days() -> None:
    assert left() == (2100, D("2100.4"))
    assert left(replace(OLD, amount_cents=1550)) == (1050, D("1050.4"))


def test_an_old_fee_counts_by_the_days_from_its_own_billing() -> None:
    half = replace(OLD, amount_cents=420, billed_at=span(11).start)  # 21 days paid
    assert left(half) == (1680, D("1680.4"))
    assert left(replace(half, billed_at=None)) == (2100 - 285, D("1815.4"))  # 420 × 21/31, rounded


def test_an_upgrade_never_pays_less_than_nothing_for_units() -> None:
    assert left(replace(OLD, amount_cents=9300)) == (0, 0)


def test_only_an_old_fee_for_the_whole_rest_of_the_period_counts_and_of_those_the_last() -> None:
    ends_early = replace(OLD, amount_cents=310, end=span(1, 20).end)
    starts_late = replace(OLD, amount_cents=620, start=span(12).start)
    assert left(ends_early, starts_late) == (2100, D("2100.4"))
    last = replace(OLD, amount_cents=930, start=NEW.start, billed_at=span().start)
    assert left(OLD, last, ends_early, starts_late) == (2100 - 630, D("1470.4"))
