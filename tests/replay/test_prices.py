"""Recorded prices, sent to the sandbox as a program would: the same invoices, to the last digit."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pricing.recorded.setup import PRICES, RECORDINGS
from tests.replay.billing import FILES, REASONS, setup_of, verdicts
from tests.replay.prices import verdict
from tests.replay.timelines import timeline_verdict

EVERY = 24  # case of the quick test


@pytest.mark.slow
@pytest.mark.parametrize(("file", "bills"), [(PRICES, verdict), (RECORDINGS / "premium", timeline_verdict)])
def test_a_sample_of_the_recordings_bills_alike(file: Path, bills: Any) -> None:
    prices = json.loads((file / "setup.json").read_text(encoding="utf-8"))
    for line in (file / "cases.jsonl").read_text(encoding="utf-8").splitlines()[::EVERY]:
        case = json.loads(line)
        if case["id"] not in REASONS:
            assert [str(each) for each in bills(case, prices).differences] == []


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_recording_bills_alike(file: Path) -> None:
    found = {each.case: list(map(str, each.differences)) for each in verdicts(file, setup_of(file))}

    assert {case: differences for case, differences in found.items() if differences and case not in REASONS} == {}


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        ("regroup_paid", "the end of a period lists the paid fees that have no invoice"),
        ("regroup_late", "fees paid later wait for the next end"),
        ("regroup_ended", "what a subscription has paid is listed when it ends, and its days end then"),
        ("regroup_none_invoiced", "units that stay are dated to the period that they are paid for"),
        ("grace_upgrade", "a credit note on a draft counts once the draft is final"),
        ("override_empty", "overrides without a word in them make an overridden plan"),
        ("trial_tr_adv_on_billing_day", "the end of a trial bills nothing that the same hour bills"),
        ("gpct_text_bounds", "thresholds of usage that can't be rated aren't looked at"),
    ],
)
def test_a_rule_of_billing_holds_over_http(case: str, rule: str) -> None:
    folder = RECORDINGS / "premium"
    lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    found = next(each for each in map(json.loads, lines) if each["id"] == case)

    verdict_ = timeline_verdict(found, json.loads((folder / "setup.json").read_text(encoding="utf-8")))

    assert list(map(str, verdict_.differences)) == [], rule
