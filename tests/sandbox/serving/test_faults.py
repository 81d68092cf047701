"""Faults happen to the requests they are meant for, and to no others."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import httpx
import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.fault_rules import Conditions, Fault, FaultRule, parse_rule
from lago_gitops.sandbox.serving.faults import MEDDLED, Faulty
from lago_gitops.sandbox.serving.server import serve

TAX = {"tax": {"name": "VAT", "code": "vat", "rate": "20"}}


@contextmanager
def lago(*rules: str) -> Iterator[httpx.Client]:
    """A sandbox with faults, over HTTP."""
    sandbox = Sandbox(Settings())
    faulty = Faulty(sandbox, map(parse_rule, rules), sleep=lambda _: None)
    key = {"Authorization": "Bearer sandbox"}
    with serve(faulty) as url, httpx.Client(base_url=f"{url}/api/v1", headers=key, verify=False, timeout=120) as client:
        yield client
    sandbox.close()


def made(client: httpx.Client) -> list[str]:
    return [tax["code"] for tax in client.get("/taxes").json()["taxes"]]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("500-before", FaultRule(Fault.ERROR_BEFORE)),
        ("reset-after@PUT,2", FaultRule(Fault.RESET_AFTER, Conditions(frozenset({"PUT"}), first=2, last=2))),
        ("latency=0.2@/plans*", FaultRule(Fault.LATENCY, Conditions(path="/plans*"), 0.2)),
        (
            "429=3@write,2-4",
            FaultRule(Fault.LIMITED, Conditions(frozenset({"POST", "PUT", "PATCH", "DELETE"}), "*", 2, 4), 3.0),
        ),
        ("502-before@read,5-", FaultRule(Fault.PROXY_BEFORE, Conditions(frozenset({"GET"}), first=5))),
        ("truncated@10%", FaultRule(Fault.TRUNCATED, Conditions(share=0.1))),
    ],
)
def test_a_rule_is_written_in_one_word(text: str, rule: FaultRule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    "text", ["", "501", "500-before@often", "latency=soon", "429=-1", "reset-before@0", "shifted@,"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no fault|isn.t a condition|is not a number"):
        parse_rule(text)


@pytest.mark.parametrize(("fault", "is_made"), [("reset-before", False), ("reset-after", True), ("truncated", True)])
def test_a_connection_that_ends_is_an_error_of_the_connection(fault: str, is_made: bool) -> None:
    with lago(f"{fault}@POST") as client:
        with pytest.raises(httpx.TransportError):
            client.post("/taxes", json=TAX)
        assert made(client) == (["vat"] if is_made else [])


@pytest.mark.parametrize(
    ("fault", "status", "kind", "is_made"),
    [
        ("500-before", 500, "application/json", False),
        ("500-after", 500, "application/json", True),
        ("502-before", 502, "text/html", False),
        ("502-after", 502, "text/html", True),
        ("429=7", 429, "application/json", False),
        ("429-bare", 429, None, False),
        ("invalid-json", 200, "application/json", True),
        ("latency", 200, "application/json", True),
    ],
)
def test_an_answer_tells_nothing_of_what_became_of_the_request(
    fault: str, status: int, kind: str | None, is_made: bool
) -> None:
    with lago(f"{fault}@POST") as client:
        answer = client.post("/taxes", json=TAX)

        assert (answer.status_code, (answer.headers.get("content-type") or "").split(";")[0]) == (status, kind or "")
        assert made(client) == (["vat"] if is_made else [])


def test_a_limit_says_how_long_to_stay_away() -> None:
    with lago("429=7") as client:
        assert client.get("/taxes").headers["x-ratelimit-reset"] == "7"


def test_a_fault_without_a_limit_of_its_own_leaves_headers_out() -> None:
    with lago("429-bare") as client:
        assert not [name for name in client.get("/taxes").headers if name.startswith("x-ratelimit")]


def test_only_the_requests_that_meet_every_condition_are_hit() -> None:
    with lago("500-before@GET,/taxes*,2-3") as client:
        statuses = [client.get(path).status_code for path in ("/taxes", "/plans", "/taxes", "/taxes/x", "/taxes")]

    assert statuses == [200, 200, 500, 500, 200]


def test_a_shifted_list_has_fewer_rows_than_it_says() -> None:
    with lago("shifted@GET,1") as client:
        client.post("/taxes", json=TAX)
        answer = client.get("/taxes").json()

    assert (answer["taxes"], answer["meta"]["total_count"]) == ([], 1)


@pytest.mark.parametrize(
    ("collection", "root", "made"),
    [
        ("taxes", "tax", {"name": "N", "code": "c", "rate": "20"}),
        (
            "plans",
            "plan",
            {
                "name": "N",
                "code": "c",
                "interval": "yearly",
                "amount_cents": 1,
                "amount_currency": "EUR",
                "pay_in_advance": False,
                "bill_charges_monthly": True,
            },
        ),
    ],
)
def test_meddling_renames_and_leaves_the_rest(collection: str, root: str, made: dict[str, Any]) -> None:
    with lago(f"meddling@GET,/{collection}/c,2") as client:
        client.post(f"/{collection}", json={root: made})
        before, after = (client.get(f"/{collection}/c").json()[root] for _ in range(2))

    assert after == {**before, "name": f"N{MEDDLED}"}


def test_a_share_of_requests_is_hit_the_same_on_every_run() -> None:
    def hits() -> list[int]:
        with lago("500-before@50%") as client:
            return [client.get("/taxes").status_code for _ in range(20)]

    first = hits()
    assert first == hits()
    assert set(first) == {200, 500}


def test_of_two_writes_under_way_at_a_time_a_dead_lock_rolls_back_the_second() -> None:
    carried_out: list[str] = []
    statuses: list[str] = []

    def post(path: str) -> None:
        request = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/api/v1{path}", "wsgi.input": BytesIO()}
        faulty(request, lambda status, _: statuses.append(status))

    def lago(environ: Any, start_response: Any) -> list[bytes]:
        carried_out.append(environ["PATH_INFO"])
        if environ["PATH_INFO"].endswith("/first"):
            post("/second")  # while the first is under way
        start_response("200 OK", [])
        return [b""]

    faulty = Faulty(lago, [parse_rule("deadlock@write")])
    post("/first")
    post("/third")

    assert statuses == ["500 Internal Server Error", "200 OK", "200 OK"]
    assert carried_out == ["/api/v1/first", "/api/v1/third"]
