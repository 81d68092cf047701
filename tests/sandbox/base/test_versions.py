import pytest

from lago_gitops.sandbox.base.versions import abilities
from tests.sandbox.calls import Calls, charge


@pytest.mark.parametrize("version", ["HEAD", "production", "2026-08-21", "2.0.0", "v1.51.0", "1.51"])
def test_what_is_no_older_release_can_do_everything(version: str) -> None:
    assert abilities(version) == abilities("HEAD")


def test_abilities_come_with_their_release() -> None:
    assert not abilities("1.43.9").webhook_event_types
    assert abilities("1.44.0").webhook_event_types


PATHS = ("charges", "charges/c", "charges/c/filters", "fixed_charges", "fixed_charges/f", "metadata", "metadata/k")


@pytest.mark.parametrize("path", PATHS)
def test_before_1_39_a_nested_path_is_taken_for_the_code_of_a_plan(path: str) -> None:
    lago = Calls(lago_version="1.38.0")
    lago.plan(charges=[charge(lago.metric())])
    nested = f"plans/basic/{path}"
    assert lago.post(nested, {"charge": {}}).code == "resource_not_found"
    assert (lago.get(nested).code, lago.delete(nested).code) == ("plan_not_found", "plan_not_found")
    for send in (lago.put, lago.patch):
        reply = send(nested, {"charge": {"code": "c"}})
        assert (reply.status, reply.body["error"][-4:]) == (400, "plan")


def test_before_1_39_metadata_is_dropped_and_missing_amounts_are_no_numbers() -> None:
    lago = Calls(lago_version="1.38.0")
    assert "metadata" not in lago.plan(metadata={"a": 5})
    refused = lago.post("plans", {"plan": {"name": "n", "code": "c", "interval": "monthly", "amount_currency": "USD"}})
    assert refused.details["amount_cents"] == refused.details["amount"] == ["is not a number"]


def test_before_1_51_a_count_keeps_its_field() -> None:
    assert Calls(lago_version="1.50.0").metric(field_name="f")["field_name"] == "f"
    assert Calls().metric(field_name="f")["field_name"] is None
