"""Periodic billing: all subscriptions of the customer whose period has ended, on one invoice per currency."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from lago_gitops.pricing.accounts.account import Account, Held, Usage, was_billed_on, with_held
from lago_gitops.pricing.accounts.issuing import DueBill, issued
from lago_gitops.pricing.accounts.statements import stated
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.periods.calendar import period_of
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import (
    Change,
    Subscription,
    Successor,
    charges_interval,
    fixed_interval,
)


def billed(account: Account, at: datetime, usage: Usage) -> Account:
    """The account after Lago's periodic billing at an instant, with statements; a second one on a day does nothing."""
    due = tuple(_due(account, at))
    for number in due:
        upcoming = account.subscriptions[number].upcoming
        if upcoming is not None:
            account = _downgraded(account, number, upcoming, at, usage)
    for together in _by_currency(account, due):
        account = issued(account, (DueBill(number, Reason.PERIODIC) for number in together), at, usage)
        account = stated(account, together, at)
    return account


def succeeding(held: Held, plan: Plan, started_at: datetime, change: Change, predecessor: int) -> Held:
    """The subscription to the next plan. It keeps anniversaries and the start of the trial."""
    old = held.subscription
    new = Subscription(
        plan=plan,
        started_at=started_at,
        billing_time=old.billing_time,
        zone=old.zone,
        anchored_at=old.anchored_at or old.started_at,
        first_started_at=old.first_started_at or old.started_at,
        follows=change,
    )
    return Held(held.line, new, predecessor=predecessor)


def ended(held: Held, at: datetime, successor: Successor | None = None) -> Held:
    return replace(held, subscription=replace(held.subscription, ended_at=at, successor=successor), upcoming=None)


def successor_of(plan: Plan, change: Change) -> Successor:
    return Successor(change, frozenset(charge.metric.code for charge in plan.charges))


def _due(account: Account, at: datetime) -> Iterator[int]:
    for number, held in enumerate(account.subscriptions):
        subscription = held.subscription
        day = local_date(at, subscription.zone)
        has_run = subscription.started_on < day
        if has_run and _opens_a_period(subscription, day) and not was_billed_on(account, number, day):
            yield number


def _opens_a_period(subscription: Subscription, day: date) -> bool:
    """Whether a period of usage or of units starts; the plan's own always starts with one of them."""
    intervals = charges_interval(subscription.plan), fixed_interval(subscription.plan)
    return any(period_of(interval, subscription.anchor, day).first == day for interval in intervals)


def _by_currency(account: Account, due: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    by_currency: dict[str, tuple[int, ...]] = {}
    for number in due:
        subscription = account.subscriptions[number].subscription
        if subscription.ended_at is None:
            currency = subscription.plan.currency
            by_currency[currency] = (*by_currency.get(currency, ()), number)
    return tuple(by_currency.values())


def _downgraded(account: Account, number: int, plan: Plan, at: datetime, usage: Usage) -> Account:
    """The cheaper plan starts; its fees billed in advance are on the last invoice of the dearer one."""
    held = account.subscriptions[number]
    following = len(account.subscriptions)
    account = with_held(account, number, ended(held, at, successor_of(plan, Change.DOWNGRADE)))
    new = succeeding(held, plan, at, Change.DOWNGRADE, number)
    account = replace(account, subscriptions=(*account.subscriptions, new))
    parts = [DueBill(number, Reason.TERMINATING)]
    if plan.pay_in_advance or any(charge.pay_in_advance for charge in plan.fixed_charges):
        parts.append(DueBill(following, Reason.STARTING))
    return stated(issued(account, parts, at, usage), (number,), at)
