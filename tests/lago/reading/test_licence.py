"""Whether a Lago has a licence."""

import httpx
import pytest

from lago_gitops.lago.connect import connect_reader
from lago_gitops.lago.reading.licence import has_licence
from lago_gitops.lago.target import IN_PROCESS, Secret


@pytest.mark.parametrize(
    ("status", "code", "found"),
    [
        (200, "", True),
        (403, "feature_unavailable", False),  # recorded: an-mrr
        (403, "read_action_not_allowed_for_analytic", True),
        (404, "resource_not_found", None),
        (501, "", True),  # Lago looks for its licence before anything else
    ],
)
def test_a_list_that_is_there_with_a_licence_only_tells(status: int, code: str, found: bool | None) -> None:
    body = {"mrrs": []} if status == 200 else {"status": status, "error": "No", "code": code}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    with connect_reader(IN_PROCESS, Secret("key"), transport=transport) as reader:
        assert has_licence(reader) is found
