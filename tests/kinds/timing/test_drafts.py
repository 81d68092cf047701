"""Which requests mark drafts. Measured on a server: draft_flags."""

import pytest

from lago_gitops.kinds.timing.drafts import marks_drafts


@pytest.mark.parametrize(
    ("method", "path", "field", "marks"),
    [
        ("PUT", "/plans/p", "name", True),
        ("PUT", "plans/p/", "", True),
        ("PUT", "plans/_", "", True),
        ("PUT", "plans/p/charges/c", "properties", False),
        ("POST", "plans/p", "name", False),
        ("DELETE", "plans/p", "", False),
        ("PUT", "billable_metrics/m", "filters", True),
        ("PUT", "billable_metrics/m", "name", False),
        ("DELETE", "billable_metrics/m", "", True),
        ("PUT", "billing_entities/e", "tax_codes", True),
        ("PUT", "billing_entities/e", "name", False),
        ("PUT", "taxes/t", "rate", False),
    ],
)
def test_few_requests_mark_drafts(method: str, path: str, field: str, marks: bool) -> None:
    assert marks_drafts(method, path, field) is marks
