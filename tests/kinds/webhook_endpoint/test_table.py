from typing import Any

import pytest

from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds.webhook_endpoint.table import WEBHOOK_ENDPOINT
from tests.kinds.forms import SHAPES, as_written

URL = "https://hooks.example.com/a"


def events(*types: str) -> Any:
    return as_written(WEBHOOK_ENDPOINT, {"event_types": list(types)})["event_types"]


# recorded: wh-full
def test_event_types_are_small_letters_without_blanks_and_once() -> None:
    assert events(" PLAN.CREATED ", "plan.updated", "plan.created") == ("plan.created", "plan.updated")


# recorded: wh-star, wh-empty
def test_a_star_is_all_events_which_is_null_and_no_events_are_an_empty_list() -> None:
    assert events("*") is events(" * ") is as_written(WEBHOOK_ENDPOINT, {})["event_types"] is None
    assert events() == ()


def problems(url: str) -> list[str]:
    found = SHAPES.problems(Manifest("w.yaml", {"kind": "webhook_endpoint", "webhook_url": url}))
    return [problem.message for problem in found]


# recorded: hookurl-0 to hookurl-6
@pytest.mark.parametrize(
    "url",
    [
        *(URL, "http://u:p@HOST:1/?t=s#f", "HTTPS://10.0.0.1", "http://localhost/", "https://a_b.example.com:99999/x"),
        *("https://[::1]:8443", "https://x?q={a}|b", "https://x/%7Bid%7D"),
    ],
)
def test_addresses_that_lago_takes(url: str) -> None:
    assert problems(url) == []


# recorded: hookurl-4, hookurl-7
@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a", "https://a/ü", "https://a b", "https://", "a", f"{URL}\n", "https://[bad", "https://%zz"),
        *("https:///path", "https://?x", "https://exa{mple}.com", "https://x/{id}"),
    ],
)
def test_addresses_that_it_refuses(url: str) -> None:
    assert problems(url) == [f"webhook_url can't be {url!r}"]
