"""Settling an invoice: progressive credits, coupons, taxes, credit notes, prepaid credits, in this order."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon
from lago_gitops.pricing.invoicing.invoice import Invoice, ProgressiveCredit, invoice
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import APPLIED_COUPON, CREDIT, CREDIT_NOTE, FEE, INVOICE, PLAN
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.billing import documents, prepaid_credits
from lago_gitops.sandbox.rating import fees, price_list


def settled(
    world: World,
    unsettled: Doc,
    customer: Doc,
    made: Iterable[Doc],
    progressive: tuple[tuple[str, int], ...] = (),
) -> Doc:
    """The invoice, saved with its fees; final if its status says so. Nothing reduces or pays a draft yet."""
    final = unsettled["status"] == "finalized"
    lines, levels = tuple(made), price_list.tax_levels(world, customer)
    rated = _rated(world, lines)
    coupons = price_list.coupons(world, customer) if final and any(fee.amount_cents for fee in rated) else ()
    result = invoice(rated, unsettled["currency"], levels, coupons, tuple(_progressive(progressive)))
    document = _saved(world, unsettled, lines, result)
    for invoice_id, cents in progressive:
        _save_credit(world, document, cents, invoice_id, "invoice")
    if final:
        _use_up(world, document, coupons, result)
        return finalized(world, prepaid_credits.paid(world, _paid_by_notes(world, document)), customer)
    return document


def settled_alone(world: World, unsettled: Doc, customer: Doc, made: Iterable[Doc]) -> Doc:
    """A final invoice without coupons, credit notes or prepaid credits, taxed only by the codes on its fees."""
    lines, levels = tuple(made), price_list.tax_levels(world, customer)
    named = replace(levels, customer=(), billing_entity=())
    result = invoice(_rated(world, lines), unsettled["currency"], named)
    return finalized(world, _saved(world, unsettled, lines, result), customer)


def _saved(world: World, unsettled: Doc, lines: tuple[Doc, ...], result: Invoice) -> Doc:
    taxes = price_list.tax_docs(world)
    for line, fee in zip(lines, result.fees, strict=True):
        world.store.save(FEE, line | fees.money(fee, taxes))
    document = unsettled | sums(world, result)
    world.store.save(INVOICE, document)
    return document


def _progressive(credits_: tuple[tuple[str, int], ...]) -> Iterator[ProgressiveCredit]:
    for number, (_, cents) in enumerate(credits_):
        yield ProgressiveCredit(number, cents)


def _rated(world: World, lines: tuple[Doc, ...]) -> tuple[Fee, ...]:
    """Fees for coupons and taxes, with their codes: the fee's own taxes or its plan's."""
    return tuple(
        replace(fees.read(line, at), tax_codes=tuple(line["tax_codes"]), plan_code=_plan_code(world, line), taxes=())
        for at, line in enumerate(lines)
    )


def _plan_code(world: World, line: Doc) -> str:
    return "" if line["plan_id"] is None else str(world.store.with_deleted(PLAN, line["plan_id"])["code"])


def sums(world: World, result: Invoice) -> Doc:
    """The totals of an invoice, before credit notes and prepaid credits."""
    taxes = price_list.tax_docs(world)
    return {
        "taxed_at": world.stamp(),
        "fees_amount_cents": result.fees_amount_cents,
        "coupons_amount_cents": result.coupons_amount_cents,
        "taxes_amount_cents": result.taxes_amount_cents,
        "progressive_billing_credit_amount_cents": result.progressive_billing_credit_amount_cents,
        "sub_total_excluding_taxes_amount_cents": result.sub_total_excluding_taxes_amount_cents,
        "sub_total_including_taxes_amount_cents": result.sub_total_including_taxes_amount_cents,
        "total_amount_cents": result.sub_total_including_taxes_amount_cents,
        "applied_taxes": [
            {
                "id": new_id(),
                "tax": taxes[each.code],
                "rate": each.rate,
                "amount_cents": each.amount_cents,
                "fees_amount_cents": each.fees_amount_cents,
            }
            for each in result.applied_taxes
        ],
    }


def _use_up(world: World, document: Doc, coupons: tuple[AppliedCoupon, ...], result: Invoice) -> None:
    """Count what an invoice uses of the customer's coupons."""
    for credit in result.credits:
        if credit.amount_cents:
            _save_credit(world, document, credit.amount_cents, credit.coupon_code, "coupon")
    for before, after in zip(coupons, result.coupons, strict=True):
        if before != after:
            _save_coupon(world, after)


def _save_coupon(world: World, after: AppliedCoupon) -> None:
    given = world.store.with_deleted(APPLIED_COUPON, after.coupon.code)
    given |= {"frequency_duration_remaining": after.invoices_left, "amount_cents_remaining": after.cents_left}
    if after.ended:
        given |= {"status": "terminated", "terminated_at": world.stamp()}
    world.store.save(APPLIED_COUPON, given)


def _save_credit(world: World, document: Doc, cents: int, source_id: str, source: str) -> None:
    credit = {"id": new_id(), "created_at": world.stamp(), "invoice_id": document["id"], "amount_cents": cents}
    before = source != "credit_note"
    world.store.save(CREDIT, credit | {"source_id": source_id, "source": source, "before_taxes": before})


def finalized(world: World, document: Doc, customer: Doc) -> Doc:
    """With its number; a zero invoice is paid, or not even issued."""
    document = documents.numbered(world, document | {"status": "finalized"}, customer)
    if documents.is_skipped_zero_invoice(world, document, customer):
        document["status"] = "closed"
    document["payment_status"] = "pending" if document["total_amount_cents"] > 0 else "succeeded"
    world.store.save(INVOICE, document)
    return document


def undo_fees(world: World, invoice: Doc) -> None:
    """Remove the fees of a draft before it is refreshed."""
    for fee in world.store.children(FEE, invoice["id"]):
        world.store.erase(FEE, fee["id"])
    undo_credits(world, invoice)


def undo_credits(world: World, invoice: Doc) -> None:
    for credit in world.store.children(CREDIT, invoice["id"]):
        world.store.erase(CREDIT, credit["id"])


def _paid_by_notes(world: World, document: Doc) -> Doc:
    """By credit notes, the oldest first, except those on the invoice itself."""
    left, used = document["total_amount_cents"], 0
    for note in world.store.children(CREDIT_NOTE, document["customer_id"]):
        usable = note["status"] == "finalized" and note["credit_status"] == "available"
        others = note["invoice_id"] != document["id"] and note["currency"] == document["currency"]
        cents = min(note["balance_amount_cents"], left) if usable and others else 0
        if cents > 0:
            _save_credit(world, document, cents, note["id"], "credit_note")
            note["balance_amount_cents"] -= cents
            note["credit_status"] = "available" if note["balance_amount_cents"] else "consumed"
            world.store.save(CREDIT_NOTE, note | {"updated_at": world.stamp()})
            left, used = left - cents, used + cents
    return document | {"credit_notes_amount_cents": used, "total_amount_cents": left}
