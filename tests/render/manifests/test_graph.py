import re

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.resources import Address
from lago_gitops.render.manifests.graph import dot, graph, graph_document, mermaid

PLAN, METRIC, TAX = Address("plan", "growth"), Address("billable_metric", "calls"), Address("tax", "vat")
FOUND = graph({PLAN: [METRIC, TAX, METRIC], METRIC: []})


def test_mermaid_draws_each_reference_once_and_what_nobody_describes_rounded() -> None:
    assert mermaid(FOUND) == "\n".join(
        (
            "flowchart LR",
            '  n0["billable_metric/calls"]',
            '  n1["plan/growth"]',
            '  n2(["tax/vat"])',
            "  n1 --> n0",
            "  n1 --> n2",
        )
    )


def test_dot_dashes_what_nobody_describes() -> None:
    assert '  n2 [label="tax/vat", style=dashed];' in dot(FOUND).splitlines()
    assert "  n1 -> n0;" in dot(FOUND).splitlines()


def test_the_document_has_nodes_and_edges() -> None:
    document = graph_document(FOUND)

    assert document["edges"] == [
        {"from": "plan/growth", "to": "billable_metric/calls"},
        {"from": "plan/growth", "to": "tax/vat"},
    ]
    assert [one["is_described"] for one in document["nodes"]] == [True, True, False]


@given(st.text(min_size=1, max_size=20))
def test_no_code_leaves_its_label(code: str) -> None:
    found = graph({Address("plan", code): []})

    assert re.fullmatch(r'  n0\["[^"<>\[\]`*\n]*"\]', mermaid(found).split("\n", 1)[1])
    assert len(dot(found).splitlines()) == 5
