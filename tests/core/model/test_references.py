from typing import Any

from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.references import kinds_named, references
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Field, Grants, Keyed, Many, Object, Reference, Text


def field(name: str, type_: Any) -> Field:
    return Field(name, type_, "")


ITEM = Object((field("code", Text()), field("of", Reference("metric")), field("taxes", Many(Reference("tax")))))
NODE = Object(
    (
        field("name", Text()),
        field("words", Many(Text())),
        field("items", Keyed(ITEM, ("code",), str)),
        field("limits", Object((field("plans", Many(Reference("plan"))), field("word", Text())))),
        field("grants", Grants("feature")),
    )
)
DATA = {
    "name": "n",
    "items": [{"code": "a", "of": "m", "taxes": ["t", "u"]}, {"code": "b"}],
    "limits": {"plans": ["p"], "word": "w"},
    "grants": {"seats": {"max": 1}},
}
TARGETS = [("metric", "m"), ("tax", "t"), ("tax", "u"), ("plan", "p"), ("feature", "seats")]


def test_references_are_found_at_any_depth_with_their_paths() -> None:
    paths = [".".join(map(str, path)) for path, _ in references(NODE, DATA)]
    assert paths == ["items.0.of", "items.0.taxes.0", "items.0.taxes.1", "limits.plans.0", "grants.seats"]
    assert [target for _, target in references(NODE, DATA)] == [Address(*target) for target in TARGETS]


def test_and_so_they_are_in_canonical_form() -> None:
    found = list(references(NODE, canonical(NODE, DATA)))
    assert [target for _, target in found] == [Address(*target) for target in TARGETS]
    assert found[0][0] == ("items", "a", "of")


def test_the_kinds_that_data_can_refer_to_are_known_from_the_table() -> None:
    assert kinds_named(NODE) == {"metric", "tax", "plan", "feature"}
    assert kinds_named(Object((field("name", Text()),))) == frozenset()


def test_nothing_refers_to_nothing() -> None:
    assert list(references(NODE, {"items": None, "limits": {"plans": None}})) == []
