"""An audit that stopped goes on where it was."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.bills.audit.billed import moment
from lago_gitops.disk import NotWrittenError
from lago_gitops.workflow.audit.log import Log
from lago_gitops.workflow.audit.pages import Cursor
from lago_gitops.workflow.audit.run import FeePeriod
from tests.recorded_lago import Answers, RecordedLago, answers
from tests.workflow.audit.auditing import GIT, V1, audit, organization


class StoppedError(Exception):
    """Lago is gone."""


def stopping(page: int) -> RecordedLago:
    """An organization whose fees come five times, in 8 pages, and which goes away before one of them."""
    lago = organization()
    lago.lists["fees"] = [{**row, "lago_id": f"{row['lago_id']}-{n}"} for n in range(5) for row in lago.lists["fees"]]

    def stop(_: RecordedLago, asked: str) -> None:
        if asked.startswith("fees") and asked.endswith(f"&page={page}"):
            raise StoppedError

    lago.before = stop
    return lago


@pytest.mark.slow
@pytest.mark.parametrize("page", [2, 5, 8])
def test_it_finds_the_same_as_one_that_never_stopped(page: int, tmp_path: Path) -> None:
    lago = stopping(page)
    with pytest.raises(StoppedError):
        audit(lago, GIT, tmp_path)
    lago.before = lambda *_: None
    lago.asked.clear()
    resumed = audit(lago, GIT, tmp_path, goes_on=True)
    assert sum(path.startswith("fees") for path in lago.asked) <= 8 - page + 2 + 4  # of which some were asked ahead
    whole = audit(stopping(99), GIT, tmp_path)
    assert resumed.document == whole.document
    assert resumed.differences == whole.differences
    assert len(whole.differences) == 5 * 23


def test_a_line_that_was_not_finished_is_read_again(tmp_path: Path) -> None:
    lago = stopping(5)
    with pytest.raises(StoppedError):
        audit(lago, GIT, tmp_path)
    log = tmp_path / "audit.jsonl"
    log.write_bytes(log.read_bytes()[:-30])
    lago.before = lambda *_: None
    assert len(audit(lago, GIT, tmp_path, goes_on=True).differences) == 5 * 23


def test_without_being_told_to_go_on_it_starts_again(tmp_path: Path) -> None:
    lago = stopping(5)
    with pytest.raises(StoppedError):
        audit(lago, GIT, tmp_path)
    lago.before = lambda *_: None
    assert len(audit(lago, GIT, tmp_path).differences) == 5 * 23


def test_an_audit_of_something_else_does_not_go_on(tmp_path: Path) -> None:
    audit(organization(), GIT, tmp_path)
    other = audit(organization(), {"2026-08-25": V1}, tmp_path, FeePeriod(moment("2026-11-01")), goes_on=True)
    assert other.summary.fees == sum(row["created_at"] >= "2026-11" for row in organization().lists["fees"])


def test_what_was_found_is_for_its_owner_to_read(tmp_path: Path) -> None:
    log = Log(tmp_path / "a" / "audit.jsonl")
    log.begin({"audit": "1"})
    assert log.path.stat().st_mode & 0o077 == 0
    log.remove()
    assert list(log.pages()) == []
    assert not log.resume({"audit": "1"})


def test_a_file_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWrittenError, match="can't be written"):
        Log(tmp_path / "file" / "audit.jsonl").begin({})
    with pytest.raises(NotWrittenError, match="can't be written"):
        Log(tmp_path / "none" / "audit.jsonl").add(Cursor(), [])


@pytest.mark.slow
def test_ten_times_the_fees_take_no_more_memory(tmp_path: Path) -> None:
    few, many = (_peak_bytes(times, tmp_path) for times in (10, 100))
    assert many < 1.5 * few


def _peak_bytes(times: int, folder: Path) -> int:
    lago = RepeatedLago(answers("audit"), times)
    tracemalloc.start()
    audit(lago, GIT, folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


class RepeatedLago(RecordedLago):
    """Has every fee so many times, and makes each page when it is asked for."""

    def __init__(self, recorded: Answers, times: int) -> None:
        super().__init__(recorded)
        self.times = times

    def _answer(self, path: str, query: dict[str, str]) -> Any:
        if path != "fees":
            return super()._answer(path, query)
        fees, size, number = self.lists["fees"], int(query["per_page"]), int(query["page"])
        total = self.times * len(fees)
        turns = (divmod(at, len(fees)) for at in range((number - 1) * size, min(number * size, total)))
        rows = [{**fees[at], "lago_id": f"{fees[at]['lago_id']}-{turn}"} for turn, at in turns]
        return {"fees": rows, "meta": {"total_pages": -(-total // size), "total_count": total}}
