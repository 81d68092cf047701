"""Current usage of a subscription, as fees not yet billed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lago_gitops.pricing.catalog.items import Charge
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.charges import recurring_fees
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.taxes import taxed
from lago_gitops.pricing.periods.spans import Span, local_date
from lago_gitops.pricing.periods.subscription import Subscription, usage_span
from lago_gitops.pricing.usage.buckets import as_billed, usages
from lago_gitops.pricing.usage.events import Event, property_text
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import history, lifecycle, price_list, usage
from lago_gitops.sandbox.subscriptions.relations import customer_of


class Selection(NamedTuple):
    """Charges and a time span; `group`: only events with one of these values for each property."""

    charges: tuple[Charge, ...]
    span: Span
    group: Mapping[str, tuple[str, ...]] = {}

    def takes(self, event: Event) -> bool:
        return all(property_text(event, key) in values for key, values in self.group.items())


class Rated(NamedTuple):
    """A charge with a fee for each of its filters and groups, used or not."""

    charge: Charge
    fees: tuple[Fee, ...]


def current(world: World, subscription: Doc) -> tuple[Rated, ...]:
    """For the current period, including charges billed in advance; minimums aren't due yet."""
    life = lifecycle.subscription(world, subscription)
    return of(world, subscription, Selection(life.plan.charges, running_span(world, life)))


def running_span(world: World, life: Subscription) -> Span:
    return usage_span(life, local_date(world.now(), life.zone))


def of(world: World, subscription: Doc, wanted: Selection) -> tuple[Rated, ...]:
    life, span = lifecycle.subscription(world, subscription), wanted.span
    logged = usage.events(world, subscription["external_id"], life.plan, span.start, span.end)
    events = tuple(each for each in logged if wanted.takes(each))
    levels = history.levels(life.plan, subscription.get("levels", []))
    terms = Terms(span, life.plan.currency, price_list.rules(world))
    return tuple(
        Rated(
            charge,
            tuple(
                booked(fee, life, world.now())
                for fee in recurring_fees(charge, usages(as_billed(charge, terms.rules), events, span, levels), terms)
            ),
        )
        for charge in wanted.charges
    )


def with_taxes(world: World, subscription: Doc, rated: Iterable[Rated]) -> tuple[Fee, ...]:
    levels = price_list.tax_levels(world, customer_of(world, subscription))
    return tuple(taxed(fee, levels) for each in rated for fee in each.fees)
