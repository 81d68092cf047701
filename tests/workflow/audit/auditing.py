"""An audit of a recorded organization, as a test asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lago_gitops.bills.audit.billed import moment
from lago_gitops.bills.audit.summary import Summary, summary_document
from lago_gitops.project import Environment
from lago_gitops.workflow.audit.log import Log
from lago_gitops.workflow.audit.price_lists import PriceLists, Stated, stated_price_lists
from lago_gitops.workflow.audit.run import Audit, FeePeriod, audited
from tests.recorded_lago import FOLDER, RecordedLago, answers

ENVIRONMENT = Environment("live")
V1, V2 = FOLDER / "audit" / "git" / "v1", FOLDER / "audit" / "git" / "v2"
GIT = {"2026-08-25T09:00:00Z": V1, "2026-10-10T12:00:00Z": V2}


@dataclass(frozen=True, slots=True)
class Found:
    summary: Summary
    differences: tuple[dict[str, Any], ...]

    @property
    def expected(self) -> dict[str, tuple[int, int | None]]:
        """By fee, what Lago billed and what the price list says."""
        return {each["fee"]: (each["amount_cents"], each["expected_amount_cents"]) for each in self.differences}

    @property
    def document(self) -> dict[str, Any]:
        return summary_document(self.summary)


def organization() -> RecordedLago:
    """14 customers over three months, of whose 157 fees 23 don't follow Git."""
    return RecordedLago(answers("audit"))


def audit(
    lago: RecordedLago,
    lists: Mapping[str, Path] | PriceLists,
    folder: Path,
    period: FeePeriod = FeePeriod(),  # noqa: B008 -- a value
    *,
    goes_on: bool = False,
) -> Found:
    if not isinstance(lists, PriceLists):
        stated = (Stated(moment(when), place) for when, place in lists.items())
        lists = stated_price_lists(stated, ENVIRONMENT)
    log = Log(folder / "audit.jsonl")
    with lago.access.reader() as client:
        wanted = Audit(client, lists, period, log, goes_on)
        found = audited(wanted, lago.access, ENVIRONMENT, lambda *_: None)
    return Found(found.summary, tuple(log.differences()))
