"""Background jobs that requests queue."""

from enum import Enum

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import JOB, WEBHOOK_ENDPOINT
from lago_gitops.sandbox.base.world import World, new_id


class Task(Enum):
    DELETE_PLAN = "delete a plan"
    END_CUSTOMER = "end what a deleted customer has"
    BILL = "invoice subscriptions"
    BILL_FIXED_CHARGES = "invoice the fixed charges that a subscription pays in advance"
    FEES_OF_EVENT = "make the fees of an event on charges paid in advance"
    FINALIZE = "finalize a draft"
    REFRESH_DRAFT = "compute a draft again"
    TOP_UP = "fill a wallet"
    SPREAD_PAYMENT = "pass an invoice's payment status on"
    ISSUE_RECEIPT = "issue the receipt of a payment"
    BILL_CREDITS = "invoice paid credits"
    REFRESH_WALLETS = "work out the ongoing balances of a customer's wallets"
    ANNOUNCE = "tell the webhook endpoints"


def queue(world: World, task: Task, subject: Doc, /, **more: object) -> None:
    """`more`: what the job needs besides its subject, as JSON values. With `later` it runs after all others."""
    world.store.save(JOB, {"id": new_id(), "task": task.value, "subject_id": subject["id"], **more})


def announce(world: World, event_type: str, subject: Doc, /, **more: object) -> None:
    """Notify the webhook endpoints when jobs run; they get the subject as it is then."""
    if world.store.first(WEBHOOK_ENDPOINT) is not None:
        queue(world, Task.ANNOUNCE, subject, event_type=event_type, **more)
