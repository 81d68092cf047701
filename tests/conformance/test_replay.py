"""Every recorded request, sent to the sandbox as HEAD and as 1.38, is answered as Lago answered it."""

import json

import pytest

from tests.conformance.normal_form import Names, normal
from tests.conformance.replay import LISTS, VERSIONS, Result, Verdict, replayed, states
from tests.conformance.report import difference, table

# Steps of a version whose answer may differ, each with its reason. There is none today.
EXCEPTIONS: dict[str, dict[str, str]] = {"HEAD": {}, "1.38.0": {}}
MOST_EXCEPTIONS = 5
RECORDED = {"api": 168, "odd": 205}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("steps", LISTS)
def test_the_sandbox_answers_as_lago_did(steps: str, version: str) -> None:
    results = replayed(steps, version)
    differing = [result for result in results if result.verdict is Verdict.DIFFERS]
    unexplained = [result for result in differing if result.step not in EXCEPTIONS[version]]
    assert not unexplained, "\n".join(f"{result.step}\n{difference(result)}" for result in unexplained)
    assert sum(result.verdict is Verdict.AGREED for result in results) == RECORDED[steps] - len(differing)


@pytest.mark.parametrize("version", VERSIONS)
def test_exceptions_are_few_and_have_reasons(version: str) -> None:
    assert len(EXCEPTIONS[version]) <= MOST_EXCEPTIONS
    assert all(EXCEPTIONS[version].values())


@pytest.mark.slow
def test_what_the_requests_leave_behind_reads_as_in_lago() -> None:
    compared = list(states("odd", "HEAD", "odd"))
    assert len(compared) > 150
    assert not [result.step for result in compared if result.expected != result.actual]


def test_an_answer_that_differs_is_told() -> None:
    same = {"tax": {"rate": 20.0}}
    other = Result("tax-get", "taxes", Verdict.DIFFERS, same, {"tax": {"rate": 21.0}})
    assert '-  "rate": 20.0' in difference(other)
    assert "taxes                   0/1" in table([other])


def test_an_id_that_changes_is_told_from_one_that_stays() -> None:
    first, second = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    stays, changes = Names(), Names()
    assert normal([{"lago_id": first}, {"lago_id": first}], stays) != normal(
        [{"lago_id": first}, {"lago_id": second}], changes
    )


def test_lists_that_lago_leaves_unordered_are_compared_as_sets() -> None:
    one, two = {"code": "a"}, {"code": "b"}
    assert normal({"charges": [one, two]}, Names()) == normal({"charges": [two, one]}, Names())
    assert normal({"coupons": [one, two]}, Names()) != normal({"coupons": [two, one]}, Names())


def test_a_time_that_was_sent_is_compared_and_one_of_the_server_is_not() -> None:
    def body(created: str, expiration: str) -> object:
        return json.loads(json.dumps({"created_at": created, "expiration_at": expiration}))

    kept = normal(body("2026-11-22T03:52:20Z", "2099-01-01T00:00:00Z"), Names())
    assert kept == normal(body("2027-01-01T00:00:00Z", "2099-01-01T00:00:00Z"), Names())
    assert kept != normal(body("2026-11-22T03:52:20Z", "2098-01-01T00:00:00Z"), Names())
