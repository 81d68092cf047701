"""Credit notes that Lago creates: for the unused rest of an ended subscription, and for usage that decreased."""

from dataclasses import replace
from typing import Any, NamedTuple

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.invoicing.credit_notes import CreditNote, refreshed
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.invoicing.termination_notes import OnTermination, Unused, termination_note
from lago_gitops.pricing.periods.boundaries import View, beginning, boundaries
from lago_gitops.pricing.periods.subscription import Subscription, running_at
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, CREDIT_NOTE, CUSTOMER, FEE, INVOICE
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.customers.customer_shapes import zone_of
from lago_gitops.sandbox.rating import history, invoices, lifecycle, price_list


def subscription_ended(world: World, ended: Doc) -> None:
    """Credit or refund the unused rest of a plan billed in advance; after an upgrade always as a credit."""
    life = lifecycle.subscription(world, ended)
    if not life.plan.pay_in_advance or not _was_billed(world, ended, life):
        return
    chosen = "credit" if ended["upgrade"] else ended["on_termination_credit_note"] or "credit"
    last = _last_fee(world, ended)
    if last is None:
        return
    invoice, position = last
    others = invoices.notes(world, invoice)
    unused = Unused(
        subscription=life,
        invoice=invoices.invoice(world, invoice),
        number=0,
        fee=position,
        noted_cents=sum(item.amount_cents for note in others for item in note.items if item.fee == position),
        paid_cents=invoice["total_paid_amount_cents"],
        invoice_is_final=invoice["status"] == "finalized",
    )
    note = termination_note(unused, OnTermination(chosen), others)
    if note is not None:
        saved(world, invoice, note)


def _last_fee(world: World, subscription: Doc) -> tuple[Doc, int] | None:
    """The invoice with the last subscription fee, and the position of the fee on it."""
    own = [each for each in world.store.referrers(FEE, subscription["id"]) if each["fee_type"] == "subscription"]
    if not own:
        return None
    invoice = world.store.with_deleted(INVOICE, own[-1]["invoice_id"])
    ids = [each["id"] for each in world.store.children(FEE, invoice["id"])]
    return None if invoice["status"] == "voided" else (invoice, ids.index(own[-1]["id"]))


def _was_billed(world: World, ended: Doc, life: Subscription) -> bool:
    """Whether the period in which it ends was already billed in advance."""
    subscription = running_at(life)
    start = beginning(View(subscription, life.ended_at or life.started_at, running=True))
    if start < subscription.started_at:
        return True
    span = boundaries(View(subscription, start)).subscription
    return any(
        (each.subscription.start, each.subscription.end) == (span.start, span.end)
        for each in map(history.boundaries, world.store.children(BILLED_PERIOD, ended["id"]))
    )


class OnDraft(NamedTuple):
    """The credit notes on a draft before it is refreshed."""

    before: Invoice
    notes: tuple[Doc, ...]
    owners: tuple[str | None, ...]  # the subscription of each note's first fee
    read: tuple[CreditNote, ...]


def on_draft(world: World, invoice: Doc) -> OnDraft:
    notes = tuple(each for each in world.store.referrers(CREDIT_NOTE, invoice["id"]) if each["status"] == "draft")
    fees = {each["id"]: each for each in world.store.children(FEE, invoice["id"])}
    owners = tuple(next((fees[item["fee_id"]]["subscription_id"] for item in note["items"]), None) for note in notes)
    return OnDraft(invoices.invoice(world, invoice), notes, owners, invoices.notes(world, invoice) if notes else ())


def again(world: World, invoice: Doc, drafts: OnDraft) -> None:
    """Recreate the notes on a refreshed draft, for their subscription's new fee; final if the invoice is.

    Raises UnratableError if the subscription no longer has that fee: Lago fails then.
    """
    fees = world.store.children(FEE, invoice["id"])
    positions = {each["subscription_id"]: at for at, each in enumerate(fees) if each["fee_type"] == "subscription"}
    for kept, owner, note in zip(drafts.notes, drafts.owners, drafts.read, strict=True):
        if owner not in positions:
            raise UnratableError(f"credit note {kept['number']}: its subscription no longer has a fee of its plan")
        after = refreshed(note, drafts.before, invoices.invoice(world, invoice), positions[owner])
        again_ = replace(after, finalized=invoice["status"] == "finalized")
        same = ("id", "created_at", "sequential_id", "issuing_date")
        number = f"{invoice['number']}-CN{kept['sequential_id']:03}"
        world.store.save(
            CREDIT_NOTE,
            document(world, invoice, again_) | {name: kept[name] for name in same} | {"number": number},
        )


def saved(world: World, invoice: Doc, note: CreditNote, **fields: Any) -> Doc:
    """A note as a saved document, with the next number of its invoice."""
    kept = document(world, invoice, note) | fields
    world.store.save(CREDIT_NOTE, kept)
    if kept["status"] == "finalized":
        announce(world, "credit_note.created", kept)
    return kept


def document(world: World, invoice: Doc, note: CreditNote) -> Doc:
    """Unsaved."""
    number = len(world.store.referrers(CREDIT_NOTE, invoice["id"])) + 1
    customer = world.store.with_deleted(CUSTOMER, invoice["customer_id"])
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "updated_at": world.stamp(),
        "customer_id": invoice["customer_id"],
        "invoice_id": invoice["id"],
        "sequential_id": number,
        "number": f"{invoice['number']}-CN{number:03}",
        "issuing_date": world.now().astimezone(zone_of(world, customer)).date().isoformat(),
        "status": "finalized" if note.finalized else "draft",
        "reason": note.reason,
        "description": None,
        "currency": note.currency,
        "credit_status": "available",
        "refund_status": note.refund_status,
        "items": _items(world, invoice, note),
        "taxes": _taxes(world, note),
        "metadata": None,
        **invoices.note_figures(note),
    }


def _items(world: World, invoice: Doc, note: CreditNote) -> list[Doc]:
    fees = world.store.children(FEE, invoice["id"])
    return [
        {
            "id": new_id(),
            "fee_id": fees[item.fee]["id"],
            "amount_cents": item.amount_cents,
            "precise_amount_cents": text(item.precise_amount_cents),
        }
        for item in note.items
    ]


def _taxes(world: World, note: CreditNote) -> list[Doc]:
    taxes = price_list.tax_docs(world)
    return [
        {
            "id": new_id(),
            "tax": taxes[applied.code],
            "rate": applied.rate,
            "amount_cents": applied.amount_cents,
            "base_amount_cents": applied.base_cents,
        }
        for applied in note.applied_taxes
        if applied.code in taxes
    ]
