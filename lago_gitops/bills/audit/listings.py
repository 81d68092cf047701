"""Price lists over time, and the price that each has for a fee."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lago_gitops.bills.audit.billed import BilledFee, filters_of
from lago_gitops.bills.audit.rating import Offer
from lago_gitops.bills.price_list import Fields, PriceList, plan_named
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.catalog.items import Charge, FixedCharge, Plan
from lago_gitops.pricing.fees.fee import ItemType


@dataclass(frozen=True, slots=True)
class Listing:
    """A price list with its plans read. `name` says which one it is to people: a commit, a folder, Lago itself."""

    name: str
    live_from: datetime
    plans: Mapping[str, Plan]
    fields: Mapping[str, Fields]  # codes of the plans, as written


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fee's price is found: plan and charge by code, or the plan alone."""

    plan: str
    charge: str = ""


def listing(name: str, live_from: datetime, prices: PriceList) -> Listing:
    """Plans that the engine can't read are left out."""
    return Listing(name, live_from, readable_plans(prices), prices.plans)


def readable_plans(prices: PriceList) -> dict[str, Plan]:
    """By code, without those that the engine can't read."""
    return dict(_plans(prices))


class Book:
    """Price lists by the date from which each was live; a price list is read when it is first needed."""

    def __init__(self, dates: tuple[datetime, ...], load: Callable[[int], Listing]) -> None:
        """`dates` are in ascending order."""
        self.dates, self._load = dates, load
        self._read: dict[int, Listing] = {}

    def at(self, moment: datetime) -> Listing | None:
        """The price list live at that moment; None before the first."""
        index = bisect_right(self.dates, moment) - 1
        return self._get(index) if index >= 0 else None

    def beside(self, moment: datetime) -> Iterator[Listing]:
        """The price lists before and after the one live at that moment."""
        index = bisect_right(self.dates, moment) - 1
        for other in (index - 1, index + 1):
            if 0 <= other < len(self.dates):
                yield self._get(other)

    def plan(self, place: Place, listing: Listing) -> Plan | None:
        """The plan, even if the listing has it under an earlier code."""
        found = listing.plans.get(place.plan)
        if found is not None or not self.dates:
            return found
        last = self._get(len(self.dates) - 1).fields.get(place.plan, {})
        return next((listing.plans[code] for code in last.get("previously") or () if code in listing.plans), None)

    def _get(self, index: int) -> Listing:
        if index not in self._read:
            self._read[index] = self._load(index)
        return self._read[index]


def offer(fee: BilledFee, place: Place, plan: Plan) -> Offer | None:
    """The plan's price for the fee's units; None when it has no such charge.

    Units of a filter missing from the plan are priced like usage without a filter.
    """
    charges: tuple[Charge | FixedCharge, ...] = (
        plan.fixed_charges if fee.item_type is ItemType.FIXED_CHARGE else plan.charges
    )
    charge = next((each for each in charges if each.code == place.charge), None)
    if charge is None:
        return None
    filters = charge.filters if isinstance(charge, Charge) else ()
    prices = (each.price for each in filters if filters_of(each.values) == fee.filters)
    return Offer(charge, next(prices, charge.price))


def _plans(prices: PriceList) -> Iterator[tuple[str, Plan]]:
    for code in prices.plans:
        try:
            yield code, plan_named(prices, code)
        except PricingError:
            continue
