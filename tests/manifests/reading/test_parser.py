import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml._yaml import CParser

from lago_gitops.manifests.reading import parser
from lago_gitops.manifests.reading.reader import read_text

# Without tags, tabs inside of lines, and comments that touch a block's | or >: there pyyaml's parser is stricter.
PIECES = st.lists(
    st.sampled_from(
        [
            *"abé01.-[]{},:&*|>'\"%@`?~ \n",
            "a: ",
            "b: ",
            "- ",
            " #",
            "\n  ",
            "\n- ",
            "? ",
            "---\n",
            "...\n",
            "&x ",
            "*x ",
        ]
    ),
    max_size=20,
)


def read(text: str, kind: type) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "FASTEST", kind)
        reading = read_text("a.yaml", text)
    return [(repr(found.data), found.marks) for found in reading.manifests], bool(reading.problems)


def test_libyaml_is_used_where_it_is_there() -> None:
    assert parser.FASTEST is CParser


@settings(deadline=None)
@given(PIECES)
def test_the_pure_parser_reads_what_libyaml_reads(pieces: list[str]) -> None:
    text = "a: " + "".join(pieces)
    assert read(text, parser.PurePython) == read(text, CParser)


@pytest.mark.parametrize(
    "text", ["a: 1\t# x", "a:\t1", "[\t1,\n\t2]", '{\n\t"a":\t1\n}', "a: [\n\t# x\n\t1]", "a: 'x'\t"]
)
def test_the_pure_parser_takes_tabs_between_tokens(text: str) -> None:
    assert read(text, parser.PurePython) == read(text, CParser)


@pytest.mark.parametrize("text", ["%FOO\n---\na: 1", r'a: "\ud83d\ude00"', r'a: "\UFFFFFFFF"', "a:\n\tb: 1"])
def test_both_refuse(text: str) -> None:
    assert read(text, parser.PurePython) == read(text, CParser) == ([], True)
