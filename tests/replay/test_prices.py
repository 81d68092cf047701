"""Recorded prices, sent to the sandbox as a program would: the same invoices, to the last digit."""

import json
from pathlib import Path

import pytest

from tests.pricing.recorded.setup import PRICES
from tests.replay.prices import FILES, REASONS, setup_of, verdict, verdicts

EVERY = 24  # case of the quick test


def test_a_sample_of_the_recordings_bills_alike() -> None:
    prices = json.loads((PRICES / "setup.json").read_text(encoding="utf-8"))
    lines = (PRICES / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[::EVERY]:
        case = json.loads(line)
        if case["id"] not in REASONS:
            assert [str(each) for each in verdict(case, prices).differences] == []


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_recording_bills_alike(file: Path) -> None:
    found = {each.case: list(map(str, each.differences)) for each in verdicts(file, setup_of(file))}

    assert {case: differences for case, differences in found.items() if differences and case not in REASONS} == {}
