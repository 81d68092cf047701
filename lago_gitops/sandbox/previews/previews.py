"""The route of previews: what the next invoice would be."""

from datetime import date, datetime

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.due import Due
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.invoicing.parts import part
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.sandbox.base.clock import days_after, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import RefusedError, crash, forbidden, invalid, not_allowed, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import Route
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import credit_notes, documents, settlement
from lago_gitops.sandbox.billing.lines import line, on
from lago_gitops.sandbox.previews import shapes, subjects
from lago_gitops.sandbox.previews.subjects import Subjects
from lago_gitops.sandbox.rating import history, lifecycle, price_list, usage
from lago_gitops.sandbox.subscriptions.relations import plan_of


def _preview(world: World, request: Request) -> Doc:
    body = request.body
    if isinstance(body.get("coupons"), dict):
        raise RefusedError(400, {"status": 400, "error": "coupons_must_be_an_array"})
    if isinstance(body.get("subscriptions"), list):
        raise RefusedError(400, {"status": 400, "error": "subscriptions_must_be_an_object"})
    entity = body.get("billing_entity_code")
    if entity and world.store.by_code(BILLING_ENTITY, str(entity)) is None:
        raise not_found("billing_entity")
    with world.store.trial():
        customer = subjects.customer(world, body.get("customer"))
        subjects.give_coupons(world, customer, body.get("coupons"))
        previewed = subjects.subscriptions(world, customer, body)
        _check(world, previewed)
        return {"invoice": shapes.rendered(world, _billed(world, customer, previewed), previewed)}


def _check(world: World, previewed: Subjects) -> None:
    if not world.premium:
        raise forbidden("feature_unavailable")
    if previewed.are_kept and not world.has("preview"):
        raise not_allowed("premium_integration_missing")
    if len({plan_of(world, each)["amount_currency"] for each in previewed.subscriptions}) > 1:
        raise invalid({"base": ["subscription_currencies_does_not_match"]})
    if len({subjects.end_of_period(world, each).date() for each in previewed.subscriptions}) > 1:
        raise invalid({"base": ["billing_periods_does_not_match"]})


def _billed(world: World, customer: Doc, previewed: Subjects) -> Doc:
    """Final, despite any grace period; a subscription that ends is credited for its unused rest."""
    at, first = _at(world, previewed), previewed.subscriptions[0]
    currency = plan_of(world, first)["amount_currency"]
    invoice = documents.new(world, customer, currency, at, status="finalized")
    recurring = not previewed.ending and (previewed.are_kept or not plan_of(world, first)["pay_in_advance"])
    shift = documents.issuing_shift(world, customer) if recurring else documents.grace_days(world, customer)
    invoice = documents.issue_on(invoice, days_after(date.fromisoformat(invoice["issuing_date"]), shift))
    fees = [
        on(invoice, line(world, fee, customer, each))
        for each in previewed.subscriptions
        for fee in _fees(world, each, previewed, at)
    ]
    for ended in previewed.subscriptions:
        if ended["status"] == "terminated":
            credit_notes.subscription_ended(world, ended | {"upgrade": lifecycle.subscription(world, ended).upgraded})
    return settlement.settled(world, invoice, customer, fees)


def _at(world: World, previewed: Subjects) -> datetime:
    """When it will be billed."""
    first = previewed.subscriptions[0]
    if previewed.ending:
        return max(unstamp(each["terminated_at"]) for each in previewed.subscriptions if each["terminated_at"])
    if previewed.are_kept or not plan_of(world, first)["pay_in_advance"]:
        return subjects.end_of_period(world, first) + subjects.DAY
    return unstamp(first["subscription_at"])


def _fees(world: World, subscription: Doc, previewed: Subjects, at: datetime) -> list[Fee]:
    """A subscription that doesn't exist yet has no usage, and no minimums of charges."""
    life = lifecycle.subscription(world, subscription)
    due = Due(
        subscription=life,
        reason=_reason(subscription, life, previewed),
        at=at,
        usage=usage.reaching_back(world, subscription["external_id"], life, at) if previewed.are_kept else (),
        history=history.history(world, subscription, life.plan),
        rules=price_list.rules(world),
        made_at=at,
    )
    try:
        made = part(due).part.fees
    except UnratableError:
        raise crash() from None
    return [fee for fee in made if previewed.are_kept or fee.item_type != ItemType.CHARGE]


def _reason(subscription: Doc, life: Subscription, previewed: Subjects) -> Reason:
    if subscription["status"] == "terminated":
        return Reason.TERMINATING
    return Reason.STARTING if life.plan.pay_in_advance and not previewed.are_kept else Reason.PERIODIC


ROUTES = (Route("POST", "invoices/preview", _preview),)
