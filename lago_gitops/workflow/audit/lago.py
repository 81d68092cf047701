"""Facts about fees that Lago is asked for: whose they are, what else is on their invoice, the events behind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import chain
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee, Filters, billed_fee, filters_of, moment
from lago_gitops.bills.audit.by_events import Past
from lago_gitops.bills.audit.document import stamp
from lago_gitops.bills.audit.listings import Listing, Place, listing
from lago_gitops.bills.price_list import price_list
from lago_gitops.core.comparison.live import named_like
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import Answered, NotFound
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.transport import Params
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.pricing.base.numbers import number
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.periods.subscription import BillingTime
from lago_gitops.pricing.periods.zones import zone
from lago_gitops.pricing.usage.events import Event
from lago_gitops.workflow.pulling.expressible import exported

MOST_EVENTS: Final = 10_000  # most events behind one fee: a hundred requests
_REMEMBERED: Final = 64  # answers remembered, since the fees of an invoice are listed together
_PRICED: Final = ("plan", "billable_metric", "add_on")
_LONGEST_PERIOD: Final = timedelta(days=400)  # including what was billed in advance for it
_NOW: Final = datetime.max.replace(tzinfo=UTC)  # later than any other price list
_CHARGED_BY: Final = {"charges": "billable_metric_code", "fixed_charges": "add_on_code"}


class AskedLago:
    """Answers what an audit asks beside the fees themselves; the last answers are remembered."""

    def __init__(self, client: Reader, found: Inventory, wanted: Mapping[Address, Desired]) -> None:
        """`wanted`: manifests whose codes name the charges of servers that don't keep any."""
        self._client = client
        live = (_named(one, found, wanted) for one in found.live.values() if one.address.kind in _PRICED)
        self._live = {one.address: one for one in live}
        self._places = dict(_places(self._live.values()))
        self._get = lru_cache(_REMEMBERED)(self._ask)
        self._events = lru_cache(2)(self._ask_events)
        self._fees = lru_cache(2)(self._ask_fees)
        self._filters = {id_: found for one in self._live.values() for id_, found in _filters_of(one)}

    def listing(self) -> Listing:
        """What Lago has now, as a price list."""
        return listing("Lago", _NOW, price_list({address: exported(one) for address, one in self._live.items()}))

    def place(self, fee: BilledFee) -> Place | None:
        if fee.item_type in (ItemType.SUBSCRIPTION, ItemType.COMMITMENT):
            return Place(fee.item_code)
        return self._places.get(fee.item_id) or self._own_place(fee) or self._likely_place(fee)

    def is_overridden(self, fee: BilledFee) -> bool:
        if fee.item_id in self._places:
            return False
        plan = self._plan(fee)
        return plan is not None and plan.get("parent_id") is not None

    def invoice(self, fee: BilledFee) -> tuple[BilledFee, ...]:
        fees = map(billed_fee, self._invoice(fee).get("fees") or ())
        return tuple(each for each in fees if each is not None)

    def invoice_number(self, fee: BilledFee) -> str:
        """Empty when it has no invoice, or the invoice no number yet."""
        return self._invoice(fee).get("number") or ""

    def past(self, fee: BilledFee, metric: Metric) -> Past | None:
        since = None if metric.recurring else fee.start  # recurring units go back to the start of the subscription
        events = self._events(fee.subscription, metric.code, since, fee.created_at)
        if events is None:
            return None
        past, subscription = Past(events, fee.start, zone=self._zone(fee)), self._subscription(fee)
        if subscription is None:
            return past
        return replace(
            past,
            started_at=moment(subscription["started_at"]),
            billing_time=BillingTime(subscription["billing_time"]),
            anchored_at=moment(subscription["subscription_at"]),
        )

    def fees_until(self, fee: BilledFee) -> tuple[BilledFee, ...]:
        return self._fees(fee.subscription, fee.subscription_id, fee.created_at)

    def filters(self, fee: BilledFee) -> frozenset[Filters] | None:
        live = self._filters.get(fee.item_id)
        if live is not None or fee.item_id in self._places:
            return live
        charges = (self._plan(fee) or {}).get("charges") or ()
        own = next((each for each in charges if each["lago_id"] == fee.item_id), None)
        return None if own is None else frozenset(_filter(each["values"]) for each in own.get("filters") or ())

    def _own_place(self, fee: BilledFee) -> Place | None:
        """For a charge of an overridden plan: the place of the parent plan's charge."""
        plan = self._plan(fee) or {}
        for charge in chain.from_iterable(plan.get(collection) or () for collection in _CHARGED_BY):
            if charge["lago_id"] == fee.item_id:
                stands_in = self._places.get(charge.get("lago_parent_id") or "")
                return stands_in or Place(plan["code"], charge.get("code") or fee.item_code)
        return None

    def _likely_place(self, fee: BilledFee) -> Place | None:
        """For a charge that is gone from Lago: the one on the same metric or add-on, if the plan has one."""
        plan = self._plan(fee)
        live = self._live.get(Address("plan", plan["code"])) if plan else None
        if live is None:
            return None
        collection = "charges" if fee.item_type is ItemType.CHARGE else "fixed_charges"
        items = live.fields.get(collection) or {}
        codes = [code for code, item in items.items() if item[_CHARGED_BY[collection]] == fee.item_code]
        return Place(live.address.key, codes[0]) if len(codes) == 1 else None

    def _plan(self, fee: BilledFee) -> JsonObject | None:
        return (self._subscription(fee) or {}).get("plan")

    def _subscription(self, fee: BilledFee) -> JsonObject | None:
        """The subscription with this id; an external id can have several, all but one of which have ended."""
        for status in ("", "terminated"):
            answer = self._get("subscriptions", fee.subscription, status)
            if answer is not None and answer["subscription"]["lago_id"] == fee.subscription_id:
                subscription: JsonObject = answer["subscription"]
                return subscription
        return None

    def _invoice(self, fee: BilledFee) -> JsonObject:
        answer = self._get("invoices", fee.invoice_id) if fee.invoice_id else None
        invoice: JsonObject = (answer or {"invoice": {}})["invoice"]
        return invoice

    def _zone(self, fee: BilledFee) -> tzinfo:
        answer = self._get("customers", fee.customer) or {"customer": {}}
        return zone(answer["customer"].get("applicable_timezone") or "UTC")

    def _ask(self, collection: str, key: str, status: str = "") -> JsonObject | None:
        try:
            return self._client.get(collection, key, params={"status": status} if status else None)
        except NotFound:
            return None

    def _ask_fees(self, subscription: str, subscription_id: str, until: datetime) -> tuple[BilledFee, ...]:
        since = stamp(until - _LONGEST_PERIOD)
        bounds = {"created_at_from": since, "created_at_to": stamp(until + timedelta(seconds=1))}
        pages = self._client.walk("fees", params={"external_subscription_id": subscription, **bounds})
        fees = (billed_fee(row) for page in pages for row in page.rows)
        own = (each for each in fees if each is not None and each.subscription_id == subscription_id)
        return tuple(each for each in own if each.created_at <= until)

    def _ask_events(
        self, subscription: str, metric_code: str, since: datetime | None, until: datetime
    ) -> tuple[Event, ...] | None:
        """None when there are too many, or the key may not read them."""
        wanted = {"external_subscription_id": subscription, "code": metric_code}
        bounds = {"timestamp_to": stamp(until)} | ({} if since is None else {"timestamp_from": stamp(since)})
        for params in ({**wanted, **bounds}, {}):  # servers that reject the filters may return the list without them
            try:
                return self._events_among(params, wanted)
            except Answered:
                continue
        return None

    def _events_among(self, params: Params, wanted: Mapping[str, str]) -> tuple[Event, ...] | None:
        events = list[Event]()
        for page in self._client.walk("events", params=params):
            if (page.total_count or 0) > MOST_EVENTS:
                return None
            events += (_event(row) for row in page.rows if all(row[name] == wanted[name] for name in wanted))
        return tuple(sorted(events, key=lambda event: event.at))


def _named(live: Live, inventory: Inventory, wanted: Mapping[Address, Desired]) -> Live:
    like = wanted.get(live.address)
    if like is None or like.absent:
        return live
    return named_like(KINDS[live.address.kind], live, like, inventory.server)


def _places(live: Iterable[Live]) -> Iterator[tuple[str, Place]]:
    for one in live:
        for (collection, code), id_ in one.ids.items():
            if collection in _CHARGED_BY:
                yield id_, Place(one.address.key, str(code))


def _filters_of(live: Live) -> Iterator[tuple[str, frozenset[Filters]]]:
    """Filters of each charge, by its id in Lago."""
    for code, charge in (live.fields.get("charges") or {}).items():
        id_ = live.ids.get(("charges", code))
        if id_ is not None:
            yield id_, frozenset(filters_of(values) for values in charge.get("filters") or ())


def _filter(values: Mapping[str, Iterable[str]]) -> Filters:
    return filters_of(tuple((key, tuple(words)) for key, words in values.items()))


def _event(row: JsonObject) -> Event:
    return Event(
        metric_code=row["code"],
        at=moment(row["timestamp"]),
        properties=row.get("properties") or {},
        precise_total_amount_cents=number(row.get("precise_total_amount_cents") or 0),
        transaction_id=row["transaction_id"],
    )
