from array import array
from typing import Any

from lago_gitops.core.model.problem import Mark
from lago_gitops.core.validation.manifest import FILE_SHIFT, LINE_SHIFT, Manifest, Marks

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
    assert MANIFEST.mark([0]) == MANIFEST.mark()


def test_a_manifest_without_marks_points_to_its_file() -> None:
    assert Manifest("p.yaml", DATA).mark(["kind"]) == Mark("p.yaml", 1, 1)


def test_kind_is_what_the_document_says_in_a_string() -> None:
    assert MANIFEST.kind == "plan"
    assert Manifest("p.yaml", {"kind": 1}).kind == ""
    assert Manifest("p.yaml", {}).kind == ""
