import pytest

from lago_gitops.manifests.reading import parser
from lago_gitops.manifests.reading.reader import read_text

CASES = {
    "a:\n\tb: 1": "2:1: a tab is used where YAML requires spaces",
    "a:\n  b: 1\n\tc: 2": "3:1: a tab is used where YAML requires spaces",
    'a: "foo\nb: 1': "1:4: the quote that opens here is never closed",
    "a: 'foo\n---\nb: 1": "1:4: the quote that opens here is never closed",
    "a: it: is": '1:6: this line has a second ": "',
    "a: 1\n b: 2": "2:2: this key is indented more than the keys before it",
    'a: "x\n  y": 1': "2:3: this key is indented more than the keys before it",
    "a: 1\n--- b: 1": "2:6: a document can't start like this",
    "a: 1\n" + "k" * 1025 + ": 1": "2:1: a key is longer than 1,024 characters",
    "k" * 1025 + ": 1": "1:1: a key is longer than 1,024 characters",
    "a: 1\nfoo\nb: 2": "2:1: this line is neither a key nor a value",
    "a: [1, 2\nb: 3": "2:2: a comma or ] is missing before this, after the [ at 1:4",
    "a: {b: 1 c: 2}": "1:11: a comma or } is missing before this, after the { at 1:4",
    "a: {b: 1\n\n": "1:4: the { that opens here is never closed",
    "a:\n    b: 1\n  c: 2": "3:3: this doesn't line up with the keys above",
    "a: 1\n- b": "2:1: this doesn't line up with the keys above",
    "a:\n  - b\n  c: 1": "3:3: this doesn't line up with the list items above",
    'a: "x" y': "1:8: a value continues after its end",
    "a: 1\n}": "2:1: this } closes nothing",
    ": 1": "1:1: a key is missing",
    "a: @x": "1:4: a value can't start with @",
    "a: `x`": "1:4: a value can't start with `",
    "a: %x": "1:4: a value can't start with %",
    "a: *.csv": "1:4: a value can't start with *",
    "a: & b": "1:4: a value can't start with &",
    "a: !<x": "1:4: a value can't start with !",
    "a: !x!y z": "1:4: a value can't start with !",
    "a: ? b": "1:4: a value can't start with ?",
    "a: - b": "1:4: a list can't start here",
    "a: |x\n  b": "1:4: a block of text (| or >) doesn't start like this",
    "{% if x %}\na: 1\n{% endif %}": "1:2: template syntax in a plain file",
    "%FOO\n---\na: 1": "1:1: lines that start with % are not allowed",
    "%YAML 2.0\n---\na: 1": "1:1: lines that start with % are not allowed",
    r'a: "C:\q"': r"1:7: there is no character \q",
    r'a: "\ud83d"': r"1:5: there is no character \ud83d",
    r'a: "\xg1"': r"1:5: there is no character \x",
    "a: 1\n... b": "2:5: there is more content after the end of the document",
    "a: [\n- b\n]": "2:1: a value is missing before -",
    "a: [": "1:4: the file ends before a value",
    "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x": "1:1: a merge conflict was left in the file",
    "a:\n<<<<<<< HEAD\n  b: 1\n=======\n  b: 2\n>>>>>>> x\n": "2:1: a merge conflict was left in the file",
}


@pytest.mark.parametrize("kind", [parser.FASTEST, parser.PurePython])
@pytest.mark.parametrize("text", CASES)
def test_a_syntax_error_says_where_and_what_in_plain_words(
    text: str, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "FASTEST", kind)
    (problem,) = read_text("a.yaml", text).problems
    assert f"{problem.mark}: {problem.message}" == f"a.yaml:{CASES[text]}"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\tb: 1", "indent with spaces"),
        ("a: it: is", 'quote a text that contains ": "'),
        ("a: @x", "quote the text"),
        ("{% if x %}", "give templates a name that ends in .yaml.j2"),
        (r'a: "\ud83d"', "write the character itself"),
        (r'a: "C:\q"', "put the text in single quotes, or double the backslash"),
    ],
)
def test_a_syntax_error_says_what_would_help(text: str, hint: str) -> None:
    (problem,) = read_text("a.yaml", text).problems
    assert problem.hint == hint
