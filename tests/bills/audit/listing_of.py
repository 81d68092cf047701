"""Price lists and sources of an audit, of plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime

from lago_gitops.bills.audit.billed import BilledFee, Filters
from lago_gitops.bills.audit.by_events import Past
from lago_gitops.bills.audit.expectations import Expectations
from lago_gitops.bills.audit.listings import Book, Listing, Place
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Metric, Plan

START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """Sources that know the plan of each subscription, the fees of one invoice, and the events that they are given."""

    plan: str = "plan"
    fees: tuple[BilledFee, ...] = ()
    before: Past | None = None
    overridden: bool = False
    live_filters: frozenset[Filters] | None = None

    def place(self, fee: BilledFee) -> Place | None:
        return Place(self.plan, fee.item_id)

    def is_overridden(self, fee: BilledFee) -> bool:
        return self.overridden

    def invoice(self, fee: BilledFee) -> tuple[BilledFee, ...]:
        return self.fees

    def fees_until(self, fee: BilledFee) -> tuple[BilledFee, ...]:
        return self.fees

    def filters(self, fee: BilledFee) -> frozenset[Filters] | None:
        return self.live_filters

    def past(self, fee: BilledFee, metric: Metric) -> Past | None:
        return self.before


def listed(plan: Plan, name: str = "git", live_from: datetime = START) -> Listing:
    return Listing(name, live_from, {plan.code: plan}, {})


def book(*listings: Listing) -> Book:
    return Book(tuple(each.live_from for each in listings), listings.__getitem__)


def expecting(git: Plan, lago: Plan, told: Told, rules: Rules) -> Expectations:
    return Expectations(book(listed(git)), listed(lago, "Lago"), told, rules)
