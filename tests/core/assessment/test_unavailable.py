from dataclasses import replace

import pytest

from lago_gitops.core.assessment.unavailable import Why, reason, unavailable_kinds, way_out
from lago_gitops.core.model.kind import Gate
from lago_gitops.kinds import KINDS as REGISTRY
from tests.core.kinds import KINDS, NODE, desired, node

GATED = replace(NODE, gate=Gate(until="1.39"))


@pytest.mark.parametrize(
    ("kind", "why", "words", "help_"),
    [
        (NODE, Why.PERMISSION, "this API key may not read nodes", "give the key read and write permission on node"),
        (NODE, Why.LICENCE, "nodes need a Lago licence, but this Lago has none", "get a licence"),
        (
            GATED,
            Why.LICENCE,
            "nodes need a Lago licence before Lago 1.39, but this Lago has none",
            "update Lago to 1.39, or get a licence",
        ),
        (NODE, Why.RELEASE, "this Lago is too old for nodes", "update Lago to a newer release"),
        (
            replace(NODE, since="1.60"),
            Why.RELEASE,
            "this Lago is too old for nodes: they came with Lago 1.60",
            "update Lago to 1.60",
        ),
    ],
)
def test_why_a_kind_is_not_listed_is_said_with_what_would_help(kind: object, why: Why, words: str, help_: str) -> None:
    assert (reason(kind, why), way_out(kind, why)) == (words, help_)  # type: ignore[arg-type]


def test_no_release_helps_where_a_licence_is_needed_in_all() -> None:
    assert way_out(replace(NODE, gate=Gate(free=1)), Why.LICENCE) == "get a licence"


def test_a_kind_that_can_not_be_listed_is_not_an_empty_one_where_a_manifest_wants_it() -> None:
    [refusal] = unavailable_kinds([desired(node("a"))], {"node": Why.PERMISSION}, KINDS)
    assert (refusal.message, refusal.ways_out[1]) == ("this API key may not read nodes", "leave the manifest out")
    assert list(unavailable_kinds([desired(node("a"))], {"other": Why.PERMISSION}, KINDS)) == []


def test_features_needed_a_licence_once() -> None:
    assert reason(REGISTRY["feature"], Why.LICENCE) == (
        "features need a Lago licence before Lago 1.39, but this Lago has none"
    )
