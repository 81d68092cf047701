from array import array
from dataclasses import replace
from typing import Any

from lago_gitops.core.model.problem import Mark
from lago_gitops.core.validation.manifest import FILE_SHIFT, LINE_SHIFT, Manifest, Marks, place_slots

# kind: plan
# charges:
#   - code: a
#     tiers: [1, 2]
#   - code: b        from an overlay, whose line 7 it is
DATA: dict[str, Any] = {"kind": "plan", "charges": [{"code": "a", "tiers": [1, 2]}, {"code": "b"}]}


def at(line: int, column: int, file: int = 0) -> int:
    return file << FILE_SHIFT | (line - 1) << LINE_SHIFT | (column - 1)


SLOTS = (
    *(at(1, 1), 15),  # the document
    at(1, 1),  # kind
    *(at(2, 1), 12),  # charges
    *(at(3, 5), 7),  # the first charge
    at(3, 5),  # its code
    *(at(4, 5), 4, at(4, 13), at(4, 16)),  # its tiers
    *(at(7, 3, 1), 3, at(7, 3, 1)),  # the second charge
)
MANIFEST = Manifest("p.yaml", DATA, Marks(("p.yaml", "o.yaml"), array("Q", SLOTS)))


def test_a_mark_is_where_the_key_or_item_stands() -> None:
    assert MANIFEST.mark() == Mark("p.yaml", 1, 1)
    assert MANIFEST.mark(["charges"]) == Mark("p.yaml", 2, 1)
    assert MANIFEST.mark(["charges", 0, "tiers", 1]) == Mark("p.yaml", 4, 16)


def test_a_part_of_another_file_has_its_own_source() -> None:
    assert MANIFEST.mark(["charges", 1, "code"]) == Mark("o.yaml", 7, 3)


def test_a_path_that_ends_nowhere_is_marked_where_it_last_existed() -> None:
    assert MANIFEST.mark(["charges", 0, "name"]) == MANIFEST.mark(["charges", 0])
    assert MANIFEST.mark(["charges", 9, "name"]) == MANIFEST.mark(["charges"])
    assert MANIFEST.mark(["kind", "of"]) == MANIFEST.mark(["kind"])
    assert MANIFEST.mark([0]) == MANIFEST.mark(["nothing", "charges"]) == MANIFEST.mark()
    assert MANIFEST.mark(["kind", 0]) == MANIFEST.mark(["kind"])
    assert MANIFEST.mark(["charges", 0, "tiers", 1, 0]) == MANIFEST.mark(["charges", 0, "tiers", 1])


def test_a_manifest_without_marks_points_to_its_file() -> None:
    assert Manifest("p.yaml", DATA).mark(["kind"]) == Mark("p.yaml", 1, 1)


def test_a_manifest_is_made_of_its_file_and_of_those_that_patch_it() -> None:
    assert Manifest("p.yaml", DATA).sources == ("p.yaml",)
    assert set(MANIFEST.sources) == {"p.yaml", "o.yaml"}


def test_what_would_be_written_otherwise_is_known_by_its_place() -> None:
    tiers = ("charges", 0, "tiers")
    marks = replace(MANIFEST.marks, written={at(4, 13): "0x1"})
    manifest = replace(MANIFEST, marks=marks, outside={("charges", 1, "code"): "X"})
    assert [manifest.written((*tiers, at)) for at in (0, 1)] == ["0x1", ""]
    assert manifest.written(("charges", 1, "code")) == "{env: X}"
    assert Manifest("p.yaml", DATA).written(tiers) == ""


def test_slots_that_are_no_sizes_are_places() -> None:
    assert sorted(place_slots(DATA, SLOTS)) == [0, 2, 3, 5, 7, 8, 10, 11, 12, 14]


def test_manifests_are_equal_that_say_the_same_in_whatever_places() -> None:
    assert MANIFEST == Manifest("p.yaml", DATA) != Manifest("q.yaml", DATA)


def test_kind_is_what_the_document_says_in_a_string() -> None:
    assert MANIFEST.kind == "plan"
    assert Manifest("p.yaml", {"kind": 1}).kind == ""
    assert Manifest("p.yaml", {}).kind == ""
