from pathlib import Path

import pytest

from tests.sandbox.calls import Calls, charge

START = "2026-10-01T00:00:00Z"


def standing(**settings: object) -> Calls:
    lago = Calls(**settings)
    lago.post("/sandbox/clock", {"now": START})
    return lago


def test_a_clock_that_was_turned_stands() -> None:
    lago = standing()
    assert [lago.tax(code)["created_at"] for code in "ab"] == [START] * 2
    assert lago.get("/sandbox/clock").body == {"now": "2026-10-01T00:00:00.000000Z"}


def test_a_request_can_have_a_time_of_its_own() -> None:
    lago = standing()
    lago.now = "2026-10-05T12:00:00+02:00"
    assert lago.tax("a")["created_at"] == "2026-10-05T10:00:00Z"
    lago.now = None
    assert lago.tax("b")["created_at"] == START


def test_a_turned_clock_is_kept_in_the_database(tmp_path: object) -> None:
    database = f"{tmp_path}/lago.sqlite"
    standing(database=database).sandbox.close()
    assert Calls(database=database).tax()["created_at"] == START


@pytest.mark.parametrize("path", ["drain", "tick", "bill", "clock"])
def test_a_time_that_is_none_is_refused(path: str) -> None:
    reply = Calls().post(f"/sandbox/{path}", {"now": "noon"})
    assert reply.status == 422
    assert reply.details == {"now": ["'noon' isn't an ISO 8601 time: write it like 2026-10-01T00:00:00Z"]}


def test_a_control_that_is_none_is_not_found() -> None:
    assert Calls().post("/sandbox/nope").status == 404
    assert Calls().get("/sandbox/drain").status == 404


def test_jobs_run_at_the_time_that_is_said() -> None:
    lago = standing(jobs="manual")
    lago.plan()
    lago.delete("plans/basic")
    assert lago.post("/sandbox/drain", {"now": "2026-10-02T00:00:00Z"}).body == {"jobs": 1}
    assert lago.get("plans/basic").status == 404


def test_a_seed_gives_what_the_api_can_not() -> None:
    lago = standing()
    custom = {"code": "tokens", "field_name": "count"}
    seeded = lago.post(
        "/sandbox/seed",
        {"premium": True, "pricing_units": [{"code": "credits", "short_name": "CR"}], "custom_metrics": [custom]},
    )
    assert (seeded.status, seeded.body["premium"], seeded.body["custom_metrics"]) == (200, True, ["tokens"])
    assert lago.get("billable_metrics/tokens").body["billable_metric"]["aggregation_type"] == "custom_agg"

    unit = {"code": "credits", "conversion_rate": "0.5"}
    priced = charge(lago.get("billable_metrics/tokens").body["billable_metric"], applied_pricing_unit=unit)
    lago.plan(charges=[priced])
    lago.post("customers", {"customer": {"external_id": "c1"}})
    lago.subscription(subscription_at=START)
    for at, count in enumerate((3, 4)):
        event = {"transaction_id": f"e{at}", "external_subscription_id": "s1", "code": "tokens"}
        lago.post("events", {"event": {**event, "properties": {"count": count}, "timestamp": 1790900000}})
    lago.post("/sandbox/clock", {"now": "2026-11-01T01:00:00Z"})

    [fee] = [each for each in lago.get("fees").body["fees"] if each["item"]["code"] == "tokens"]
    assert (fee["units"], fee["amount_cents"], fee["pricing_unit_details"]["short_name"]) == ("7.0", 350, "CR")


def test_seeds_add_up_and_the_last_word_on_the_licence_counts() -> None:
    lago = Calls(pricing_units=("credits",))
    lago.post("/sandbox/seed", {"premium": True, "pricing_units": [{"code": "tokens"}]})
    seeded = lago.post("/sandbox/seed", {"premium": False, "premium_integrations": ["preview"]}).body
    assert [each["code"] for each in seeded["pricing_units"]] == ["credits", "tokens"]
    assert (seeded["premium"], seeded["premium_integrations"]) == (False, ["preview"])
    lago.post("/sandbox/reset")
    assert [each["code"] for each in lago.post("/sandbox/seed", {}).body["pricing_units"]] == ["credits"]


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (
            {"premum": True},
            {"premum": ["is unknown: write premium, premium_integrations, pricing_units, custom_metrics"]},
        ),
        ({"premium": "yes"}, {"premium": ["must be true or false"]}),
        ({"pricing_units": ["credits"]}, {"pricing_units": ["must be a list of objects"]}),
        ({"pricing_units": [{"short_name": "CR"}]}, {"pricing_units[0].code": ["is missing"]}),
    ],
)
def test_a_seed_of_another_form_is_refused(body: object, details: object) -> None:
    reply = Calls().post("/sandbox/seed", body)
    assert (reply.status, reply.details) == (422, details)


def test_a_custom_metric_bills_as_an_aggregation_that_there_is() -> None:
    reply = Calls().post("/sandbox/seed", {"custom_metrics": [{"code": "x", "bills_as": "custom_agg"}]})
    assert list(reply.details) == ["custom_metrics[0].bills_as"]


@pytest.mark.parametrize("database", [":memory:", "lago.sqlite"])
def test_a_snapshot_brings_everything_back(tmp_path: Path, database: str) -> None:
    lago = standing(database=database if database == ":memory:" else str(tmp_path / database))
    before = lago.tax("a")
    lago.metric()
    lago.post("events", {"event": {"transaction_id": "e", "external_subscription_id": "s1", "code": "calls"}})
    assert lago.post("/sandbox/snapshot", {"name": "start"}).body == {"snapshots": ["start"]}
    for _ in range(2):
        lago.post("/sandbox/clock", {"now": "2026-12-01T00:00:00Z"})
        lago.post("/sandbox/seed", {"premium": True})
        lago.delete("taxes/a")
        lago.tax("b")
        lago.post("events", {"event": {"transaction_id": "f", "external_subscription_id": "s1", "code": "calls"}})
        assert lago.post("/sandbox/restore", {"name": "start"}).body == {"now": "2026-10-01T00:00:00.000000Z"}
        assert lago.get("taxes").body["taxes"] == [before]
        assert [each["transaction_id"] for each in lago.get("events").body["events"]] == ["e"]
        assert lago.post("/sandbox/seed", {}).body["premium"] is False
    lago.sandbox.close()


def test_a_clock_that_ran_runs_again_after_a_restore() -> None:
    lago = Calls()
    lago.post("/sandbox/snapshot")
    standing_at = lago.post("/sandbox/clock", {"now": "2001-01-01T00:00:00Z"}).body
    assert lago.post("/sandbox/restore").body["now"] > standing_at["now"]


def test_a_snapshot_that_is_none_is_refused() -> None:
    lago = Calls()
    lago.post("/sandbox/snapshot", {"name": "a"})
    assert lago.post("/sandbox/restore", {"name": "b"}).details == {"name": ["there is no snapshot 'b'; there are: a"]}
    assert lago.post("/sandbox/snapshot", {"name": 5}).details == {"name": ["5 isn't a name: write a text"]}


@pytest.mark.slow
def test_webhooks_verify_with_the_same_key_after_a_reset() -> None:
    lago = Calls()
    before = lago.get("webhooks/json_public_key").body
    lago.post("/sandbox/reset")
    assert lago.get("webhooks/json_public_key").body == before
