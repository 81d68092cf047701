"""How previews are rendered: as invoices, without the ids of what doesn't exist."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CREDIT, FEE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers import credit_shapes
from lago_gitops.sandbox.documents.invoices import fee_shapes
from lago_gitops.sandbox.documents.invoices import shapes as invoice_shapes
from lago_gitops.sandbox.previews.subjects import Subjects
from lago_gitops.sandbox.subscriptions import shapes as subscription_shapes

_UNKNOWN_OF_A_CUSTOMER = ("lago_id", "external_id", "sequential_id", "slug")


def rendered(world: World, invoice: Doc, previewed: Subjects) -> Doc:
    shown = invoice_shapes.rendered_in_list(world, invoice)
    known = shown["customer"]["external_id"] != ""
    if not known:
        shown["customer"] |= dict.fromkeys(_UNKNOWN_OF_A_CUSTOMER)
    del shown["metadata"]
    now = to_second(world.stamp())
    unsaved = {"lago_id": None, "sequential_id": None, "number": "", "status": "finalized", "payment_status": "pending"}
    web = (
        {"web_url": shown["web_url"].replace(f"/invoice/{invoice['id']}/", "/invoice//")} if "web_url" in shown else {}
    )
    return {
        **shown,
        **unsaved,
        **web,
        "created_at": now,
        "updated_at": now,
        "credits": [_credit(world, each) for each in world.store.children(CREDIT, invoice["id"])],
        "applied_taxes": [
            each | _nothing("lago_id", "lago_invoice_id", "created_at") for each in shown["applied_taxes"]
        ],
        "subscriptions": [_subscription(world, each, previewed) for each in previewed.subscriptions],
        "fees": [_fee(world, each, previewed) for each in world.store.children(FEE, invoice["id"])],
    }


def _nothing(*names: str) -> Doc:
    return dict.fromkeys(names)


def _credit(world: World, credit: Doc) -> Doc:
    shown = credit_shapes.rendered(world, credit)
    invoice = {"lago_id": None, "payment_status": "pending"}
    return shown | {"lago_id": None, "invoice": invoice}


def _subscription(world: World, subscription: Doc, previewed: Subjects) -> Doc:
    shown = subscription_shapes.rendered(world, subscription)
    if previewed.are_kept:
        return shown
    return shown | _nothing("lago_id", "external_id", "lago_customer_id", "external_customer_id")


def _fee(world: World, fee: Doc, previewed: Subjects) -> Doc:
    shown = fee_shapes.rendered(world, fee)
    shown |= _nothing("lago_id", "lago_invoice_id", "lago_customer_id", "external_customer_id", "created_at")
    if not previewed.are_kept:
        shown |= _nothing("lago_subscription_id", "external_subscription_id")
        if fee["fee_type"] == "subscription":
            shown["item"]["lago_item_id"] = None
    return shown
