"""Price lists and events in a line, so that a test says only what it is about."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Aggregation, Charge, FixedCharge, Interval, Metric, Plan
from lago_gitops.pricing.fees.fee import Fee, ItemType, rendered
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.models import Price, price, rate
from lago_gitops.pricing.models.usage import Prorated, ProratedEvent, Usage
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.buckets import Bucket, BucketUsage
from lago_gitops.pricing.usage.events import Event

D = Decimal
BEFORE_1_51 = Rules(first_flat_at_zero=False)
LICENSED = Rules(licensed=True)

SUM = Metric("units", Aggregation.SUM, "units")
COUNT = Metric("calls", Aggregation.COUNT)
UNIQUE = Metric("users", Aggregation.UNIQUE_COUNT, "user")
SEATS = Metric("seats", Aggregation.SUM, "seats", recurring=True)
MEMBERS = Metric("members", Aggregation.UNIQUE_COUNT, "member", recurring=True)

Tier = tuple[object, object, object, object]  # from, to, per unit (or rate), flat


def standard(amount: object) -> Price:
    return price("standard", {"amount": str(amount)})


def graduated(*tiers: Tier) -> Price:
    return price("graduated", {"graduated_ranges": _tiers(tiers, "per_unit_amount")})


def graduated_percentage(*tiers: Tier) -> Price:
    return price("graduated_percentage", {"graduated_percentage_ranges": _tiers(tiers, "rate")})


def volume(*tiers: Tier) -> Price:
    return price("volume", {"volume_ranges": _tiers(tiers, "per_unit_amount")})


def package(amount: object, size: int, free: int = 0) -> Price:
    return price("package", {"amount": str(amount), "package_size": size, "free_units": free})


def percentage(rate: object, fixed: object = 0, **others: object) -> Price:
    names = {
        "free_events": "free_units_per_events",
        "free_aggregation": "free_units_per_total_aggregation",
        "least": "per_transaction_min_amount",
        "most": "per_transaction_max_amount",
    }
    return price(
        "percentage",
        {"rate": str(rate), "fixed_amount": str(fixed), **{names[name]: value for name, value in others.items()}},
    )


def dynamic() -> Price:
    return price("dynamic", {})


def units(amount: object, count: int = 1) -> Usage:
    return Usage(D(str(amount)), count)


def stepped(full: list[object], prorated: list[object]) -> Usage:
    steps = tuple(ProratedEvent(D(str(a)), D(str(b))) for a, b in zip(full, prorated, strict=True))
    total = Prorated(sum((step.full for step in steps), D(0)), steps)
    return Usage(sum((step.prorated for step in steps), D(0)), len(steps), prorated=total)


def details(price: Price, usage: Usage) -> dict[str, object]:
    """The breakdown of an amount, as JSON has it."""
    shown: dict[str, object] = rendered(rate(price, usage).details)
    return shown


def at(day: int, hour: int = 12, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def span(first: int = 1, last: int = 31, month: int = 10, days: int = 31) -> Span:
    end = datetime(2026, month, last, tzinfo=UTC) + timedelta(days=1, microseconds=-1)
    return Span(datetime(2026, month, first, tzinfo=UTC), end, days)


def terms(rules: Rules = LATEST, currency: str = "USD") -> Terms:
    return Terms(span(), currency, rules)


def event(
    metric: Metric, day: int, value: object = None, cents: object = 0, month: int = 10, **properties: object
) -> Event:
    values: Mapping[str, object] = {} if value is None else {metric.field_name or "": value}
    return Event(metric.code, at(day, month=month), {**values, **properties}, D(str(cents)))


def charge(metric: Metric, price: Price, **others: Any) -> Charge:
    return Charge(metric.code, metric, price, **others)


def fixed_charge(price: Price, units: object, **others: Any) -> FixedCharge:
    return FixedCharge("seat", "seat", price, D(str(units)), **others)


def plan(*charges: Charge, amount_cents: int = 0, **others: Any) -> Plan:
    interval = others.pop("interval", Interval.MONTHLY)
    return Plan("plan", interval, amount_cents, others.pop("currency", "USD"), charges=charges, **others)


def subscription(plan: Plan, day: int = 1, month: int = 10) -> Subscription:
    return Subscription(plan, datetime(2026, month, day, tzinfo=UTC))


def given(usage: Usage) -> tuple[BucketUsage, ...]:
    return (BucketUsage(Bucket(), usage),)


def fee(amount_cents: int, precise: object = None, **others: Any) -> Fee:
    return Fee(
        plan_code=others.pop("plan_code", "plan"),
        item_type=others.pop("item_type", ItemType.CHARGE),
        item_code=others.pop("item_code", "units"),
        currency="USD",
        start=span().start,
        end=span().end,
        amount_cents=amount_cents,
        precise_amount_cents=D(amount_cents) if precise is None else D(str(precise)),
        **others,
    )


def _tiers(tiers: tuple[Tier, ...], name: str) -> list[dict[str, object]]:
    return [
        {"from_value": from_, "to_value": to, name: str(per_unit), "flat_amount": str(flat)}
        for from_, to, per_unit, flat in tiers
    ]
