import gc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.core.model.problem import Mark
from lago_gitops.manifests.limits import MAX_DEPTH
from lago_gitops.manifests.reading import parser
from lago_gitops.manifests.reading.reader import collection_paused, read_files, read_text
from lago_gitops.manifests.sources.folders import File


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule holds with and without libyaml."""
    if request.param == "pure Python":
        monkeypatch.setattr(parser, "FASTEST", parser.PurePython)


def data(text: str) -> Any:
    """What one faultless document says."""
    reading = read_text("a.yaml", text)
    assert reading.problems == ()
    (manifest,) = reading.manifests
    return manifest.data


def problems(text: str) -> list[str]:
    """Place and message of each problem, without its hint."""
    return [f"{problem.mark}: {problem.message}" for problem in read_text("a.yaml", text).problems]


def test_a_document_is_plain_data_with_exact_numbers() -> None:
    assert data("kind: plan\ncharges:\n- {amount: 0.10, n: 1}\n- [a, 'b', ~]\n") == {
        "kind": "plan",
        "charges": [{"amount": Decimal("0.10"), "n": 1}, ["a", "b", None]],
    }


def test_types_are_exact() -> None:
    found = data("a: {b: []}\n")
    assert (type(found), type(found["a"]), type(found["a"]["b"])) == (dict, dict, list)


def test_quoted_scalars_and_blocks_are_text() -> None:
    assert data("a: '1'\nb: \"no\"\nc: ''\nd: |\n  1\n") == {"a": "1", "b": "no", "c": "", "d": "1\n"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("country: no", "no"),
        ("on: x", "x"),
        ("a: 0o17", 15),
        ("a: 22:22", "22:22"),
        ("a: 1_000", "1_000"),
        ("a: 1e3", Decimal("1e3")),
        ("a: 1.10", Decimal("1.10")),
        ("a: 12345678901234567890.123456789", Decimal("12345678901234567890.123456789")),
        ("a: 2024-01-01", "2024-01-01"),
    ],
)
def test_what_other_loaders_change_in_silence_is_read_as_it_stands(text: str, value: object) -> None:
    (found,) = data(text).values()
    assert found == value
    assert type(found) is type(value)


def test_keys_of_yaml_1_1_booleans_are_text() -> None:
    assert data("on: 1\nno: 2\ny: 3\n") == {"on": 1, "no": 2, "y": 3}


def test_a_code_with_a_leading_zero_is_refused() -> None:
    assert problems("a: 017\ncode: 00123\n") == [
        "a.yaml:1:4: 017 starts with a zero, so it may be a code or a number",
        "a.yaml:2:7: 00123 starts with a zero, so it may be a code or a number",
    ]


def test_infinity_is_refused() -> None:
    assert problems("a: .inf") == ["a.yaml:1:4: .inf is not an amount"]


def test_a_key_that_is_here_twice_is_refused_and_the_first_one_counts() -> None:
    reading = read_text("a.yaml", "a: 1\nb: {c: 1, c: {d: &x 2}}\na: [3]\ne: *x\n")
    assert [str(problem) for problem in reading.problems] == [
        "a.yaml:2:11: the key 'c' appears twice (remove or rename one of the two)",
        "a.yaml:3:1: the key 'a' appears twice (remove or rename one of the two)",
    ]
    assert reading.manifests[0].data == {"a": 1, "b": {"c": 1}, "e": None}


def test_a_quoted_key_is_the_same_as_the_plain_one() -> None:
    assert problems("a: 1\n'a': 2\n") == ["a.yaml:2:1: the key 'a' appears twice"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: !!python/object/apply:os.system [x]", "1:4: the tag !!python/object/apply:os.system is not allowed"),
        ("a: !foo {b: 1}", "1:4: the tag !foo is not allowed"),
        ("a: !!str 1", "1:4: the tag !!str is not allowed"),
        ("a: ! 1", "1:4: the tag ! is not allowed"),
        ("!x a: 1", "1:1: the tag !x is not allowed"),
        ("--- !x\na: 1", "1:5: the tag !x is not allowed"),
        (
            "a: {b: 1}\nc: {<<: {d: 1}}",
            "2:5: merge keys (<<) are not allowed: YAML 1.2 has none, and readers differ on them",
        ),
        ("1: a", "1:1: the key 1 is not text"),
        ("true: a", "1:1: the key true is not text"),
        ("017: a", "1:1: the key 017 is not text"),
        ("a: {b: 0,002}", "1:10: the comma in 0,002 ends the entry, as YAML has no decimal comma"),
        ("a: {x: y, b: 12,50, c: 1}", "1:17: the comma in 12,50 ends the entry, as YAML has no decimal comma"),
        ("a: {b: 0, 002: c}", "1:11: the key 002 is not text"),
        ("a: {b: x,002: c}", "1:10: the key 002 is not text"),
        ("?\n: b", "1:2: a key is missing"),
        ("a: {[b]: 1}", "1:5: a key must be a word"),
        ("a: &x b\n*x : 1", "2:1: a key must be a word"),
        ("a: *x", "1:4: there is no anchor &x above in this document"),
        ("a: &x [*x]", "1:8: *x is inside the value that it repeats"),
        ("a: &x 1\nb: &x 2", "2:4: the anchor &x appears twice"),
        ("%YAML 1.1\n---\na: 1", "1:1: manifests are YAML 1.2"),
        ("- a\n- b: 1", "1:1: a manifest is a mapping"),
        ("just text", "1:1: a manifest is a mapping"),
    ],
)
def test_what_is_refused_is_one_problem_with_its_place(text: str, message: str) -> None:
    assert problems(text) == [f"a.yaml:{message}"]


def test_what_is_refused_leaves_the_rest_to_be_read() -> None:
    reading = read_text("a.yaml", "<<: {a: 1}\ncode: 007\n1: [x]\nname: !x N\n--- 1\n---\nkind: tax\n")
    assert len(reading.problems) == 5
    assert [manifest.data for manifest in reading.manifests] == [{"code": "007", "name": "N"}, {"kind": "tax"}]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert data("'<<': 1\n\"2\": 3\n") == {"<<": 1, "2": 3}


def test_an_alias_repeats_a_value_with_the_places_of_the_value() -> None:
    text = "&k a: &x\n  b: &y [1, {c: 2}]\nd: *x\ne:\n- *y\n- *k\n- &z 7\n- *z\n"
    (manifest,) = read_text("a.yaml", text).manifests
    assert manifest.data == {
        "a": {"b": [1, {"c": 2}]},
        "d": {"b": [1, {"c": 2}]},
        "e": [[1, {"c": 2}], "a", 7, 7],
    }
    assert manifest.mark(["d"]) == Mark("a.yaml", 3, 1)
    assert manifest.mark(["d", "b", 1, "c"]) == Mark("a.yaml", 2, 14)
    assert manifest.mark(["e", 0]) == Mark("a.yaml", 5, 3)
    assert manifest.mark(["e", 0, 1, "c"]) == Mark("a.yaml", 2, 14)
    assert manifest.mark(["e", 3]) == Mark("a.yaml", 8, 3)


def test_an_alias_bomb_is_defused() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    text = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n" + "\n".join(levels)
    assert problems(text) == ["a.yaml:5:10: aliases repeat far more than the file itself contains"]


def test_many_documents_with_small_bombs_are_one_bomb() -> None:
    document = "---\nl0: &l0 [x, x, x, x, x, x, x, x, x]\nl1: &l1 [*l0, *l0, *l0, *l0, *l0]\nl2: [*l1, *l1, *l1, *l1]\n"
    assert problems(document * 10) == []
    assert problems(document * 100)[0].endswith("aliases repeat far more than the file itself contains")


def test_one_price_list_for_twenty_charges_is_no_bomb() -> None:
    tiers = ", ".join(["{from_value: 0, to_value: 1}"] * 30)
    text = f"tiers: &tiers [{tiers}]\ncharges:\n" + "- properties: *tiers\n" * 20
    assert len(data(text)["charges"]) == 20


def nested(depth: int) -> str:
    """A document of so many levels, its own mapping included."""
    return "a: " + "[" * (depth - 1) + "]" * (depth - 1)


def test_depth_has_a_limit() -> None:
    assert problems(nested(MAX_DEPTH)) == []
    assert problems(nested(MAX_DEPTH + 1)) == [f"a.yaml:1:{3 + MAX_DEPTH}: nested more than {MAX_DEPTH} levels deep"]


@pytest.mark.parametrize("text", ["a: " + "[" * 50_000, "[" * 500, "? " * 500, "a: " + "{b: " * 500])
def test_absurd_depth_is_a_problem_and_no_crash(text: str) -> None:
    assert len(problems(text)) == 1


def test_aliases_can_not_hide_depth() -> None:
    text = f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 20}*a{']' * 20}\n"
    assert problems(text) == []
    text = f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 30}*a{']' * 30}\n"
    assert problems(text) == [f"a.yaml:2:34: nested more than {MAX_DEPTH} levels deep"]


def test_empty_documents_are_none() -> None:
    assert read_text("a.yaml", "").manifests == ()
    assert read_text("a.yaml", "# nothing\n").problems == ()
    assert [m.data for m in read_text("a.yaml", "---\n---\na: 1\n---\n...\n---\nb: 2\n---\n").manifests] == [
        {"a": 1},
        {"b": 2},
    ]


def test_a_syntax_error_ends_the_file_and_keeps_what_stands_before() -> None:
    reading = read_text("a.yaml", "a: 1\na: 2\n---\nb: [\n---\nc: 1\n")
    assert [m.data for m in reading.manifests] == [{"a": 1}]
    assert [problem.mark.line for problem in reading.problems] == [2, 5]


def test_places_are_kept_for_every_value() -> None:
    (_, manifest) = read_text(
        "a.yaml", "x: 1\n---\n# a plan\nkind: plan\ncharges:\n  - code: é\n    p: {a: 1, b: [2, 3]}\n"
    ).manifests
    assert manifest.mark() == Mark("a.yaml", 4, 1)
    assert manifest.mark(["charges", 0]) == Mark("a.yaml", 6, 5)
    assert manifest.mark(["charges", 0, "p", "b"]) == Mark("a.yaml", 7, 15)
    assert manifest.mark(["charges", 0, "p", "b", 1]) == Mark("a.yaml", 7, 22)


def test_a_byte_order_mark_and_windows_line_breaks_are_fine() -> None:
    (manifest,) = read_text("a.yaml", "\ufeffa: 1\r\nb: |\r\n  x\r\n").manifests
    assert manifest.data == {"a": 1, "b": "x\n"}
    assert manifest.mark() == Mark("a.yaml", 1, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: \0 b", "1:4: a NUL character (U+0000) is not allowed"),
        ("a: x\r\nb: \x1b[31m", "2:4: a control character (U+001B) is not allowed"),
        ("a: é\x7f", "1:5: a control character (U+007F) is not allowed"),
        ("a: 1\n\ufeffb: 1", "2:1: a byte order mark (U+FEFF) is not allowed"),
        ("a: x\u2028b: 2", "1:5: a line separator (U+2028) is not allowed"),
        ("a: '\ud800'", "1:5: a control character (U+D800) is not allowed"),
    ],
)
def test_invisible_characters_are_refused(text: str, message: str) -> None:
    assert problems(text) == [f"a.yaml:{message}"]


def test_they_can_be_meant_when_escaped() -> None:
    assert data(r'a: "\x1b\u2028\0"') == {"a": "\x1b\u2028\0"}


def test_json_is_yaml_tabs_included() -> None:
    assert data('{\n\t"a": [1.50,\ttrue, null],\n\t"b":"x\\ty"\n}\n') == {
        "a": [Decimal("1.50"), True, None],
        "b": "x\ty",
    }


def test_the_collector_runs_again_after_a_pause() -> None:
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_files_are_read_together_templates_and_problems_included(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: plan\n")
    (tmp_path / "b.yaml.j2").write_text("kind: {{ kind }}\n")
    (tmp_path / "c.yaml").write_text("a: [\n")
    (tmp_path / "d.yaml.j2").write_text("a: {{ b }}\n")
    names = ("a.yaml", "b.yaml.j2", "c.yaml", "d.yaml.j2", "e.yaml")
    reading = read_files([File(tmp_path / name, name, name) for name in names], {"kind": "tax"})
    assert [(manifest.source, manifest.kind) for manifest in reading.manifests] == [
        ("a.yaml", "plan"),
        ("b.yaml.j2", "tax"),
    ]
    assert [problem.mark.source for problem in reading.problems] == ["c.yaml", "d.yaml.j2", "e.yaml"]


@pytest.mark.parametrize("suffix", ["yaml", "yaml.j2"])
def test_a_text_with_a_zero_byte_is_a_problem_where_it_stands(suffix: str, tmp_path: Path) -> None:
    escapes = {f"{number}.{suffix}": escape for number, escape in enumerate(("\\0", "\\x00", "\\u0000", "\\U00000000"))}
    for name, escape in escapes.items():
        (tmp_path / name).write_text(f'a: "x{escape}"\nb: [1, {{"y{escape}": 2}}]\nc: \'z{escape}\'\n')
    reading = read_files([File(tmp_path / name, name, name) for name in escapes], {})
    assert [(str(problem.mark), problem.message) for problem in reading.problems] == [
        (f"{name}:{place}", "text with a zero byte, which Lago can't store")
        for name in escapes
        for place in ("1:1", "2:9")
    ]
