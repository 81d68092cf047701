from tests.sandbox.calls import Calls


def test_figures_need_a_licence() -> None:
    """Recorded: an-mrr."""
    refused = Calls().get("analytics/mrr")
    assert (refused.status, refused.body["code"]) == (403, "feature_unavailable")
    assert Calls(premium=True).get("analytics/mrr").body == {"mrrs": []}
