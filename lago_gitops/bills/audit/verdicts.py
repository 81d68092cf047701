"""Whether a fee follows the price list that was live at the time, and if not, why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.expectations import Expectations
from lago_gitops.bills.audit.listings import Listing, Place, offer
from lago_gitops.bills.audit.shown import shown_price
from lago_gitops.pricing.base.numbers import to_cents
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.render.schemas.reasons import Cause


@dataclass(frozen=True, slots=True)
class Follows:
    fee: BilledFee
    place: Place


@dataclass(frozen=True, slots=True)
class Differs:
    """`expected_cents` is None when the usage isn't known, only that Lago's price is in no price list."""

    fee: BilledFee
    place: Place
    listing: Listing
    expected_cents: int | None
    reason: Cause
    other: str = ""  # the other price list whose price it is, if there is one


@dataclass(frozen=True, slots=True)
class Unchecked:
    fee: BilledFee
    why: str


Verdict = Follows | Differs | Unchecked


def verdict(fee: BilledFee, expectations: Expectations) -> Verdict:
    listing = expectations.book.at(fee.created_at)
    if listing is None:
        return Unchecked(fee, "older than the first price list")
    place = expectations.sources.place(fee)
    if place is None:
        return Unchecked(fee, "whose charge is no longer on any plan in Lago")
    if expectations.book.plan(place, listing) is None:
        return Unchecked(fee, f"whose plan {place.plan} isn't in the price list")
    expected = expectations.cents(fee, place, listing)
    if expected == fee.amount_cents:
        return Follows(fee, place)
    if expected is not None:
        return _explained(Differs(fee, place, listing, expected, Cause.UNKNOWN), expectations)
    if expectations.is_stray(fee, place, listing):
        return Differs(fee, place, listing, None, Cause.CHANGED_IN_LAGO)
    return Unchecked(fee, "which don't show the usage that the price depends on")


def _explained(differs: Differs, expectations: Expectations) -> Differs:
    """With the most likely reason."""
    fee, place, listing = differs.fee, differs.place, differs.listing
    beside = expectations.book.beside(fee.created_at)
    other = next((each for each in beside if expectations.cents(fee, place, each) == fee.amount_cents), None)
    name = other.name if other else ""
    if expectations.sources.is_overridden(fee):
        return replace(differs, reason=Cause.OVERRIDDEN, other=name)
    if _is_not_listed(differs, expectations):
        return replace(differs, reason=Cause.NOT_LISTED)
    if other is not None:
        earlier = other.live_from < listing.live_from
        return replace(differs, reason=Cause.EARLIER_PRICE if earlier else Cause.LATER_PRICE, other=name)
    if expectations.cents(fee, place, expectations.lago) == fee.amount_cents:
        return replace(differs, reason=Cause.CHANGED_IN_LAGO)
    return replace(differs, reason=_reason_without_price(differs, expectations))


def _is_not_listed(differs: Differs, expectations: Expectations) -> bool:
    plan = expectations.book.plan(differs.place, differs.listing)
    is_item = differs.fee.item_type in (ItemType.CHARGE, ItemType.FIXED_CHARGE)
    return plan is not None and is_item and offer(differs.fee, differs.place, plan) is None


def _reason_without_price(differs: Differs, expectations: Expectations) -> Cause:
    if _tops_up_others(differs.fee, expectations):
        return Cause.OTHER_FEES
    missing = (differs.expected_cents or 0) - differs.fee.amount_cents
    if missing == differs.fee.coupons_cents:
        return Cause.COUPON
    if to_cents(differs.fee.precise_amount, differs.fee.currency) == differs.expected_cents:
        return Cause.ROUNDING
    for rules in _other_rules(expectations.rules):
        under = replace(expectations, rules=rules)
        if under.cents(differs.fee, differs.place, differs.listing) == differs.fee.amount_cents:
            return Cause.SERVER_VERSION
    return Cause.CHANGED_IN_BETWEEN if shown_price(differs.fee) else Cause.UNKNOWN


def _tops_up_others(fee: BilledFee, expectations: Expectations) -> bool:
    """Whether the fee tops up others, and one of these is not what it should be."""
    if not fee.true_up_of and fee.item_type is not ItemType.COMMITMENT:
        return False
    of_invoice = expectations.sources.invoice(fee)
    since = min((each.start for each in of_invoice if each.subscription_id == fee.subscription_id), default=fee.start)
    topped = (each for each in expectations.sources.fees_until(fee) if each.end > since)
    usage = (each for each in topped if not each.true_up_of and each.item_type is not ItemType.COMMITMENT)
    return any(expectations.right_cents(each) != each.amount_cents for each in usage)


def _other_rules(rules: Rules) -> Iterator[Rules]:
    yield replace(rules, first_flat_at_zero=not rules.first_flat_at_zero)
    yield replace(rules, licensed=not rules.licensed)
