"""Lines without a change of prices: lives of a few days or seconds, filters that overlap, drafts, names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.timing.drafts import marks_drafts
from lago_gitops.kinds.timing.table import timing
from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.billing import Occasion, Periodic, Setting, Start, Termination, bill
from lago_gitops.pricing.periods.subscription import BillingTime, Subscription
from lago_gitops.pricing.usage.events import Event

Json = dict[str, Any]
METRICS = {
    "calls": reading.metric({"code": "calls", "aggregation_type": "sum_agg", "field_name": "n"}),
    "two": reading.metric({"code": "two", "aggregation_type": "count_agg"}),
}
DEARER = 9000  # what a short life was moved to
MONTH_END = date(2026, 12, 1)


def overlap_differences(row: Json) -> Iterator[str]:
    """Filters that overlap, as this server bills them: on one invoice, or event by event."""
    plan = _plan(row["plan"], "two", is_old=_is_old(row))
    at = datetime(2026, 10, 10, 12, tzinfo=UTC)
    events = tuple(Event("two", at + timedelta(seconds=n), each) for n, each in enumerate(row["events"]))
    rules = rules_of((1, 38) if _is_old(row) else (1, 51))
    subscription = Subscription(plan, datetime(2026, 10, 1, 0, 0, 10, tzinfo=UTC))
    if row["in_advance"]:
        fees = [fee for each in advance_fees(subscription, events, rules) for fee in each.fees]
    else:
        fees = list(bill(subscription, Periodic(date(2026, 11, 1)), events, setting=Setting(rules=rules)).invoice.fees)
    yield from _unlike(sum(made["fees"] for made in row["invoices"]), sum(fee.amount_cents for fee in fees))


def life_differences(row: Json) -> Iterator[str]:
    """Every invoice of a subscription that ends or moves soon after it has started."""
    recorded: dict[date, int] = {}
    for made in row["invoices"]:
        day = date.fromisoformat(made["created_at"][:10])
        recorded[day] = recorded.get(day, 0) + made["fees"]
    yield from _unlike(recorded, _Life.of(row).invoiced())


def draft_differences(row: Json) -> Iterator[str]:
    """Whether a draft is marked to be computed again."""
    about = row["id"].rpartition("/")[2]
    field = "filters" if "filter" in about else "tax_codes" if "tax" in about else "name"
    marked = any(marks_drafts(method, path, field) for method, path, _ in row["requests"])
    yield from _unlike(row["after"], row["before"] or marked)


def name_differences(row: Json) -> Iterator[str]:
    """Names on a finalized invoice are those of now, but for taxes."""
    kinds = {
        "charge": ("billable_metric", "name"),
        "fixed_charge": ("add_on", "name"),
        "subscription": ("plan", "name"),
    }
    for was, is_ in zip(row["before"][2], row["after"][2], strict=True):
        yield from _unlike(was[2] != is_[2], timing(*kinds[was[0]]).timing is Timing.NAMES)
    yield from _unlike(row["before"][1] == row["after"][1], timing("tax", "name").timing is Timing.NEXT_INVOICE)


def _unlike(recorded: object, predicted: object) -> Iterator[str]:
    if recorded != predicted:
        yield f"recorded {recorded}, predicted {predicted}"


def _is_old(row: Json) -> bool:
    return bool(row["server"].startswith("1.38"))


def _plan(data: Json, metric: str, *, is_old: bool) -> Plan:
    charges = [{"code": "c", **one, "billable_metric_code": metric} for one in data.get("charges") or ()]
    fixed = [{**one, "add_on_code": one["code"]} for one in ([] if is_old else data.get("fixed_charges") or ())]
    return reading.plan({**data, "charges": charges, "fixed_charges": fixed}, METRICS, {})


@dataclass(frozen=True, slots=True)
class _Life:
    row: Json
    plan: Plan
    started_at: datetime
    ended_at: datetime | None
    moved: bool

    @classmethod
    def of(cls, row: Json) -> "_Life":
        """The plan of `moments` isn't in the line: a base fee of 10.00 and a fixed charge of 5.00."""
        fixed = {"code": "fx", "charge_model": "standard", "units": 1, "properties": {"amount": "5"}}
        data = row.get("plan") or {"code": "m", "interval": "monthly", "amount_cents": 1000, "amount_currency": "USD",
                                   "pay_in_advance": False, "fixed_charges": [fixed]}  # fmt: skip
        own = [one for one in row["now"] if not one["plan"].endswith("-x")][-1]
        ended = own["terminated_at"]
        plan = _plan(data, "calls", is_old=_is_old(row))
        moved = row["how"] in ("up", "down+amount")
        return cls(row, plan, _instant(own["started_at"]), _instant(ended) if ended else None, moved)

    def invoiced(self) -> dict[date, int]:
        found: dict[date, int] = {}
        for day, fees in self._invoices():
            if fees:
                found[day] = found.get(day, 0) + sum(fee.amount_cents for fee in fees)
        return found

    def _invoices(self) -> Iterator[tuple[date, tuple[Fee, ...]]]:
        """A subscription that is entered as begun in the past has no invoice at its start."""
        subscription = self._subscription(self.plan, self.started_at)
        if not self.row.get("subscription_at") or _instant(self.row["subscription_at"]) > _instant(self.row["start"]):
            yield self.started_at.date(), self._fees(subscription, Start())
        if self.ended_at is None:
            if self.row.get("billing_time") != "anniversary":
                yield MONTH_END, self._fees(subscription, Periodic(MONTH_END))
            return
        yield self.ended_at.date(), tuple(self._last(subscription, self.ended_at))
        if self.moved and "plan" in self.row:
            after = next(one for one in self.row["now"] if one["plan"].endswith("-x") and one["started_at"])
            following = self._subscription(self._dearer(), _instant(after["started_at"]))
            yield self.ended_at.date(), self._fees(following, Start())
            yield MONTH_END, self._fees(following, Periodic(MONTH_END))

    def _last(self, subscription: Subscription, ended: datetime) -> Iterator[Fee]:
        """A move leaves its day to the new plan. The units of a fixed charge count from a second after the start."""
        for fee in self._fees(subscription, Termination(ended)):
            match fee.item_type:
                case ItemType.SUBSCRIPTION if self.moved:
                    yield self._base_until(subscription, ended, fee)
                case ItemType.FIXED_CHARGE if ended < self.started_at + timedelta(seconds=1):
                    pass
                case _:
                    yield fee

    def _base_until(self, subscription: Subscription, ended: datetime, fee: Fee) -> Fee:
        midnight = ended.replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight <= self.started_at:
            return replace(fee, amount_cents=0)
        fees = self._fees(subscription, Termination(midnight - timedelta(seconds=1)))
        return next(fee for fee in fees if fee.item_type is ItemType.SUBSCRIPTION)

    def _dearer(self) -> Plan:
        return _plan({**self.row["plan"], "amount_cents": DEARER, "charges": []}, "calls", is_old=_is_old(self.row))

    def _subscription(self, plan: Plan, started_at: datetime) -> Subscription:
        return Subscription(plan, started_at, BillingTime(self.row.get("billing_time") or "calendar"))

    def _fees(self, subscription: Subscription, occasion: Occasion) -> tuple[Fee, ...]:
        rules = rules_of((1, 38) if _is_old(self.row) else (1, 51))
        event = self.row.get("event")
        events = (Event("calls", _instant(event), {"n": 10}),) if event else ()
        return bill(subscription, occasion, events, setting=Setting(rules=rules)).invoice.fees


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
