import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.reading import reader
from lago_gitops.manifests.reading.reader import Reading
from lago_gitops.manifests.sources import templates
from lago_gitops.manifests.sources.templates import Rendered, Renderer


@pytest.fixture(scope="module", autouse=True)
def renderer() -> Iterator[Renderer]:
    """One for all tests: what one template does must not harm the next."""
    with Renderer() as RENDERERS[0]:
        yield RENDERERS[0]


RENDERERS = [Renderer()]


def text(template: str, **variables: Any) -> str:
    made = RENDERERS[0].rendered("a.yaml.j2", template, variables)
    assert isinstance(made, Rendered)
    return made.text


def problem(template: str, **variables: Any) -> str:
    made = RENDERERS[0].rendered("a.yaml.j2", template, variables)
    assert isinstance(made, Problem)
    return str(made)


def read_template(source: str, template: str, variables: dict[str, Any]) -> Reading:
    return reader.read_template(source, template, variables, RENDERERS[0])


def test_variables_are_put_in() -> None:
    assert (
        text("code: {{ code }}\nprice: {{ price * 2 }}\n", code="x", price=Decimal("0.10")) == "code: x\nprice: 0.20\n"
    )


def test_words_are_those_of_yaml() -> None:
    assert text("{{ none }} {{ true }} {{ flag }}", flag=False) == "null true false"


def test_a_template_reads_as_the_manifest_it_makes_with_places_in_the_template() -> None:
    template = (
        "{% set rates = [1, 2] -%}\n"
        "kind: plan\n"
        "tiers:\n"
        "{% for rate in rates %}\n"
        "  - rate: {{ rate }}\n"
        "    {%- if rate == 2 %}\n"
        "    last: true\n"
        "    {%- endif %}\n"
        "{% endfor %}\n"
        "code: {{ code }}\n"
    )
    reading = read_template("a.yaml.j2", template, {"code": "x"})
    assert reading.problems == ()
    (manifest,) = reading.manifests
    assert manifest.data == {"kind": "plan", "tiers": [{"rate": 1}, {"rate": 2, "last": True}], "code": "x"}
    assert manifest.mark().line == 2
    assert [manifest.mark(["tiers", n, "rate"]).line for n in (0, 1)] == [5, 5]
    assert manifest.mark(["tiers", 1, "last"]).line == 7
    assert manifest.mark(["code"]).line == 10


def test_problems_of_the_text_it_makes_stand_in_the_template() -> None:
    reading = read_template("a.yaml.j2", "{% for n in range(3) %}\nk{{ n }}: 1\n{% endfor %}\na: 1\na: 2\n", {})
    assert [problem.mark for problem in reading.problems] == [Mark("a.yaml.j2", 5, 1)]


@pytest.mark.parametrize(
    "template",
    [
        "{% set x %}abc{% endset %}\n{% if x == 'abc' %}size: {{ x | length }}{% endif %}\n",
        "{% set x %}4{% endset %}\n{% if true %}size: {{ 12 // (x | int) }}{% endif %}\n",
    ],
)
def test_places_never_change_what_a_template_says(template: str) -> None:
    assert text(template) == "\nsize: 3\n"
    assert read_template("a.yaml.j2", template, {}).manifests[0].mark() == Mark("a.yaml.j2", 1, 1)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a: 1\nb: {{ x }", "2:1: the template can't be read: unexpected '}'"),
        (
            "a: 1\nb: {{ x }}",
            "2:1: the template can't be rendered: 'x' is undefined (the variables of this environment are: y)",
        ),
        (
            "\n{% include 'secrets.yaml' %}",
            "2:1: the template can't be rendered: no loader for this environment specified",
        ),
        (
            "{{ y.__class__ }}",
            "1:1: the template can't be rendered: access to attribute '__class__' of 'int' object is unsafe.",
        ),
        ("{{ 1 / 0 }}", "1:1: the template can't be rendered: division by zero"),
        (
            "{% for n in range(10**9) %}{% endfor %}",
            "1:1: the template can't be rendered: its ranges have more than 100,000 items",
        ),
        ("{{ 'a' * 10**9 }}", "1:1: the template can't be rendered: * works on numbers only"),
        ("{{ '%99999999d' % 1 }}", "1:1: the template can't be rendered: % works on numbers only"),
        ("{{ 10 ** 10 ** 10 }}", "1:1: the template can't be rendered: prices don't need numbers of that size"),
        (
            "{{ lipsum() }}",
            "1:1: the template can't be rendered: 'lipsum' is undefined (the variables of this environment are: y)",
        ),
    ],
)
def test_what_a_template_may_not_do_is_a_problem_with_its_line(template: str, message: str) -> None:
    assert problem(template, y=1).startswith(f"a.yaml.j2:{message}")


def test_nested_loops_end() -> None:
    loops = "{% for a in range(999) %}{% for b in range(999) %}{% endfor %}{% endfor %}"
    assert "have more than" in problem(loops)


def test_endless_recursion_is_a_problem() -> None:
    assert "recursion" in problem("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")


def test_output_has_a_limit() -> None:
    assert "more than 10 MB" in problem("{% for n in range(2000) %}{{ big }}{% endfor %}", big="x" * 10_000)


def test_jinja2_is_imported_only_for_a_template() -> None:
    imported = "import sys, lago_gitops.manifests.reading.reader as r"
    code = f"{imported}; r.read_text('a', 'b: 1'); sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_numbers_keep_the_text_they_were_written_with_where_a_place_has_one() -> None:
    [manifest] = read_template(
        "t.yaml.j2", "a: 0x10\nb:\n{% for c in ['0x1', '0x2'] %}- {{ c }}\n{% endfor %}", {}
    ).manifests
    assert [manifest.written(path) for path in (("a",), ("b", 0), ("b", 1))] == ["0x10", "", ""]


GROWS = "{% set ns = namespace(x='aaaaaaaaaa') %}\n{% for i in range(27) %}\n{% set ns.x = ns.x ~ ns.x %}{% endfor %}"
TWICE = "\n{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}\n{{ m(60) }}"
SQUARES = "{% set ns = namespace(x=10) %}{% for i in range(60) %}\n{% set ns.x = ns.x * ns.x %}{% endfor %}"
NESTED = "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}"
SAME = NESTED + "{% set ns.b = [ns.b, ns.b] %}{% endfor %}\n{{ ns.a == ns.b }}"
MEMORY = "it needs more memory than a template may use"
LITTLE = templates.LIMITS._replace(seconds=0.1)


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("\n{{ ('a' | center(1500000000)) | length }}", 2, MEMORY),
        ("{{ '{:>1500000000}'.format(1) | length }}", 1, MEMORY),
        ("{{ 'a'.ljust(1500000000) | length }}", 1, MEMORY),
        (GROWS, 3, MEMORY),
        (SQUARES, 2, "prices don't need numbers of that size"),
        pytest.param(SAME, 2, "it needs more time or memory than a template may use", marks=pytest.mark.slow),
        ("{{ (2 ** 99) ** 99 }}", 1, "prices don't need numbers of that size"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", 1, "maximum recursion depth exceeded"),
    ],
)
def test_a_template_has_little_memory_and_its_line_is_named(template: str, line: int, words: str) -> None:
    assert problem(template).startswith(f"a.yaml.j2:{line}:1: the template can't be rendered: {words}")
    assert text("a: {{ b }}", b=1) == "a: 1"


@pytest.mark.parametrize(
    ("template", "line"), [(TWICE, 2), ("\n\n{{ [1] | slice(2000000000) | map('length') | sum }}", 3)]
)
def test_a_template_has_little_time_and_its_line_is_named(template: str, line: int) -> None:
    with patch.object(templates, "LIMITS", LITTLE):
        found = problem(template)

    assert found.startswith(f"a.yaml.j2:{line}:1: the template can't be rendered: it takes more than 0.1 s")
    assert text("a: {{ b }}", b=1) == "a: 1"
    assert templates.LIMITS.seconds == 1


ATOMS = st.sampled_from(
    [
        "1",
        "9",
        "99999999999",
        "1.5",
        "'ab'",
        "[1, 2]",
        "{'a': 1}",
        "x",
        "range(9)",
        "range(99999999)",
        "none",
        "undefined",
    ]
)
FILTERS = (
    "length", "list", "sum", "join", "upper", "center(99999999)", "indent(99999999)", "batch(9) | list", "sort",
    "slice(9) | list", "tojson", "pprint", "unique | list", "wordwrap(1)", "urlize", "replace('a', 'aaaaaaaaaaaa')",
    "format(1)", "map('upper') | list", "groupby('a')", "xmlattr", "truncate(9)", "int", "float", "reverse", "string",
)  # fmt: skip
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(
            "({} {} {})".format, inner, st.sampled_from(["*", "**", "%", "+", "-", "//", "/", "~", "and", "in"]), inner
        ),
        st.builds("({} | {})".format, inner, st.sampled_from(FILTERS)),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds(
            "({}).{}".format, inner, st.sampled_from(["__class__", "format(9)", "rjust(99999999)", "items()", "a"])
        ),
    ),
    max_leaves=6,
)
STATEMENTS = st.recursive(
    st.builds("{{{{ {} }}}}".format, EXPRESSIONS),
    lambda inner: st.one_of(
        st.builds("{{% for x in {} %}}{}{{% endfor %}}".format, EXPRESSIONS, inner),
        st.builds("{{% set x = {} %}}{}".format, EXPRESSIONS, inner),
        st.builds("{{% if {} %}}{}{{% endif %}}".format, EXPRESSIONS, inner),
        st.builds(
            "{{% macro m(x) %}}{}{{{{ m(x) }}}}{{{{ m(x) }}}}{{% endmacro %}}{{{{ m({}) }}}}".format, inner, EXPRESSIONS
        ),
        st.builds("{{% filter {} %}}{}{{% endfilter %}}".format, st.sampled_from(FILTERS), inner),
    ),
    max_leaves=4,
)


@pytest.mark.slow
@given(STATEMENTS)
@settings(max_examples=int(os.environ.get("EXAMPLES", "100")), deadline=None)
def test_any_template_ends_within_its_bounds(template: str) -> None:
    with patch.object(templates, "LIMITS", LITTLE):
        made = RENDERERS[0].rendered("a.yaml.j2", template, {"x": "ab"})

    assert made.rule == "template" if isinstance(made, Problem) else len(made.text) <= templates.LIMITS.text


def test_a_template_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAGO_API_KEY", "s3cr3t")
    with Renderer() as one:
        assert one.rendered("a", "b", {}) == Rendered("b", (0,))
        process = one._process
        assert process is not None
        environment = Path(f"/proc/{process.pid}/environ")
        assert not environment.exists() or b"s3cr3t" not in environment.read_bytes()


@pytest.mark.slow
def test_a_renderer_that_was_ended_is_followed_by_another() -> None:
    with Renderer() as one:
        one.rendered("a", "b", {})
        assert one._process is not None
        one._process.kill()
        one._process.wait()

        assert isinstance(one.rendered("a", "b", {}), Problem)
        assert one.rendered("a", "b", {}) == Rendered("b", (0,))
