from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError as RuamelError

from lago_gitops.core.validation.manifest import Manifest, place_slots
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.formatter import format_text
from tests.tries import tries

# Text that is nearly YAML: most of it is refused by somebody, and where nobody refuses it all must agree.
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "a: ",
                "b: ",
                "c: ",
                "d: ",
                "- ",
                "- ",
                "\n",
                "\n",
                "\n  ",
                "\n    ",
                "[",
                "]",
                "{",
                "}",
                ", ",
                ": ",
                "? ",
                "#",
                " # c",
            ),
            *(
                "1",
                "0.10",
                "1e3",
                "017",
                "no",
                "~",
                "x y",
                "é",
                "'q'",
                '"\\n"',
                "|\n  x\n",
                ">-\n  x\n  y\n",
                "&k ",
                "*k",
                "!t ",
            ),
            *("---\n", "...\n", "<<: ", "1: ", "%", "@", "\t", "\x00", "\ufeff", "🙂"),
        ]
    ),
    max_size=14,
)
TEXTS = st.tuples(st.sampled_from(["", "a: ", "a:\n- ", "a:\n  b: "]), PIECES).map(
    lambda parts: parts[0] + "".join(parts[1])
)


def as_plain(value: Any) -> Any:
    """Numbers as floats, which is what loaders without exact numbers make of them."""
    match value:
        case dict():
            return {key: as_plain(item) for key, item in value.items()}
        case list():
            return [as_plain(item) for item in value]
        case None | bool() | str():
            return value
    return float(value)


def faultless(text: str) -> tuple[Manifest, ...]:
    reading = read_text("a.yaml", text)
    return () if reading.problems else reading.manifests


def places(manifest: Manifest) -> list[int]:
    return sorted(place_slots(manifest.data, manifest.marks.slots))


@settings(deadline=None, max_examples=tries(300))
@given(TEXTS)
def test_a_loader_of_yaml_1_2_reads_the_same_wherever_both_accept(text: str) -> None:
    found = faultless(text)
    if not found:
        return
    try:
        documents = [document for document in YAML(typ="safe", pure=True).load_all(text) if document is not None]
    except (RuamelError, ValueError, TypeError):
        return
    assert [as_plain(manifest.data) for manifest in found] == [as_plain(document) for document in documents]


@settings(deadline=None, max_examples=tries(300))
@given(TEXTS)
def test_no_text_makes_the_reader_or_the_formatter_fail(text: str) -> None:
    reading = read_text("a.yaml", text)
    made = format_text("a.yaml", text, lambda path: ("b", "a"))
    assert bool(made.problems) >= bool(reading.problems)


@settings(deadline=None, max_examples=tries(300))
@given(TEXTS)
def test_every_slot_is_used_and_every_place_is_in_the_text(text: str) -> None:
    lines = text.removeprefix("\ufeff").split("\n")
    for manifest in read_text("a.yaml", text).manifests:
        sizes = len(manifest.marks.slots) - len(places(manifest))
        assert sizes == sum(1 for _ in branches(manifest.data))
        for slot in places(manifest):
            packed = manifest.marks.slots[slot]
            assert packed >> 24 < len(lines) + 1


def branches(value: Any) -> Any:
    if isinstance(value, dict | list):
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from branches(child)
