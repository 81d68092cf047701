"""Usage of a closed period becomes rows by charge, filter and group, whose sums are what Lago tells."""

from typing import Any

from lago_gitops.bills.partitions.rows import flat, read
from lago_gitops.bills.partitions.usage import usage_rows
from tests.recorded_lago import answers


def periods() -> list[dict[str, Any]]:
    """Recorded: all of `usage`."""
    found = (answer for path, answer in answers("usage").items() if "/past_usage" in path)
    return [period for answer in found for period in answer.get("usage_periods") or ()]


def test_rows_add_up_to_the_usage_of_their_charge() -> None:
    buckets = 0
    for period in periods():
        rows = tuple(usage_rows(period, "s", "p"))
        for usage in period["charges_usage"]:
            mine = [row.fee for row in rows if row.place.charge == usage["charge"]["code"]]
            assert sum(fee.events_count for fee in mine) == usage["events_count"]
            assert sum(fee.amount_cents for fee in mine) == usage["amount_cents"]
        buckets += sum(bool(row.fee.filters or row.fee.group) for row in rows)
        assert [read(flat(row)).fee.units for row in rows] == [row.fee.units for row in rows]
    assert buckets > 5
