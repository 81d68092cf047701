import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.sandbox.base.http.routes import Router, read_route
from lago_gitops.sandbox.base.storage.store import UnusableFileError
from lago_gitops.sandbox.base.versions import abilities
from tests.sandbox.calls import Calls
from tests.tries import tries


def test_a_key_is_asked_for_before_anything_else() -> None:
    reply = Calls().send("GET", "taxes/none", key="wrong")
    assert reply == (401, {"status": 401, "error": "Unauthorized"})


@pytest.mark.parametrize(("method", "path"), [("GET", "nope"), ("PUT", "taxes"), ("PATCH", "organizations")])
def test_an_unknown_route_is_not_found_with_any_key(method: str, path: str) -> None:
    reply = Calls().send(method, path, {}, key="wrong")
    assert (reply.status, reply.code) == (404, "resource_not_found")


@pytest.mark.parametrize("raw", [b'{"tax": ', b"\xff", b"NaN"])
def test_a_broken_body_is_refused_before_the_key_is_looked_at(raw: bytes) -> None:
    reply = Calls().send("POST", "taxes", raw=raw, key="wrong")
    assert reply == (400, {"status": 400, "error": "Bad Request"})


def test_health_needs_no_key() -> None:
    reply = Calls(lago_version="1.38.0").send("GET", "/health", key="wrong")
    assert (reply.status, reply.body["version"]) == (200, "v1.38.0")


def test_a_head_request_has_no_body() -> None:
    assert Calls().send("HEAD", "taxes") == (200, None)


def test_a_trailing_slash_changes_nothing() -> None:
    assert Calls().get("taxes/").body["taxes"] == []


def test_another_content_type_than_json_is_not_read() -> None:
    lago = Calls()
    tax = b'{"tax": {"name": "n", "code": "c", "rate": "1"}}'
    environ_type = lago.send("POST", "taxes", raw=b"")
    assert environ_type.status == 400
    assert lago.send("POST", "taxes", raw=tax).status == 200


def test_what_a_refused_request_wrote_is_gone() -> None:
    lago = Calls()
    plan = {"name": "p", "code": "p", "interval": "monthly", "amount_cents": 1, "amount_currency": "USD"}
    assert (
        lago.post("plans", {"plan": {**plan, "pay_in_advance": False, "tax_codes": ["none"]}}).code == "tax_not_found"
    )
    assert lago.get("plans/p").code == "plan_not_found"


def test_a_file_keeps_everything(tmp_path: object) -> None:
    database = f"{tmp_path}/lago.sqlite"
    first = Calls(database=database)
    tax = first.tax()
    organization = first.get("organizations").body
    first.sandbox.close()
    again = Calls(database=database)
    assert again.get("taxes/vat").body["tax"] == tax
    assert again.get("organizations").body == organization


def test_a_copy_of_a_running_sandboxs_file_is_whole(tmp_path: Path) -> None:
    running = Calls(database=str(tmp_path / "lago.sqlite"))
    tax = running.tax()
    shutil.copy(tmp_path / "lago.sqlite", tmp_path / "copy.sqlite")

    assert Calls(database=str(tmp_path / "copy.sqlite")).get("taxes/vat").body["tax"] == tax
    running.sandbox.close()


@pytest.mark.parametrize("damage", ["noise", "cut off", "folder", "nowhere"])
def test_a_file_that_is_no_sandbox_is_said_to_be_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "lago.sqlite"
    kept = Calls(database=str(path))
    kept.tax()
    kept.sandbox.close()
    match damage:
        case "noise":
            path.write_bytes(b"noise" * 1000)
        case "cut off":
            path.write_bytes(path.read_bytes()[:5000])
        case "folder":
            path = tmp_path
        case "nowhere":
            path = tmp_path / "none" / "lago.sqlite"

    with pytest.raises(UnusableFileError, match=f"can't write to {path}: .*; delete that file, or name another"):
        Calls(database=str(path))


def test_a_file_that_is_damaged_while_it_runs_is_named_in_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "lago.sqlite"
    running = Calls(database=str(path))
    running.tax()
    path.write_bytes(b"noise" * 5000)
    reply = running.get("taxes")  # fails if the sandbox calls it its own fault

    assert reply.status == 500
    assert str(path) in reply.body["error"]
    running.sandbox.close()


@pytest.mark.parametrize(
    "path",
    [
        "subscriptions/s1/charges/calls/filters",
        "customers/c1/payment_methods",
        "activity_logs",
        "quotes/1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_what_lago_has_and_the_sandbox_has_not_is_said_and_not_swallowed(method: str, path: str) -> None:
    lago = Calls()
    lago.post("subscriptions", {})
    reply = lago.send(method, path, {})

    assert (reply.status, reply.body["error"]) == (501, f"Lago has {method} /api/v1/{path}, and this sandbox does not")


def test_a_deep_route_wins_over_a_code_with_slashes_wherever_it_was_listed() -> None:
    def shallow(*_: object) -> dict[str, object]:
        return {}

    def deep(*_: object) -> dict[str, object]:
        return {}

    router = Router((read_route("things/{code}", shallow), read_route("things/{code}/parts", deep)), abilities("HEAD"))

    assert router.find("GET", "things/a/parts") == (deep, ("a",))
    assert router.find("GET", "things/a/b") == (shallow, ("a/b",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_WORDS = """
name code rate interval amount_cents amount_currency pay_in_advance charges filters values key metadata properties
tax_codes billable_metric_id charge_model aggregation_type field_name recurring applies_to privileges value_type config
units add_on_id event_types webhook_url signature_algo coupon_type expiration expiration_at frequency percentage_rate
billing_configuration country email slug
"""
KEYS = st.sampled_from(_WORDS.split())
BODIES = st.dictionaries(KEYS, JSON, max_size=6)
ROOTS = {
    "taxes": "tax",
    "billable_metrics": "billable_metric",
    "add_ons": "add_on",
    "features": "feature",
    "plans": "plan",
    "coupons": "coupon",
    "webhook_endpoints": "webhook_endpoint",
    "customers": "customer",
    "subscriptions": "subscription",
    "applied_coupons": "applied_coupon",
}


@settings(max_examples=tries(60), deadline=None)
@given(st.sampled_from(sorted(ROOTS)), BODIES)
def test_no_body_makes_the_sandbox_itself_fail(path: str, body: dict[str, object]) -> None:
    """Lago's own crashes are among the answers; a fault of the sandbox would show on its error stream."""
    assert LAGO.post(path, {ROOTS[path]: body}).status in (200, 400, 403, 404, 405, 422, 500)


@settings(max_examples=tries(60), deadline=None)
@given(BODIES, st.dictionaries(KEYS, JSON, max_size=4))
def test_no_charge_or_organization_makes_the_sandbox_itself_fail(body: dict[str, object], properties: object) -> None:
    charge = {"billable_metric_id": METRIC["lago_id"], "code": "c", **body, "properties": properties}
    for path, root in (("plans/fuzzed/charges", "charge"), ("plans/fuzzed/fixed_charges", "fixed_charge")):
        assert LAGO.post(path, {root: {"add_on_code": "setup", **charge}}).status in (200, 400, 404, 422, 500)
    assert LAGO.put("organizations", {"organization": body}).status in (200, 400, 404, 422, 500)
    assert LAGO.put("billing_entities/sandbox", {"billing_entity": body}).status in (200, 400, 404, 422, 500)


LAGO = Calls(premium=True)
METRIC = LAGO.metric("fuzz_me")
LAGO.add_on()
LAGO.plan("fuzzed")
