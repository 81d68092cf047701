"""Minimum commitments: which fees count towards a period's, and for how many days it is due."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.fees.commitment import true_up_fee
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import History, Part, Reason, fees_of, has_subscription_fee
from lago_gitops.pricing.periods.boundaries import Boundaries, View, at_the_end, beginning, end
from lago_gitops.pricing.periods.calendar import earlier
from lago_gitops.pricing.periods.spans import Span, days_between
from lago_gitops.pricing.periods.subscription import Subscription, charges_interval, fixed_interval


def commitment_fee(subscription: Subscription, part: Part, history: History, rules: Rules) -> Fee | None:
    """The true-up of the period that a part closes; the part already has all its other fees.

    The first part of a plan billed in advance closes no period.
    """
    plan, books = subscription.plan, _Books(subscription, part, history)
    commitment = plan.minimum_commitment
    if commitment is None or not rules.licensed:
        return None
    reconciled = books.before(part) if plan.pay_in_advance else part
    if reconciled is None:
        return None
    fees = _fees_in_advance(books, reconciled) if plan.pay_in_advance else _fees_in_arrears(books)
    terms = Terms(reconciled.boundaries.subscription, plan.currency, rules)
    return true_up_fee(commitment, _share(books, reconciled), fees, plan.code, terms)


@dataclass(frozen=True, slots=True)
class _Books:
    """All fees of a subscription, including those of the new part."""

    subscription: Subscription
    part: Part
    history: History

    @property
    def parts(self) -> tuple[Part, ...]:
        return (*self.history.parts, self.part)

    @property
    def ended(self) -> bool:
        return self.subscription.ended_at is not None

    @property
    def fees(self) -> Iterator[Fee]:
        yield from fees_of(self.history)
        yield from self.part.fees

    def before(self, part: Part) -> Part | None:
        """The last other part with a subscription fee that doesn't start later."""
        start = part.boundaries.subscription.start
        others = (
            each
            for each in self.parts
            if each is not part and each.boundaries.subscription.start <= start and has_subscription_fee(each)
        )
        return max(others, key=lambda each: each.boundaries.subscription.start, default=None)

    @property
    def billed(self) -> Iterator[Boundaries]:
        return (part.boundaries for part in self.history.parts if part.reason == Reason.PERIODIC)

    def view(self, part: Part, billed: Iterable[Boundaries] = ()) -> View:
        """The plan's period that a part closes. Only some views of an end consider what was billed before it."""
        in_advance = self.subscription.plan.pay_in_advance
        running = in_advance or (self.ended and not self.subscription.downgraded)
        return at_the_end(View(self.subscription, part.at, running), billed)


def _share(books: _Books, reconciled: Part) -> float:
    """Days billed over days of the period, both including the first and the last one."""
    subscription = books.subscription
    part = books.part if books.ended else reconciled
    view = books.view(part, books.billed if subscription.plan.pay_in_advance else ())
    start = beginning(view)
    billed = [each for each in _invoiced(books, part) if each.boundaries.subscription.start >= start] or [part]
    first = min(billed, key=lambda each: each.boundaries.subscription.end)
    until = part.boundaries.subscription.end
    if subscription.ended_at is not None:
        until = min(subscription.ended_at, end(view))
    days = days_between(first.boundaries.subscription.start, until, subscription.zone)
    return days / days_between(start, end(view), subscription.zone)


def _invoiced(books: _Books, part: Part) -> list[Part]:
    """The part and, if usage is billed monthly in a longer plan, all parts of the plan's period."""
    plan = books.subscription.plan
    monthly = [interval != plan.interval for interval in (charges_interval(plan), fixed_interval(plan))]
    if not plan.pay_in_advance:
        if not any(monthly):
            return [part]
        view = books.view(part, books.billed)
        return [each for each in books.parts if _holds(view, each.boundaries.subscription)]
    before = books.before(part)
    if before is None:
        return [part]
    view = View(books.subscription, before.at, running=True)
    spans: tuple[Callable[[Part], Span | None], ...] = (
        lambda each: each.boundaries.charges,
        lambda each: each.boundaries.fixed_charges,
    )
    return [
        each
        for each in books.parts
        if (each is part and not all(monthly))
        or any(by_month and _holds(view, span_of(each)) for by_month, span_of in zip(monthly, spans, strict=True))
    ]


def _fees_in_arrears(books: _Books) -> Iterator[Fee]:
    view = books.view(books.part)
    yield from (fee for part in _invoiced(books, books.part) for fee in part.fees if _is_subscription(fee))
    for fee in books.fees:
        if _is_usage(fee) and not _is_units_in_advance(books, fee) and _within(view, fee.start, fee.end):
            yield fee
    yield from _units_paid_before(books)


def _units_paid_before(books: _Books) -> Iterator[Fee]:
    """Recurring units are billed in advance for the next period, so those of the previous invoice count."""
    split = charges_interval(books.subscription.plan) != books.subscription.plan.interval
    before = books.part if split else books.before(books.part)
    if before is None:
        return
    view = books.view(before)
    first = _utc_day(beginning(view))
    since = earlier(Interval.MONTHLY, first) if split else first
    for part in books.history.parts if split else books.parts:
        for fee in part.fees:
            if _is_units_in_advance(books, fee) and _utc_day(fee.start) >= since and fee.end <= end(view):
                yield fee


def _fees_in_advance(books: _Books, reconciled: Part) -> Iterator[Fee]:
    view = books.view(reconciled, books.billed)
    for part in books.parts:
        span = part.boundaries.subscription
        for fee in part.fees:
            paid_then = _is_subscription(fee) or _is_units_in_advance(books, fee)
            if paid_then and _within(view, span.start, span.end):
                yield fee
    for fee in books.fees:
        if _is_advance_fee(books, fee) and _within(view, fee.start, fee.end):
            yield fee
    for part in _invoiced(books, books.part):
        yield from (fee for fee in part.fees if _is_usage(fee) and not _is_in_advance(books, fee))


def _is_subscription(fee: Fee) -> bool:
    return fee.item_type == ItemType.SUBSCRIPTION


def _is_usage(fee: Fee) -> bool:
    return fee.item_type in (ItemType.CHARGE, ItemType.FIXED_CHARGE)


def _is_in_advance(books: _Books, fee: Fee) -> bool:
    plan = books.subscription.plan
    items = plan.charges if fee.item_type == ItemType.CHARGE else plan.fixed_charges
    return any(item.code == fee.charge_code and item.pay_in_advance for item in items)


def _is_units_in_advance(books: _Books, fee: Fee) -> bool:
    """Whether the fee is for recurring units billed in advance on a periodic invoice."""
    return (
        fee.item_type == ItemType.CHARGE
        and fee.event is None
        and _is_in_advance(books, fee)
        and any(charge.code == fee.charge_code and charge.invoiceable for charge in books.subscription.plan.charges)
    )


def _is_advance_fee(books: _Books, fee: Fee) -> bool:
    """Whether Lago marks the fee as paid in advance."""
    return _is_usage(fee) and _is_in_advance(books, fee) and not _is_units_in_advance(books, fee)


def _holds(view: View, span: Span | None) -> bool:
    return span is not None and beginning(view) <= span.start and span.end <= end(view)


def _within(view: View, start: datetime, until: datetime) -> bool:
    """Lago compares the starts as text, by which the time of day makes no difference."""
    return _utc_day(start) >= _utc_day(beginning(view)) and until <= end(view)


def _utc_day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
