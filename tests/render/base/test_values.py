from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.render.base.values import LONGEST, printable, shown

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (Decimal("1E+2"), "100"),
        ("0.020", "0.020"),
        ("-5", "-5"),
        ("007", '"007"'),
        ("Growth", '"Growth"'),
        ('a "b" \\ c\nd', '"a \\"b\\" \\\\ c\\nd"'),
        ("\x1b[31m", '"�[31m"'),
        (["a", 1, None], '["a", 1, null]'),
        ((), "[]"),
        ({"code": "a", 5: [True]}, '{code: "a", 5: [true]}'),
        ("a" * 200, '"' + "a" * 98 + "…"),
    ],
)
def test_values_as_a_reader_wants_to_see_them(value: Any, words: str) -> None:
    assert shown(value) == words


def test_what_would_do_things_to_a_terminal_is_seen() -> None:
    assert printable("a\x1b[2Jb\n\u202e") == "a�[2Jb��"
    assert printable("ünï 漢😀") == "ünï 漢😀"


@given(JSON)
def test_any_value_is_one_short_printable_line(value: Any) -> None:
    line = shown(value)
    assert line.isprintable()
    assert len(line) <= LONGEST or isinstance(value, int | Decimal) or line.lstrip("-").replace(".", "").isdigit()
