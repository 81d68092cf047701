import json
from pathlib import Path
from typing import Any

import pytest

from tests.pricing.recorded import FILES, PRICES, main, verdicts


@pytest.mark.parametrize("name", FILES)
def test_every_recorded_fee_and_invoice_is_reproduced(name: str) -> None:
    found = tuple(verdicts(PRICES / name))
    assert sum(verdict.fees for verdict in found) > 100
    assert [str(difference) for verdict in found for difference in verdict.differences] == []


def doctored(folder: Path, name: str, **changes: Any) -> Path:
    """A file with the first case of that name, something in its invoice changed."""
    cases = map(json.loads, (PRICES / "cases.jsonl").read_text().splitlines())
    case = next(case for case in cases if case["id"] == name)
    case.setdefault("invoice", {}).update(changes)
    file = folder / "cases.jsonl"
    file.write_text(json.dumps(case))
    return file


SETUP = PRICES / "setup.json"


def test_a_figure_that_differs_is_named(tmp_path: Path) -> None:
    file = doctored(tmp_path, "sum_01", total_amount_cents=1)
    (verdict,) = verdicts(file, SETUP)
    (difference,) = verdict.differences
    assert (difference.case, difference.field, difference.expected) == ("sum_01", "total_amount_cents", 1)


def test_a_fee_too_many_is_named(tmp_path: Path) -> None:
    file = doctored(tmp_path, "sum_01", fees=[])
    (verdict,) = verdicts(file, SETUP)
    assert {difference.field for difference in verdict.differences} == {"fee"}


def test_an_invoice_that_should_have_failed_is_named(tmp_path: Path) -> None:
    file = doctored(tmp_path, "sum_01")
    file.write_text(json.dumps({**json.loads(file.read_text()), "billing_error": "no tier"}))
    (verdict,) = verdicts(file, SETUP)
    assert [difference.field for difference in verdict.differences] == ["billing_error"]


def test_the_runner_exits_1_and_counts_by_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = doctored(tmp_path, "sum_01", total_amount_cents=1)
    assert main([str(file), str(SETUP)]) == 1
    assert capsys.readouterr().out.splitlines()[0].split() == ["sum", "0", "/", "1", "cases,", "39", "fees"]


def test_the_runner_exits_0_when_all_agrees(tmp_path: Path) -> None:
    assert main([str(doctored(tmp_path, "sum_01")), str(SETUP)]) == 0


def test_files_without_a_price_list_of_their_own_use_the_repositorys(tmp_path: Path) -> None:
    for name in FILES:
        alone = tmp_path / f"kept_{name}"
        alone.write_text((PRICES / name).read_text().splitlines()[-1])
        assert main([str(alone)]) == 0
