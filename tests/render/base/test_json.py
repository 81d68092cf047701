import json

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.render.base.json import dump


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)
def test_what_is_written_reads_the_same_and_does_nothing_to_a_terminal(value: object) -> None:
    text = dump(value)
    assert json.loads(text) == value
    assert all(line.isprintable() for line in text.split("\n"))


def test_letters_of_all_alphabets_stay() -> None:
    assert dump({"a": "ü漢", "b": "\x1b\u202e"}) == '{\n  "a": "ü漢",\n  "b": "\\u001b\\u202e"\n}'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text('aü"\\\n/'),
        lambda each: st.lists(each) | st.lists(each).map(tuple) | st.dictionaries(st.text('ab"\t'), each),
    )
)
def test_it_is_laid_out_as_pythons_own_encoder_does_it(value: object) -> None:
    assert dump(value) == json.dumps(value, indent=2, ensure_ascii=False)
