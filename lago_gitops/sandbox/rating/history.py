"""The billing history of a subscription, for the rating engine."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.catalog.items import Charge, ChargeFilter, Plan
from lago_gitops.pricing.invoicing.history import History, Part, Reason
from lago_gitops.pricing.periods.boundaries import Boundaries
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.usage.buckets import Bucket, Levels
from lago_gitops.sandbox.base.clock import stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, FEE
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.rating import fees


def history(world: World, subscription: Doc, plan: Plan, without: str | None = None) -> History:
    """`without`: an invoice that is being refreshed."""
    by_invoice = _fees_by_invoice(world, subscription)
    periods = [
        each for each in world.store.children(BILLED_PERIOD, subscription["id"]) if each["invoice_id"] != without
    ]
    previous = subscription["previous_id"]
    return History(
        levels=levels(plan, subscription.get("levels", [])),
        parts=tuple(_part(each, by_invoice.get(each["invoice_id"], [])) for each in periods),
        loose=tuple(fees.read(each) for each in by_invoice.get(None, [])),
        predecessor=tuple(fees.read(each) for each in world.store.referrers(FEE, previous) if each["invoice_id"])
        if previous
        else (),
    )


def _fees_by_invoice(world: World, subscription: Doc) -> dict[str | None, list[Doc]]:
    by_invoice: dict[str | None, list[Doc]] = {}
    for fee in world.store.referrers(FEE, subscription["id"]):
        by_invoice.setdefault(fee["first_invoice_id"], []).append(fee)
    return by_invoice


def _part(period: Doc, of_invoice: list[Doc]) -> Part:
    return Part(
        boundaries=boundaries(period),
        reason=Reason(period["reason"]),
        at=unstamp(period["at"]),
        made_at=unstamp(period["made_at"]),
        fees=tuple(fees.read(each) for each in of_invoice),
    )


def period(made: Part, subscription: Doc, invoice_id: str) -> Doc:
    """The part of an invoice for one subscription, unsaved."""
    return {
        "id": new_id(),
        "subscription_id": subscription["id"],
        "invoice_id": invoice_id,
        "plan_id": subscription["plan_id"],
        "reason": made.reason.value,
        "at": stamp(made.at),
        "made_at": stamp(made.made_at),
        "subscription": _kept(made.boundaries.subscription),
        "charges": _kept(made.boundaries.charges),
        "fixed_charges": _kept(made.boundaries.fixed_charges),
    }


def _kept(span: Span | None) -> Doc | None:
    if span is None:
        return None
    return {"start": stamp(span.start), "end": stamp(span.end), "days": span.period_days}


def boundaries(period: Doc) -> Boundaries:
    spans = [_span(period[name]) for name in ("subscription", "charges", "fixed_charges")]
    whole = spans[0]
    assert whole is not None  # noqa: S101 (the plan's period is always shown)
    return Boundaries(whole, spans[1], spans[2])


def _span(kept: Doc | None) -> Span | None:
    if kept is None:
        return None
    return Span(unstamp(kept["start"]), unstamp(kept["end"]), kept["days"])


def levels(plan: Plan, kept: list[Doc]) -> Levels:
    """The last values of recurring weighted sums, for charges and filters that still exist."""
    charges = {charge.code: charge for charge in plan.charges}
    return {
        (each["charge_id"], bucket): Decimal(each["level"])
        for each in kept
        if each["charge_id"] in charges
        for bucket in [bucket_of(charges[each["charge_id"]], each)]
        if bucket is not None
    }


def kept_levels(tax_levels: Levels) -> list[Doc]:
    return [
        {"charge_id": code, **bucket_doc(bucket), "level": str(level)} for (code, bucket), level in tax_levels.items()
    ]


def bucket_doc(bucket: Bucket) -> Doc:
    values = None if bucket.filter is None else [[key, list(each)] for key, each in bucket.filter.values]
    return {"filter": values, "group": [list(pair) for pair in bucket.group]}


def bucket_of(charge: Charge, kept: Mapping[str, Any]) -> Bucket | None:
    """None if the filter was deleted."""
    group = tuple((key, value) for key, value in kept["group"])
    if kept["filter"] is None:
        return Bucket(None, group)
    values = tuple((key, tuple(each)) for key, each in kept["filter"])
    found: ChargeFilter | None = next((each for each in charge.filters if each.values == values), None)
    return None if found is None else Bucket(found, group)
