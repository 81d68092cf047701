"""An organization some of whose fees don't follow Git. Recorded: audit."""

import json
from collections import Counter
from pathlib import Path

import pytest

from lago_gitops.bills.audit.billed import moment
from lago_gitops.workflow.audit.run import FeePeriod
from tests.recorded_lago import FOLDER
from tests.workflow.audit.auditing import GIT, V1, V2, Found, audit, organization

STORAGE = "f84ca880-54ed-4e71-9e17-21aeff71ac92"  # the charge of plan basic
EXPECTED = json.loads((FOLDER / "audit" / "expected.json").read_text())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return audit(organization(), GIT, tmp_path_factory.mktemp("audit"))


def test_exactly_the_fees_that_do_not_follow_git_are_found_to_the_cent(found: Found) -> None:
    assert found.expected == {
        each["fee"]: (each["amount_cents"], each["git_amount_cents"]) for each in EXPECTED["not_as_git_says"]
    }
    assert (found.summary.fees, found.summary.following) == (157, 134)


def test_each_is_named_with_its_invoice_and_subscription(found: Found) -> None:
    assert {(each["fee"], each["invoice"], each["subscription"]) for each in found.differences} == {
        (each["fee"], each["invoice"], each["subscription"]) for each in EXPECTED["not_as_git_says"]
    }
    assert all(each["invoice_number"] for each in found.differences if each["invoice"])


def test_overridden_subscriptions_are_told_apart(found: Found) -> None:
    overridden = {each["fee"] for each in EXPECTED["not_as_git_says"] if each["why"].startswith("overridden")}
    assert {each["fee"] for each in found.differences if each["overridden"]} == overridden


def test_the_likely_reason_is_a_price_changed_in_lago_alone(found: Found) -> None:
    reasons = Counter((each["plan"], each["charge"], each["reason"]) for each in found.differences)
    assert reasons["basic", "storage", "changed_in_lago"] == 4
    assert reasons["pay", "volume", "changed_in_between"] == 4
    messages = {each["charge"]: each["message"] for each in found.differences if not each["overridden"]}
    assert messages["storage"].endswith("git/v2: charges.storage.amount 0.1 → 0.12")
    assert "rate 1.5, fixed_amount 0.25" in messages["volume"]


def test_since_when_is_said_of_each_charge(found: Found) -> None:
    storage = next(
        each for each in found.document["charges"] if each["plan"] == "basic" and each["charge"] == "storage"
    )
    billed = sorted(
        row["created_at"]
        for row in organization().lists["fees"]
        if row["lago_charge_id"] == STORAGE and not row["item"]["filters"]
    )
    assert storage["followed_until"] == max(at for at in billed if at < "2026-11")
    assert storage["first"] == min(at for at in billed if at > "2026-11")


def test_an_overridden_plan_that_kept_an_old_price_says_whose(found: Found) -> None:
    kept = [each["message"] for each in found.differences if each["charge"] in {"api", "sms"}]
    assert len(kept) == 10
    assert all(message.endswith("that of " + str(V1)) for message in kept)


def test_the_price_list_of_the_time_decides_and_no_other(tmp_path: Path) -> None:
    """With the newest one for all, fees from before it look wrong: those of September and of early events."""
    found = audit(organization(), {"2026-08-25": V2}, tmp_path)
    late = [each for each in found.differences if each["created_at"] < "2026-10-10T12" and not each["overridden"]]
    assert {each["charge"] for each in late} == {"api", "sms"}
    assert all(each["reason"] == "changed_in_between" for each in late)


def test_a_price_applied_late_is_told_from_one_applied_early(tmp_path: Path) -> None:
    late = audit(organization(), {"2026-08-25": V1, "2026-10-01": V2}, tmp_path)
    early = audit(organization(), {"2026-08-25": V1, "2026-11-10": V2}, tmp_path)
    assert {each["charge"] for each in late.differences if each["reason"] == "earlier_price"} == {"api", "sms"}
    assert {each["charge"] for each in early.differences if each["reason"] == "later_price"} == {"api", "sms"}


def test_fees_from_before_the_first_price_list_are_left_unchecked(tmp_path: Path) -> None:
    found = audit(organization(), {"2026-10-10T12:00Z": V2}, tmp_path)
    why = {why for why, _ in found.summary.unchecked}
    assert why == {"older than the first price list"}
    assert found.summary.fees == 157


def test_a_period_has_the_fees_created_in_it(tmp_path: Path) -> None:
    lago = organization()
    october = FeePeriod(moment("2026-10-01"), moment("2026-11-01"))
    found = audit(lago, GIT, tmp_path, october)
    everything = [row["created_at"] for row in lago.lists["fees"]]
    assert found.summary.fees == sum("2026-10-01" <= at < "2026-11-01" for at in everything)
    asked = next(path for path in lago.asked if path.startswith("fees"))
    assert "created_at_from=2026-10-01T00%3A00%3A00Z&created_at_to=2026-11-01T00%3A00%3A00Z" in asked


def test_few_requests_are_needed_beside_the_fees(tmp_path: Path) -> None:
    lago = organization()
    found = audit(lago, GIT, tmp_path)
    counts = Counter(path.partition("/")[0].partition("?")[0] for path in lago.asked)
    assert counts["fees"] == 2
    assert counts["invoices"] == len({each["invoice"] for each in found.differences} - {None})
    assert counts["subscriptions"] <= 14
