"""What a fee should be, by a price list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from lago_gitops.bills.audit.billed import BilledFee, Filters, filters_of
from lago_gitops.bills.audit.by_events import Past, cents_of_same, cents_together, fees_by_events
from lago_gitops.bills.audit.commitments import committed
from lago_gitops.bills.audit.listings import Book, Listing, Place, offer
from lago_gitops.bills.audit.minimums import lacking_cents, shares
from lago_gitops.bills.audit.rating import Offer, is_told, offered_cents, plan_cents, with_units
from lago_gitops.pricing.base.numbers import whole_float
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Charge, FixedCharge, Metric, Plan
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.models.dynamic import Custom
from lago_gitops.pricing.periods.subscription import charges_interval, fixed_interval

_A_DAY: Final = timedelta(days=1)


class Sources(Protocol):
    """What Lago is asked besides the fee."""

    def place(self, fee: BilledFee) -> Place | None:
        """None when it can no longer be told which charge the fee was for."""

    def is_overridden(self, fee: BilledFee) -> bool:
        """Whether the subscription's plan is overridden."""

    def invoice(self, fee: BilledFee) -> tuple[BilledFee, ...]:
        """All fees of the fee's invoice; none when the fee has no invoice."""

    def past(self, fee: BilledFee, metric: Metric) -> Past | None:
        """None when the events aren't available."""

    def fees_until(self, fee: BilledFee) -> tuple[BilledFee, ...]:
        """All fees of the fee's subscription created up to then, going back about a year."""

    def filters(self, fee: BilledFee) -> frozenset[Filters] | None:
        """Filters of the fee's charge in Lago; None when the charge is gone."""


@dataclass(frozen=True, slots=True)
class Expectations:
    """`lago` is Lago's current price list; `rules` are the server's."""

    book: Book
    lago: Listing
    sources: Sources
    rules: Rules

    def cents(self, fee: BilledFee, place: Place, listing: Listing) -> int | None:
        """The fee's amount by the listing; None when it lacks the plan, or the usage isn't known.

        A charge missing from the plan costs nothing.
        """
        plan = self.book.plan(place, listing)
        if plan is None:
            return None
        match fee.item_type:
            case ItemType.SUBSCRIPTION:
                return _subscription(fee, plan)
            case ItemType.COMMITMENT:
                return self._commitment(fee, place, plan)
        offered = offer(fee, place, plan)
        if offered is None:
            return 0
        if fee.true_up_of:
            return self._true_up(fee, place, plan, offered.charge)
        if isinstance(offered.charge, FixedCharge):
            fee = self._with_listed_units(fee, place, offered.charge)
        return self._usage(fee, place, listing, offered)

    def is_stray(self, fee: BilledFee, place: Place, listing: Listing) -> bool:
        """Whether Lago's current price is in no price list from around the fee's time."""
        lago, listed = self._offer(fee, place, self.lago), self._offer(fee, place, listing)
        if lago is None or listed is None or lago.price == listed.price:
            return False
        others = (self._offer(fee, place, each) for each in self.book.beside(fee.created_at))
        return all(other is None or other.price != lago.price for other in others)

    def right_cents(self, fee: BilledFee) -> int | None:
        """What the fee should be; None when that isn't known."""
        listing, place = self.book.at(fee.created_at), self.sources.place(fee)
        return None if listing is None or place is None else self.cents(fee, place, listing)

    def _with_listed_units(self, fee: BilledFee, place: Place, charge: FixedCharge) -> BilledFee:
        """A fixed charge has its own units: those of the price list, or those that its period began with."""
        began = self._fixed_charge(fee, place)
        listed = (charge.units, began.units) if began else (charge.units,)
        raised = (
            charge.pay_in_advance and fee.created_at - fee.start > _A_DAY
        )  # how much Lago rounds units up when it shows them
        return fee if raised or fee.units in listed else with_units(fee, listed[-1], charge)

    def _fixed_charge(self, fee: BilledFee, place: Place) -> FixedCharge | None:
        listing = self.book.at(fee.start)
        offered = None if listing is None else self._offer(fee, place, listing)
        return offered.charge if offered is not None and isinstance(offered.charge, FixedCharge) else None

    def _usage(self, fee: BilledFee, place: Place, listing: Listing, offered: Offer) -> int | None:
        apart = self._billed_apart(fee, offered.charge)
        if apart is not None:
            whole = cents_together(fee, self._by_events(fee, place, listing, offered), apart)
            if whole is not None:
                return whole
        own = offered_cents(fee, offered, offered, self.rules)
        if is_told(fee, offered, self.rules) or isinstance(offered.price, Custom):
            return own
        fits = own == fee.amount_cents
        if fits and not self.is_stray(fee, place, listing):
            return own
        by_events = cents_of_same(fee, self._by_events(fee, place, listing, offered))
        if by_events is not None:
            return by_events
        for rival in self._rivals(fee, place, (self.lago,) if fits else (self.lago, *self.book.beside(fee.created_at))):
            if offered_cents(fee, rival, rival, self.rules) == fee.amount_cents:
                return offered_cents(fee, offered, rival, self.rules)
        return own if fits else None

    def _billed_apart(self, fee: BilledFee, charge: Charge | FixedCharge) -> frozenset[Filters] | None:
        """Filters with fees of their own, where Lago bills the usage of all others, or of groups, as one fee."""
        if fee.filters is not None or not isinstance(charge, Charge) or fee.event:
            return None
        listed = frozenset(filters_of(each.values) for each in charge.filters)
        live = self.sources.filters(fee) if listed else listed
        if live is None:
            return None
        return live if not listed <= live or (charge.group_keys and not fee.group) else None

    def _by_events(self, fee: BilledFee, place: Place, listing: Listing, offered: Offer) -> tuple[Fee, ...]:
        """Fees of the charge; none when the events aren't available."""
        plan, charge = self.book.plan(place, listing), offered.charge
        if plan is None or not isinstance(charge, Charge):
            return ()
        past = self.sources.past(fee, charge.metric)
        return () if past is None else fees_by_events(fee, plan, charge, past, self.rules)

    def _rivals(self, fee: BilledFee, place: Place, listings: Iterable[Listing]) -> Iterator[Offer]:
        """Other prices that may explain the fee."""
        offers = (self._offer(fee, place, listing) for listing in listings)
        yield from (each for each in offers if each is not None)

    def _offer(self, fee: BilledFee, place: Place, listing: Listing) -> Offer | None:
        plan = self.book.plan(place, listing)
        return None if plan is None else offer(fee, place, plan)

    def _true_up(self, fee: BilledFee, place: Place, plan: Plan, charge: Charge | FixedCharge) -> int | None:
        if not isinstance(charge, Charge):
            return None
        others = (each for each in self.sources.invoice(fee) if each.item_id == fee.item_id and not each.true_up_of)
        used = self._right(others)
        if used is None:
            return None
        if charge.pricing_unit is None:
            return lacking_cents(
                fee, charge.min_amount_cents, sum(used), shares(fee.start, fee.end, charges_interval(plan))
            )
        lago = self._offer(fee, place, self.lago)
        same = (
            lago is not None
            and isinstance(lago.charge, Charge)
            and lago.charge.min_amount_cents == charge.min_amount_cents
        )
        return fee.amount_cents if same else None

    def _commitment(self, fee: BilledFee, place: Place, plan: Plan) -> int | None:
        """When fees of other invoices count too, what was billed and Lago's commitment give the right amount."""
        fees = tuple(each for each in self.sources.invoice(fee) if each.subscription_id == fee.subscription_id)
        others = tuple(each for each in fees if each.item_type is not ItemType.COMMITMENT)
        if not _is_settled_by_one_invoice(plan):
            listings = (self.book.at(fee.created_at), self.lago, *self.book.beside(fee.created_at))
            plans = (self.book.plan(place, each) for each in listings if each is not None)
            amounts = (_committed(plan), *(_committed(each) for each in plans if each is not None))
            commitment = committed(fee, self.sources.fees_until(fee), plan, amounts)
            if commitment is not None:
                return commitment.cents(_committed(plan), self.right_cents)
        whole = next((each for each in others if each.item_type is ItemType.SUBSCRIPTION), None)
        right, lago = self._right(others), self.book.plan(place, self.lago)
        if right is None:
            return None
        if whole is not None and _is_settled_by_one_invoice(plan):
            return lacking_cents(fee, _committed(plan), sum(right), shares(whole.start, whole.end, plan.interval))
        raised = None if lago is None else _committed(plan) - _committed(lago)
        if raised is None or (raised and whole is None):
            return None
        days, period = next(shares(whole.start, whole.end, plan.interval)) if whole else (1, 1)
        wrong = sum(each.amount_cents for each in others) - sum(right)
        return max(fee.amount_cents + whole_float(raised / period * days) + wrong, 0)

    def _right(self, fees: Iterable[BilledFee]) -> tuple[int, ...] | None:
        """What the fees should be; None when that isn't known for one of them, or there are none."""
        right = tuple(map(self.right_cents, fees))
        known = tuple(cents for cents in right if cents is not None)
        return known if known and len(known) == len(right) else None


def _subscription(fee: BilledFee, plan: Plan) -> int:
    cents = plan_cents(fee, plan.amount_cents)
    return (
        lacking_cents(fee, plan.amount_cents, 0, shares(fee.start, fee.end, plan.interval)) if cents is None else cents
    )


def _is_settled_by_one_invoice(plan: Plan) -> bool:
    """Whether one invoice has all fees of a period."""
    charged_in_advance = any(charge.pay_in_advance for charge in plan.charges)
    fixed_in_advance = any(charge.pay_in_advance for charge in plan.fixed_charges)
    if plan.pay_in_advance or charged_in_advance or fixed_in_advance or plan.usage_thresholds:
        return False
    return charges_interval(plan) == plan.interval == fixed_interval(plan)


def _committed(plan: Plan) -> int:
    return plan.minimum_commitment.amount_cents if plan.minimum_commitment else 0
