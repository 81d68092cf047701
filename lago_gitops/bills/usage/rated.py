"""What a past period's usage costs at a plan's prices before and after a change.

A charge whose price stays the same costs what Lago billed. One whose price changes is rated again with both prices:
only if the old price yields what Lago billed, to the cent, is the usage known well enough to trust the new figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee, filters_of
from lago_gitops.bills.audit.rating import Offer, is_told, offered_cents
from lago_gitops.bills.usage.recorded import ChargeUsage, RecordedBucket, UsagePeriod
from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import ZERO, from_cents, to_cents
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Aggregation, Charge, Metric, Plan
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.models import Price, rate
from lago_gitops.pricing.models.dynamic import Custom
from lago_gitops.pricing.models.usage import Counted, Summed, Usage

IN_ADVANCE: Final = "it is billed in advance, and past usage doesn't include that"
PRORATED: Final = "it is prorated: past usage doesn't show for how long units were held"
DIVIDED: Final = "its filters or groups change, and how its usage divides among the new ones isn't known"
SIZES: Final = "its price depends on individual events, and past usage shows only their sum"
UNEXPLAINED: Final = "today's price doesn't give the amount that Lago billed"
CODE: Final = "the properties passed to its metric's custom code change, and what that does to its price can't be known"
NEW: Final = "it is new, so its usage isn't known yet"
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unrated:
    """A charge whose usage can't be priced again, and why."""

    charge: str
    why: str


@dataclass(frozen=True, slots=True)
class RatedPeriod:
    """All charges of a period except the `unrated` ones, in cents, before minimums, commitments, coupons and taxes."""

    before: int
    after: int
    unrated: tuple[Unrated, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargePair:
    """A charge before and after; None when there is none. `alike`: all usage costs the same on both."""

    old: Charge | None
    new: Charge | None
    alike: bool


@dataclass(frozen=True)
class Tariff:
    """The charges that bill a period, before and after; `codes` has the codes of charges that Lago names only by id."""

    old: Plan
    new: Plan | None  # None: the plan is deleted
    rules: Rules
    codes: Mapping[str, str]

    @cached_property
    def pairs(self) -> Mapping[str, ChargePair]:
        """By the current code of the usage; new charges by their own code."""
        old = {charge.code: charge for charge in self.old.charges}
        new = {charge.code: charge for charge in (self.new.charges if self.new else ())}
        successors = dict(_successors(old, new))
        pairs = {code: _pair(charge, new.get(successors.get(code, code))) for code, charge in old.items()}
        added = (code for code in new if code not in old and code not in successors.values())
        return pairs | {code: _pair(None, new[code]) for code in added}


def is_priced_alike(old: Plan, new: Plan) -> bool:
    """Whether all usage costs the same on both."""
    sides = ({charge.code: _priced(charge) for charge in plan.charges} for plan in (old, new))
    return next(sides) == next(sides)


def rated(period: UsagePeriod, tariff: Tariff) -> RatedPeriod:
    """What the period cost, and what it would have cost at the new prices."""
    usage = {one.code or tariff.codes.get(one.lago_id, one.lago_id): one for one in period.charges}
    charges = [_charge(code, usage, period.currency, tariff) for code in dict.fromkeys((*usage, *tariff.pairs))]
    sums = [one for one in charges if isinstance(one, tuple)]
    return RatedPeriod(
        before=sum(before for before, _ in sums),
        after=sum(after for _, after in sums),
        unrated=tuple(one for one in charges if isinstance(one, Unrated)),
    )


def _successors(old: Mapping[str, Charge], new: Mapping[str, Charge]) -> Iterator[tuple[str, str]]:
    """Removed charges, each with the new charge on its metric when that is unambiguous."""
    gone = [charge for code, charge in old.items() if code not in new]
    added = [charge for code, charge in new.items() if code not in old]
    for charge in gone:
        mine, theirs = ([one for one in some if one.metric.code == charge.metric.code] for some in (gone, added))
        if len(mine) == len(theirs) == 1:
            yield charge.code, theirs[0].code


def _pair(old: Charge | None, new: Charge | None) -> ChargePair:
    """Taxes, names and minimums are compared elsewhere."""
    return ChargePair(old, new, alike=old is not None and new is not None and _priced(old) == _priced(new))


def _charge(code: str, usage: Mapping[str, ChargeUsage], currency: str, tariff: Tariff) -> tuple[int, int] | Unrated:
    cents = usage[code].cents if code in usage else 0
    pair = tariff.pairs.get(code)
    if pair is None or pair.alike:  # a charge not in pairs is already gone
        return cents, cents
    if any(one.pay_in_advance for one in (pair.old, pair.new) if one is not None):
        return Unrated(code, IN_ADVANCE)
    match pair.old, pair.new:
        case None, new if new is not None:
            return _added(new, usage, currency, tariff.rules)
        case old, new if old is not None and new is not None:
            return _changed(old, new, usage.get(code), currency, tariff.rules)
        case _:
            return cents, 0


def _priced(charge: Charge) -> Charge:
    filters = tuple(replace(one, invoice_display_name=None) for one in charge.filters)
    return replace(
        charge, code="", filters=filters, tax_codes=(), min_amount_cents=0, invoiceable=True, regroups_paid_fees=False
    )


def _added(new: Charge, usage: Mapping[str, ChargeUsage], currency: str, rules: Rules) -> tuple[int, int] | Unrated:
    """Usage known from another charge on the same metric."""
    like = next((one for one in usage.values() if one.metric_code == new.metric.code), None)
    if like is None or len(like.buckets) != 1 or new.filters or new.group_keys or like.buckets[0].filters:
        return Unrated(new.code, NEW)
    if new.prorated:
        return Unrated(new.code, PRORATED)
    after = _cents(replace(like.buckets[0], cents=0), new, new, currency, rules)
    return Unrated(new.code, SIZES) if after is None else (0, after)


def _changed(
    old: Charge, new: Charge, used: ChargeUsage | None, currency: str, rules: Rules
) -> tuple[int, int] | Unrated:
    if old.prorated or new.prorated:
        return Unrated(old.code, PRORATED)
    if _told(old) != _told(new):
        return Unrated(old.code, CODE)
    if _divisions(old) != _divisions(new):
        return Unrated(old.code, DIVIDED)
    before = after = 0
    for bucket in used.buckets if used else (RecordedBucket(ZERO, 0, 0),):
        both = _both(bucket, old, new, currency, rules)
        if isinstance(both, str):
            return Unrated(old.code, both)
        before, after = before + both[0], after + both[1]
    return before, after


def _both(bucket: RecordedBucket, old: Charge, new: Charge, currency: str, rules: Rules) -> tuple[int, int] | str:
    """A bucket's cost at both prices, by the rules under which the old one yields what Lago billed; else why not."""
    why = SIZES
    for each in _likely(rules):
        again, changed = (_cents(bucket, old, charge, currency, each) for charge in (old, new))
        if again is not None and changed is not None:
            if again == bucket.cents:
                return again, changed
            why = UNEXPLAINED
    return why


def _likely(rules: Rules) -> Iterator[Rules]:
    """Likely rules, the server's first, as far as it tells its release and whether it has a licence."""
    yield rules
    yield replace(rules, licensed=not rules.licensed)
    yield replace(rules, first_flat_at_zero=not rules.first_flat_at_zero)


def _divisions(charge: Charge) -> object:
    """The filters and groups by which usage is divided before it is priced."""
    filters = tuple((filters_of(one.values), one.group_keys) for one in charge.filters)
    return charge.metric, charge.group_keys, filters


def _told(charge: Charge) -> tuple[str, ...]:
    """What a custom metric's code is passed."""
    own = (one.custom_properties for one in charge.filters)
    return tuple(filter(None, (charge.custom_properties, *own)))


def _cents(bucket: RecordedBucket, old: Charge, charge: Charge, currency: str, rules: Rules) -> int | None:
    """The bucket's cost at a charge; None when it depends on more than its sums, or Lago can't bill it."""
    fee = _fee(bucket, old, currency)
    mine = Offer(charge, _price(charge, bucket))
    if is_told(fee, mine, rules):
        return offered_cents(fee, mine, mine, rules)
    return _cents_of_events(bucket, mine.price, charge, currency, rules)


def _cents_of_events(bucket: RecordedBucket, price: Price, charge: Charge, currency: str, rules: Rules) -> int | None:
    """Cost of usage whose events are known after all: they are counted, or there is only one."""
    sizes = _sizes(bucket, charge.metric)
    if sizes is None or isinstance(price, Custom) or charge.pricing_unit:
        return None
    try:
        return to_cents(rate(price, Usage(bucket.units, bucket.events, sizes), rules=rules).amount, currency)
    except UnratableError:
        return None


def _sizes(bucket: RecordedBucket, metric: Metric) -> Counted | Summed | None:
    match metric.aggregation:
        case Aggregation.COUNT if bucket.units == bucket.events:
            return Counted(bucket.events, bucket.events)
        case Aggregation.SUM if bucket.events == 1 and metric.rounding is None:
            return Summed((bucket.units,))
        case _:
            return None


def _price(charge: Charge, bucket: RecordedBucket) -> Price:
    return next((one.price for one in charge.filters if filters_of(one.values) == bucket.filters), charge.price)


def _fee(bucket: RecordedBucket, charge: Charge, currency: str) -> BilledFee:
    """The bucket as a fee with only what the bucket shows."""
    return BilledFee(
        lago_id="",
        item_type=ItemType.CHARGE,
        item_code=charge.metric.code,
        item_id="",
        subscription="",
        subscription_id="",
        customer="",
        invoice_id="",
        created_at=_ANY_TIME,
        start=_ANY_TIME,
        end=_ANY_TIME,
        currency=currency,
        amount_cents=bucket.cents,
        precise_amount=from_cents(bucket.cents, currency),
        unit_amount=ZERO,
        units=bucket.units,
        events_count=bucket.events,
        details={},
        filters=bucket.filters,
        group=bucket.group,
    )
