from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.writer import write, write_all

ODD_TEXTS = [
    *(
        "no",
        "No",
        "on",
        "y",
        "true",
        "null",
        "~",
        "",
        " ",
        "0.002",
        "00123",
        "2024-01-01",
        "1_000",
        "22:22",
        "1e3",
        ".inf",
    ),
    *(
        "0x1F",
        "0o17",
        "<<",
        "=",
        "- a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "a ",
        " a",
        "!a",
        "&a",
        "*a",
        "%a",
        "@a",
        "`a",
        "? a",
    ),
    *(
        "[a]",
        "{a}",
        "a,b",
        "a]",
        "'a'",
        '"a"',
        "a\\b",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb\n",
        "a\n\n",
        " a\nb",
        "a \nb",
        "a\tb",
    ),
    *(
        "é",
        "🙂",
        "\u2028",
        "\x85",
        "\xa0",
        "\ufeff",
        "\0",
        "\x7f",
        "\ue000",
        "\U000e0001",
        "---",
        "...",
        "--- a",
        "a\n---\nb",
    ),
    *(
        "x" * 256,
        "x" * 2000,
        "x " * 700,
        "a\n b",
        "a\n#b",
        "http://x.y/z?a=b",
        "a?b",
        "{{ a }}",
        "١٢",
        "a\r\nb",
        "|",
        ">-",
    ),
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD_TEXTS)
NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(-(10**15), 10**15, allow_nan=False, places=6)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
DOCUMENTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def read(text: str) -> Any:
    reading = read_text("a.yaml", text)
    assert reading.problems == ()
    (manifest,) = reading.manifests
    return manifest.data


def as_floats(value: Any) -> Any:
    """The value as loaders without exact numbers read it."""
    match value:
        case dict():
            return {key: as_floats(item) for key, item in value.items()}
        case list():
            return [as_floats(item) for item in value]
        case Decimal():
            return float(value)
    return value


@settings(deadline=None)
@given(DOCUMENTS)
def test_what_is_written_reads_back_equal(data: dict[str, Any]) -> None:
    assert read(write(data)) == data


@settings(deadline=None)
@given(DOCUMENTS)
def test_yaml_1_1_and_1_2_loaders_read_it_alike(data: dict[str, Any]) -> None:
    text = write(data)
    assert as_floats(yaml.load(text, yaml.CSafeLoader)) == as_floats(data)
    assert as_floats(YAML(typ="safe", pure=True).load(text)) == as_floats(data)


@settings(deadline=None)
@given(DOCUMENTS)
def test_writing_what_was_read_changes_nothing(data: dict[str, Any]) -> None:
    assert write(read(write(data))) == write(data)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_text_is_safe_as_value_item_and_key(text: str) -> None:
    data = {"a": text, "b": [text], "c": [{"k": text}], text: {text: [[text]]}}
    assert read(write(data)) == data


def test_the_layout_of_a_plan() -> None:
    data = {
        "kind": "plan",
        "code": "growth",
        "tax_codes": ["vat_standard"],
        "description": "Two\nlines\n",
        "charges": [
            {
                "code": "api_requests",
                "properties": {
                    "graduated_ranges": [
                        {"from_value": 0, "to_value": 10000, "per_unit_amount": "0", "flat_amount": "0"},
                        {"from_value": 10001, "to_value": None, "per_unit_amount": Decimal("0.002"), "flat_amount": 0},
                    ]
                },
                "filters": [],
            }
        ],
        "metadata": {},
    }
    assert write(data, schema_url="https://example.com/plan.json") == (
        "# yaml-language-server: $schema=https://example.com/plan.json\n"
        "kind: plan\n"
        "code: growth\n"
        "tax_codes: [vat_standard]\n"
        "description: |\n"
        "  Two\n"
        "  lines\n"
        "charges:\n"
        "  - code: api_requests\n"
        "    properties:\n"
        "      graduated_ranges:\n"
        '        - {from_value: 0, to_value: 10000, per_unit_amount: "0", flat_amount: "0"}\n'
        "        - {from_value: 10001, to_value: null, per_unit_amount: 0.002, flat_amount: 0}\n"
        "    filters: []\n"
        "metadata: {}\n"
    )


def test_what_does_not_fit_on_a_line_goes_below() -> None:
    words = ["word"] * 30
    assert write({"a": words, "b": [{"c": "x" * 120}]}).splitlines() == [
        "a:",
        *["  - word"] * 30,
        "b:",
        f"  - c: {'x' * 120}",
    ]


@pytest.mark.parametrize("text", ["no", "0.002", "00123", "2024-01-01", "1_000", "on", "22:22", "1e3", "Y", ""])
def test_text_that_a_reader_could_take_for_something_else_is_quoted(text: str) -> None:
    assert write({"a": text}) == f'a: "{text}"\n'


@pytest.mark.parametrize(
    "text", ["vat_standard", "API calls (EU), 100% off", "https://x.y/z?a=b", "Bücher", "it's", "a/b-c.d"]
)
def test_text_is_bare_where_it_is_safe(text: str) -> None:
    assert write({"a": text}) == f"a: {text}\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [(Decimal("1E+3"), "1000"), (Decimal("1E-7"), "0.0000001"), (Decimal("1.10"), "1.10"), (-3, "-3")],
)
def test_numbers_are_written_without_exponents(number: Decimal | int, text: str) -> None:
    assert write({"a": number}) == f"a: {text}\n"


def test_documents_are_told_apart_by_dashes() -> None:
    text = write_all([{"kind": "tax"}, {"kind": "plan"}])
    assert text == "kind: tax\n---\nkind: plan\n"


@pytest.mark.parametrize("value", [1.5, object(), (1,), b"x"])
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        write({"a": value})


def test_keys_are_text_and_numbers_are_finite() -> None:
    with pytest.raises(TypeError):
        write({1: "a"})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="NaN"):
        write({"a": Decimal("NaN")})


def test_shared_values_are_written_out() -> None:
    shared = [1, 2]
    assert write({"a": shared, "b": shared}) == "a: [1, 2]\nb: [1, 2]\n"
