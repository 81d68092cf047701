"""A whole organization, rebuilt from what Lago reads back of it, reads back alike."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.conformance.normal_form import UUID, Names, normal
from tests.conformance.replay import ORGANIZATIONS
from tests.organizations import SEEDS, SERVERS
from tests.sandbox.calls import Calls

Doc = dict[str, Any]
CONFIGURATION = ("invoice_footer", "document_locale")


@pytest.mark.parametrize("recording", SERVERS)
def test_a_rebuilt_organization_reads_alike(recording: str) -> None:
    recorded = json.loads((ORGANIZATIONS / f"{recording}.json").read_text(encoding="utf-8"))
    lago = Calls(**SERVERS[recording])
    lago.post("/sandbox/seed", SEEDS.get(recording, {}))
    rebuild(lago, recorded)
    compared = {path: (body, lago.get(path[1:]).body) for path, body in _comparable(recorded)}
    differing = {path: both for path, both in compared.items() if normal(both[0], Names()) != normal(both[1], Names())}
    assert len(compared) > 40
    assert not differing


def _comparable(recorded: Doc) -> Iterator[tuple[str, Doc]]:
    """All that was answered, but for paths that hold ids and the subscriptions, which had a history."""
    for path, body in recorded.items():
        if body and not UUID.search(path) and not path.startswith("/subscriptions"):
            yield path, body


def rebuild(lago: Calls, recorded: Doc) -> None:
    """Oldest first, so that the newest comes first again."""
    entity = _default_entity(recorded)
    stored = {tax["code"]: tax["applied_to_organization"] for tax in entity["taxes"]}
    for tax in _items(recorded, "taxes"):
        lago.made("taxes", {"tax": tax | {"applied_to_organization": stored.get(tax["code"], False)}})
    for kind in ("billable_metric", "add_on", "feature", "webhook_endpoint"):
        for item in _items(recorded, f"{kind}s"):
            if item.get("aggregation_type") != "custom_agg":
                lago.made(f"{kind}s", {kind: item | _tax_codes(item)})
    for plan in _items(recorded, "plans"):
        _rebuild_plan(lago, recorded[f"/plans/{quote(plan['code'], safe='')}"]["plan"])
    for coupon in _items(recorded, "coupons"):
        targets = {name: coupon[name] for name in ("plan_codes", "billable_metric_codes")}
        lago.made("coupons", {"coupon": coupon | {"applies_to": targets}})
    configuration = {name: entity[name] for name in CONFIGURATION}
    entity = entity | _tax_codes(entity) | {"billing_configuration": configuration}
    lago.put("organizations", {"organization": {**recorded["/organizations"]["organization"], "webhook_url": {}}})
    lago.put(f"billing_entities/{entity['code']}", {"billing_entity": entity})


def _default_entity(recorded: Doc) -> Doc:
    """Its taxes say what is stored of each; a list of taxes, which ones the entity has."""
    [path] = [path for path in recorded if path.startswith("/billing_entities/")]
    entity: Doc = recorded[path]["billing_entity"]
    return entity


def _items(recorded: Doc, kind: str) -> Iterator[Doc]:
    pages = [body[kind] for path, body in recorded.items() if path.startswith(f"/{kind}?") and body]
    yield from reversed([item for page in pages for item in page])


def _tax_codes(item: Doc) -> Doc:
    return {"tax_codes": [tax["code"] for tax in item.get("taxes", ())]}


def _rebuild_plan(lago: Calls, plan: Doc) -> None:
    charges = [_charge(lago, charge, "billable_metric") for charge in plan["charges"]]
    fixed = [_charge(lago, charge, "add_on") for charge in plan["fixed_charges"]]
    lago.made("plans", {"plan": {**plan, **_tax_codes(plan), "charges": charges, "fixed_charges": fixed}})
    granted = {
        entitlement["code"]: {privilege["code"]: privilege["value"] for privilege in entitlement["privileges"]}
        for entitlement in plan["entitlements"]
    }
    if granted:
        lago.post(f"plans/{quote(plan['code'], safe='')}/entitlements", {"entitlements": granted})


def _charge(lago: Calls, charge: Doc, of: str) -> Doc:
    found = lago.get(f"{of}s/{quote(charge[f'{of}_code'], safe='')}").body[of]
    return {**charge, **_tax_codes(charge), f"{of}_id": found["lago_id"]}
