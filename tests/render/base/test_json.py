import json

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.render.base.json import dump

TENTHS = st.integers(-(10**9), 10**9).map(lambda number: number / 10)  # as percentages are


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)
def test_what_is_written_reads_the_same_and_does_nothing_to_a_terminal(value: object) -> None:
    text = dump(value)
    assert json.loads(text) == value
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_document_that_holds_half_of_a_surrogate_pair_or_a_huge_number_is_written_like_any_other() -> None:
    assert dump({"a": "ü\ud800", "b": 10**30}) == f'{{\n  "a": "ü\\ud800",\n  "b": {10**30}\n}}'


def test_letters_of_all_alphabets_stay() -> None:
    assert dump({"a": "ü漢", "b": "\x1b\u202e"}) == '{\n  "a": "ü漢",\n  "b": "\\u001b\\u202e"\n}'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TENTHS | st.text('aü"\\\n/'),
        lambda each: st.lists(each) | st.lists(each).map(tuple) | st.dictionaries(st.text('ab"\t'), each),
    )
)
def test_it_is_laid_out_as_pythons_own_encoder_does_it(value: object) -> None:
    assert dump(value) == json.dumps(value, indent=2, ensure_ascii=False)
