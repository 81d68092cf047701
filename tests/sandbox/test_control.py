import pytest

from tests.sandbox.calls import Calls

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
    assert reply.details == {"now": ["'noon' is no ISO 8601 time: write it like 2026-10-01T00:00:00Z"]}


def test_a_control_that_is_none_is_not_found() -> None:
    assert Calls().post("/sandbox/nope").status == 404
    assert Calls().get("/sandbox/drain").status == 404


def test_jobs_run_at_the_time_that_is_said() -> None:
    lago = standing(jobs="manual")
    lago.plan()
    lago.delete("plans/basic")
    assert lago.post("/sandbox/drain", {"now": "2026-10-02T00:00:00Z"}).body == {"jobs": 1}
    assert lago.get("plans/basic").status == 404
