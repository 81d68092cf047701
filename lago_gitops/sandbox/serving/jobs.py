"""Background jobs, stored in the database until they run, and Lago's scheduled tasks."""

from collections.abc import Callable
from datetime import datetime

from lago_gitops.pricing.base.errors import UnratableError, UnsupportedError
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task
from lago_gitops.sandbox.base.storage.kinds import (
    APPLIED_COUPON,
    CUSTOMER,
    ENTITLEMENT,
    INVOICE,
    JOB,
    PAYMENT,
    PLAN,
    SUBSCRIPTION,
    WALLET,
    WALLET_TRANSACTION,
)
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import (
    advance,
    due,
    fixed_charges,
    paid_credits,
    payment_statuses,
    statements,
    subscription_invoices,
)
from lago_gitops.sandbox.catalog import coupons
from lago_gitops.sandbox.customers import applied_coupons
from lago_gitops.sandbox.documents.payments import receipts
from lago_gitops.sandbox.subscriptions import transitions
from lago_gitops.sandbox.usage import activity, ongoing
from lago_gitops.sandbox.wallets import top_ups, transactions, wallets
from lago_gitops.sandbox.webhooks import delivering

Step = Callable[[World], None]
_OFTEN: tuple[Step, ...] = (
    transitions.activate_pending,
    due.refresh_drafts,
    activity.check,
    ongoing.refresh_flagged,
)
_HOURLY: tuple[Step, ...] = (
    transitions.end_due,
    due.bill_periods,
    due.finalize_drafts,
    due.mark_overdue,
    coupons.end_expired,
    due.end_trials,
    wallets.end_expired,
    transitions.announce_ends,
    top_ups.end_rules,
    top_ups.at_intervals,
)


def run_all(world: World) -> int:
    """Run all queued jobs, including those that they queue, each in its own transaction. Returns how many.

    Webhooks are written after other jobs, and show their changes; jobs that Lago delays for
    some seconds run last. A failed job isn't retried: it would block all others.
    """
    done = 0
    while waiting := sorted(world.store.since(JOB, 0), key=_is_announcement):
        at_once = [job for job in waiting if not job.get("later")]
        done += sum(_run(world, job) for job in at_once or waiting)
    return done


def _is_announcement(job: Doc) -> bool:
    return bool(job["task"] == Task.ANNOUNCE.value)


def _run(world: World, job: Doc) -> int:
    """Run it, and the jobs that it queues. Returns how many."""
    last = world.store.last_number()
    try:
        with world.store.transaction():
            world.store.erase(JOB, job["id"])
            _TASKS[Task(job["task"])](world, job)
    except (UnratableError, UnsupportedError):  # Lago's own job fails, too, and is rolled back
        world.store.erase(JOB, job["id"])
    except Exception:
        world.store.erase(JOB, job["id"])
        raise
    return 1 + sum(_run(world, each) for each in world.store.since(JOB, last) if not each.get("later"))


def tick(world: World) -> None:
    """Lago's tasks every few minutes."""
    _do(world, _OFTEN)


def hour(world: World) -> None:
    """Lago's hourly tasks."""
    _do(world, _HOURLY)


def _do(world: World, steps: tuple[Step, ...]) -> None:
    for step in steps:
        with world.store.transaction():
            step(world)


def run_until(world: World, end: datetime) -> None:
    """Everything that falls due from now to `end`, each at its time."""
    for at in due.instants(world, world.now(), end):
        with world.clock.at(at):
            tick(world)
            hour(world)
            run_all(world)


def _of(world: World, job: Doc) -> Doc:
    """The subscription of the job."""
    return world.store.with_deleted(SUBSCRIPTION, job["subject_id"])


def _bill(world: World, job: Doc) -> None:
    subscriptions = [world.store.with_deleted(SUBSCRIPTION, id_) for id_ in job["subscription_ids"]]
    billed = [subscription_invoices.Billed(each, _reason(each, job["reason"])) for each in subscriptions]
    subscription_invoices.issued(world, billed, unstamp(job["at"]))
    statements.stated(world, subscriptions, unstamp(job["at"]))


def _reason(subscription: Doc, reason: str) -> Reason:
    if reason != "upgrading":
        return Reason(reason)
    return Reason.TERMINATING if subscription["status"] == "terminated" else Reason.STARTING


def _event(world: World, job: Doc) -> None:
    advance.bill(world, _of(world, job), world.events.by_number(job["event"]))


def _fixed(world: World, job: Doc) -> None:
    fixed_charges.billed(world, _of(world, job), unstamp(job["at"]))


def _finalize(world: World, job: Doc) -> None:
    invoice = world.store.with_deleted(INVOICE, job["subject_id"])
    if invoice["status"] == "draft":
        subscription_invoices.finalized(world, invoice)


def _refresh(world: World, job: Doc) -> None:
    invoice = world.store.with_deleted(INVOICE, job["subject_id"])
    if invoice["status"] == "draft":
        subscription_invoices.recomputed(world, invoice)


def _pay(world: World, job: Doc) -> None:
    payment_statuses.passed_on(world, world.store.with_deleted(INVOICE, job["subject_id"]))


def _receipt(world: World, job: Doc) -> None:
    receipts.issued(world, world.store.with_deleted(PAYMENT, job["subject_id"]))


def _top_up(world: World, job: Doc) -> None:
    transactions.create(world, world.store.with_deleted(WALLET, job["subject_id"]), job["params"])


def _bill_credits(world: World, job: Doc) -> None:
    inbound = world.store.with_deleted(WALLET_TRANSACTION, job["subject_id"])
    paid_credits.billed(world, inbound, unstamp(job["at"]))


def _refresh_wallets(world: World, job: Doc) -> None:
    customer = world.store.with_deleted(CUSTOMER, job["subject_id"])
    if job.get("always") or customer.get("awaiting_wallet_refresh"):
        ongoing.refresh(world, customer)


def _end_customer(world: World, job: Doc) -> None:
    customer = world.store.with_deleted(CUSTOMER, job["subject_id"])
    transitions.end_all_of_customer(world, customer)
    for invoice in world.store.children(INVOICE, customer["id"]):
        if invoice["status"] == "draft":
            subscription_invoices.finalized(world, invoice)
    for given in world.store.children(APPLIED_COUPON, customer["id"]):
        if given["status"] == "active":
            applied_coupons.end(world, given)
    for wallet in world.store.children(WALLET, customer["id"]):
        wallets.end(world, wallet)


def _delete_plan(world: World, job: Doc) -> None:
    """Overrides first: ends subscriptions, deletes entitlements, then the plan. Its charges aren't deleted."""
    plan = world.store.with_deleted(PLAN, job["subject_id"])
    for doomed in (*world.store.children(PLAN, plan["id"]), plan):
        transitions.end_all(world, doomed)
        deleted = {"deleted_at": world.stamp()}
        for entitlement in world.store.children(ENTITLEMENT, doomed["id"]):
            world.store.save(ENTITLEMENT, entitlement | deleted)
        world.store.save(PLAN, doomed | deleted | {"pending_deletion": False})


_TASKS: dict[Task, Callable[[World, Doc], None]] = {
    Task.DELETE_PLAN: _delete_plan,
    Task.END_CUSTOMER: _end_customer,
    Task.BILL: _bill,
    Task.BILL_FIXED_CHARGES: _fixed,
    Task.FEES_OF_EVENT: _event,
    Task.FINALIZE: _finalize,
    Task.REFRESH_DRAFT: _refresh,
    Task.ISSUE_RECEIPT: _receipt,
    Task.TOP_UP: _top_up,
    Task.SPREAD_PAYMENT: _pay,
    Task.BILL_CREDITS: _bill_credits,
    Task.REFRESH_WALLETS: _refresh_wallets,
    Task.ANNOUNCE: delivering.prepare,
}
