"""Which edits of a module are left out, since no test can notice them."""

import pytest

from tests.mutants.accepted import FILE, accepted, left
from tests.mutants.changes import edits

TEXT = b"""
def f(a):
    if a > 1:
        return min(
            a
        )
"""
LISTED = """
[["m.py"]]
line = "if a > 1:"
edited = ["if a >= 1:", "if a > 2:"]
reason = "a is never 1 or 2"

[["m.py"]]
line = "return min( a )"
edited = ["return None"]
reason = "nobody looks"
"""


def tried(text: bytes, listed: str = LISTED, module: str = "m.py") -> tuple[list[str], list[str]]:
    found, complaints = left(module, text, edits(text.decode()), accepted(listed))
    return [one.new for one in found], complaints


def test_accepted_edits_are_left_out() -> None:
    assert tried(TEXT) == (["True", "False", "<=", "max"], [])


def test_edits_are_known_wherever_their_lines_stand() -> None:
    moved = b"import a\n\n\nif True:\n" + TEXT.replace(b"\n", b"\n    ")
    assert tried(moved)[1] == []
    assert not {">=", "2"} & set(tried(moved)[0])


def test_an_accepted_edit_of_another_module_is_tried() -> None:
    assert ">=" in tried(TEXT, module="n.py")[0]


def test_an_accepted_edit_of_a_line_that_has_changed_is_said() -> None:
    _, complaints = tried(TEXT.replace(b"a > 1", b"a > 3"))
    assert [one.partition("\n")[2] for one in complaints] == [
        "- if a > 1:\n+ if a >= 1:",
        "- if a > 1:\n+ if a > 2:",
    ]


def test_an_edit_is_accepted_for_a_reason() -> None:
    with pytest.raises(ValueError, match=r"m\.py: give the reason"):
        accepted(LISTED.replace("nobody looks", " "))


def test_the_list_can_be_read() -> None:
    assert accepted(FILE.read_text())
