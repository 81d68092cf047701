import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.saved_plan import AGAIN, PlanFileError, check_target, sealed, verify

ORGANIZATION = {"url": "https://lago.example", "lago_id": "7f3c", "name": "Acme"}
PLAN = sealed({"format_version": "1.0", "expires_at": "2027-01-02T00:00:00Z", "organization": ORGANIZATION})


def refusal(document: dict[str, Any], now: str = "2027-01-01T00:00:00Z") -> str:
    with pytest.raises(PlanFileError) as refused:
        verify(document, now)
    return str(refused.value)


def test_a_plan_as_it_was_made_is_good() -> None:
    verify(PLAN, "2027-01-01T23:59:59Z")
    verify(dict(reversed(PLAN.items())), "2027-01-01T23:59:59Z")


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.dictionaries(st.text("aü漢😀"), st.none())))
def test_the_seal_is_that_of_sorted_json_in_utf_8(document: dict[str, Any]) -> None:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert sealed(document)["seal"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("value", ["\ud800", 10**30])
def test_what_only_python_writes_is_sealed_too(value: object) -> None:
    verify(sealed({**PLAN, "more": value}), "2027-01-01T00:00:00Z")
    assert refusal({**PLAN, "more": value}).startswith("it was edited")


def test_any_change_shows() -> None:
    edited = f"it was edited after it was saved; {AGAIN}"
    assert refusal({**PLAN, "expires_at": "2028-01-01T00:00:00Z"}) == edited
    assert refusal({**PLAN, "more": 1}) == edited
    assert refusal({key: value for key, value in PLAN.items() if key != "seal"}) == edited


def test_it_is_good_for_a_while_only() -> None:
    assert refusal(PLAN, "2027-01-02T00:00:00Z") == f"it expired at 2027-01-02T00:00:00Z; {AGAIN}"


def test_another_major_version_is_another_format() -> None:
    assert refusal(sealed({**PLAN, "format_version": "2.0"})).startswith("its format is '2.0'")
    verify(sealed({**PLAN, "format_version": "1.9"}), "2027-01-01T00:00:00Z")


def test_it_is_for_one_organization_of_one_server() -> None:
    check_target(PLAN, "https://lago.example", "7f3c")
    with pytest.raises(PlanFileError, match=r"for organization 7f3c \(Acme\), not 1111"):
        check_target(PLAN, "https://lago.example", "1111")
    with pytest.raises(PlanFileError, match=r"for https://lago\.example, not https://other\.example"):
        check_target(PLAN, "https://other.example", "7f3c")
