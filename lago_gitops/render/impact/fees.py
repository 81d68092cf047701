"""The monthly effect of changed fees: exact, since they don't depend on usage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lago_gitops.core.model.audience import Audience, Number, Subscribers, added
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Create, Delete, Update
from lago_gitops.core.plan import ChangePlan
from lago_gitops.pricing.base.numbers import ZERO, quot, to_cents, whole
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.render.prices.costs import fixed_cost
from lago_gitops.render.prices.offers import offer
from lago_gitops.render.prices.sides import PERIODS, item_period

Document = dict[str, Any]
Fields = Mapping[str, Any]
ASSUMPTION: Final = "subscriptions active now, before taxes and coupons, without usage and minimum commitments"
_OF_FEES: Final = (*("amount_cents", "amount_currency", "interval", "fixed_charges", "bill_fixed_charges_monthly"),)
"""The fields of a plan that its fees depend on."""
A_YEAR: Final = {"week": 52, "month": 12, "quarter": 4, "half-year": 2, "year": 1}
"""How often a period ends, by its name."""


@dataclass(frozen=True, slots=True)
class _Fee:
    """A fee of one subscription per period; `charge` is the code of the fixed charge, empty for the plan's own fee.

    `cents` is None when the price can't be rated.
    """

    charge: str
    period: str
    cents: int | None


def fee_impact(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> Document:
    """Every changed or deleted plan whose fees differ, and totals by currency, in whole cents.

    Overridden subscriptions are in no total: their number, and whether the change affects them too, is separate.
    Numbers and differences are null when Lago doesn't tell who is subscribed.
    """
    lines = [
        line
        for change in plan.changes
        if kinds[change.address.kind].shows_prices(change) and not isinstance(change, Create)
        for line in _lines(change, plan.audience)
    ]
    return {
        "assumption": ASSUMPTION,
        "plans": [_document(line) for line in lines],
        "by_currency": [_sum(lines, currency) for currency in dict.fromkeys(line.currency for line in lines)],
    }


@dataclass(frozen=True, slots=True)
class _Line:
    change: Update | Delete
    subscribers: Subscribers
    currency: str
    fees: tuple[tuple[_Fee | None, _Fee | None], ...]

    @property
    def follows(self) -> bool:
        """Whether overridden plans get the change as well; they always end with their plan."""
        return not isinstance(self.change, Update) or bool(self.change.desired.options.get(("cascade_updates",)))

    @property
    def a_month(self) -> Decimal | None:
        """The difference of all subscriptions together, in cents."""
        amounts = [_monthly(fee) for pair in self.fees for fee in pair]
        number, known = self.subscribers.plain, [amount for amount in amounts if amount is not None]
        if number is None or len(known) < len(amounts):
            return None
        return number * (sum(known[1::2], ZERO) - sum(known[::2], ZERO))


def _lines(change: Update | Delete, audience: Audience) -> Iterator[_Line]:
    """None when no fee differs, or the currency or interval does: Lago ignores those changes on subscribed plans."""
    before, after = change.live.fields, change.desired.fields if isinstance(change, Update) else {}
    if after and [*map(after.get, _OF_FEES)] == [*map(before.get, _OF_FEES)]:
        return
    if after and any(after[name] != before[name] for name in ("amount_currency", "interval")):
        return
    old, new = ({fee.charge: fee for fee in _fees(side)} for side in (before, after))
    pairs = tuple((old.get(charge), new.get(charge)) for charge in dict.fromkeys((*old, *new)))
    if differing := tuple(pair for pair in pairs if pair[0] != pair[1]):
        yield _Line(change, audience.of(change.live.address), before["amount_currency"], differing)


def _fees(plan: Fields) -> Iterator[_Fee]:
    """What a plan costs regardless of usage."""
    if not plan:
        return
    yield _Fee("", PERIODS[Interval(plan["interval"])], int(plan["amount_cents"]))
    currency, period = plan["amount_currency"], item_period(plan, "fixed_charges")
    for code, charge in (plan.get("fixed_charges") or {}).items():
        offered = offer(charge, charge, currency)
        cost = fixed_cost(offered.price, Decimal(charge.get("units") or 0)) if offered else None
        yield _Fee(str(code), period, None if cost is None else to_cents(cost, currency))


def _monthly(fee: _Fee | None) -> Decimal | None:
    """A twelfth of the yearly cost, in cents; 0 without a fee."""
    if fee is None:
        return ZERO
    return None if fee.cents is None else quot(Decimal(fee.cents * A_YEAR[fee.period]), Decimal(12))


def _document(line: _Line) -> Document:
    difference = line.a_month
    return {
        "address": str(line.change.address),
        "currency": line.currency,
        "fees": [_fee_document(*pair) for pair in line.fees],
        "subscriptions": line.subscribers.plain,
        "at_most": line.subscribers.own is None,
        "difference_cents_a_month": None if difference is None else whole(difference),
        "overridden": {"subscriptions": line.subscribers.own, "follow": line.follows},
    }


def _fee_document(before: _Fee | None, after: _Fee | None) -> Document:
    shown = after or before
    return {
        "charge": (shown and shown.charge) or None,
        "period": shown and shown.period,
        "before_cents": before.cents if before else None,
        "after_cents": after.cents if after else None,
    }


def _sum(lines: list[_Line], currency: str) -> Document:
    mine = [line for line in lines if line.currency == currency]
    number: Number = added(line.subscribers.plain for line in mine)
    differences = [line.a_month for line in mine]
    known = [one for one in differences if one is not None]
    return {
        "currency": currency,
        "subscriptions": number,
        "at_most": any(line.subscribers.own is None for line in mine),
        "difference_cents_a_month": whole(sum(known, ZERO)) if len(known) == len(differences) else None,
        "overridden": added(line.subscribers.own for line in mine),
    }
