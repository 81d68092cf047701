"""The organization: a row of its own, and partly a view of its oldest billing entity."""

import re

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.params import Schema, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route
from lago_gitops.sandbox.base.storage.kinds import ORGANIZATION, TAX, WEBHOOK_ENDPOINT
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import billing_entities, invoicing, taxes, webhooks

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_SLUG_LENGTHS = range(3, 41)
_NUMBERINGS = frozenset({"per_customer", "per_organization"})


def ensure(world: World) -> None:
    """Create an organization and its billing entity if the database has none."""
    if world.store.first(ORGANIZATION) is not None:
        return
    name, id_ = world.settings.organization, new_id()
    organization = {
        **invoicing.DEFAULTS,
        "id": id_,
        "created_at": world.stamp(),
        "name": name,
        "slug": _parameterized(name),
        "document_number_prefix": f"{name[:3]}-{id_[-4:]}".upper(),
    }
    with world.store.transaction():
        world.store.save(ORGANIZATION, organization)
        billing_entities.create_default(world, organization)


def _parameterized(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _schema(world: World) -> Schema:
    return {**invoicing.SCHEMA, **scalars(("webhook_url", *(("slug",) if world.can.organization_slug else ())))}


def _update(world: World, request: Request) -> Doc:
    """The same params update the billing entity, which alone stores currency and time zone."""
    params = root(request.body, "organization", _schema(world))
    organization = only(world) | invoicing.changes(world, params)
    if "slug" in params:
        organization["slug"] = (text(params["slug"]) or "").strip().lower()
    problems: Problems = {}
    invoicing.note_problems(world, organization, params, problems)
    if organization["document_numbering"] not in _NUMBERINGS:
        note(problems, "document_numbering", "value_is_invalid")
    if not _SLUG.fullmatch(organization["slug"]) or len(organization["slug"]) not in _SLUG_LENGTHS:
        note(problems, "slug", "value_is_invalid")
    if "webhook_url" in params:
        _write_webhook(world, text(params["webhook_url"]), problems)
    refuse_if_any(problems)
    world.store.save(ORGANIZATION, organization)
    billing_entities.update(world, billing_entities.default(world), params)
    # Decided by the tax's column, whatever taxes the billing entity has.
    applied = Where("json_extract(doc, '$.applied_to_organization')", ())
    shown = [taxes.rendered_inside(tax) for tax in world.store.kept(TAX, applied)]
    return {"organization": {**_rendered(world), "taxes": world.unordered(shown)}}


def _write_webhook(world: World, url: str | None, problems: Problems) -> None:
    """Into the endpoint with the lowest id."""
    endpoints = sorted(world.store.kept(WEBHOOK_ENDPOINT), key=lambda endpoint: str(endpoint["id"]))
    endpoint = (endpoints[0] if endpoints else webhooks.new(world)) | {"webhook_url": url}
    webhooks.note_url_problems(world, endpoint, problems)
    refuse_if_any(problems)
    world.store.save(WEBHOOK_ENDPOINT, endpoint)


def _show(world: World, _: Request) -> Doc:
    return {"organization": _rendered(world)}


def only(world: World) -> Doc:
    """The only organization. Raises RefusedError, as a crash, if there is none."""
    organization = world.store.first(ORGANIZATION)
    if organization is None:
        raise crash()
    return organization


def _rendered(world: World) -> Doc:
    organization, entity = only(world), billing_entities.default(world)
    urls = world.unordered(endpoint["webhook_url"] for endpoint in world.store.kept(WEBHOOK_ENDPOINT))
    return {
        "lago_id": organization["id"],
        "name": organization["name"],
        **({"slug": organization["slug"]} if world.can.organization_slug else {}),
        "default_currency": entity["default_currency"],
        "created_at": to_second(organization["created_at"]),
        "webhook_url": urls[0] if urls else "",
        "webhook_urls": urls,
        "country": organization["country"],
        **{name: organization[name] for name in invoicing.TEXTS},
        "timezone": entity["timezone"],
        "net_payment_term": organization["net_payment_term"],
        "email_settings": organization["email_settings"],
        "document_numbering": organization["document_numbering"],
        "document_number_prefix": organization["document_number_prefix"],
        "finalize_zero_amount_invoice": organization["finalize_zero_amount_invoice"],
        "billing_configuration": {
            name: organization[name] for name in ("invoice_footer", "invoice_grace_period", "document_locale")
        },
        **({"events_store": "postgres"} if world.can.events_store else {}),
    }


ROUTES = (
    read_route("organizations", _show),
    Route("PUT", "organizations", _update),
)
