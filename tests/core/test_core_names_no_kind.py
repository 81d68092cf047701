"""Facts of a kind live in its table: what the core says, it says of every kind."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lago_gitops.core
from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.types import Grants, Many, Object, Reference, Type
from lago_gitops.kinds import KINDS

CORE = Path(lago_gitops.core.__file__).parent
PACKAGE = CORE.parent
ELSEWHERE = [file for file in PACKAGE.rglob("*.py") if file.relative_to(PACKAGE).parts[0] not in ("kinds", "sandbox")]
OURS = frozenset({"plan", "plans", "organization", "organizations", "filters"})
"""Words that are ours too: the plan of a run, the organization of a key, what picks a count."""


def words_of(type_: Type) -> Iterator[str]:
    """The kinds that a value refers to, and the names of its fields."""
    match type_:
        case Reference(kind) | Grants(kind):
            yield kind
        case Many(item):
            yield from words_of(item)
        case _:
            for object_ in objects_of(type_):
                yield from fields_of(object_)


def fields_of(object_: Object) -> Iterator[str]:
    """Of words like `code`, `value` and `units` everybody has a use: those of several parts belong to a table."""
    for field in object_.fields:
        if "_" in field.name:
            yield field.name
        yield from words_of(field.type)


def names_of_kinds() -> frozenset[str]:
    found: set[str] = set()
    for kind in KINDS.values():
        found |= {word for nested in kind.nested for word in (nested.field, nested.root)}
        found |= {kind.name, kind.collection, *fields_of(kind.object)}
    return frozenset(found) - OURS


NAMES = re.compile(r"(?<![a-z])(?:" + "|".join(sorted(names_of_kinds(), key=len, reverse=True)) + r")(?![a-z])")


def said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The words of the code that runs: names and texts, without docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docs:
                yield node.lineno, text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.FunctionDef(name=text) | ast.arg(arg=text):
                yield node.lineno, text
            case _:
                pass


@pytest.mark.parametrize("module", sorted(CORE.rglob("*.py")), ids=lambda path: path.relative_to(CORE).as_posix())
def test_the_core_names_no_kind_and_no_field_of_one(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert [(line, text) for line, text in said(tree) if NAMES.search(text)] == []


def compared_with_kinds(tree: ast.AST) -> Iterator[int]:
    """The lines that decide by what kind something is, whichever way they ask."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=asked, comparators=[against]) if _says_kind(asked) and _names_a_kind(against):
                yield node.lineno
            case ast.Match(subject=asked, cases=cases) if _says_kind(asked):
                yield from (one.pattern.lineno for one in cases if _names_a_kind(one.pattern))
            case ast.MatchClass(cls=ast.Name(id="Address")) if _names_a_kind(node):
                yield node.lineno
            case _:
                pass


def _says_kind(asked: ast.expr) -> bool:
    return ast.unparse(asked).split(".")[-1] == "kind"


def _names_a_kind(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Constant) and node.value in KINDS for node in ast.walk(tree))


def test_nothing_outside_the_tables_decides_by_the_name_of_a_kind() -> None:
    """The sandbox has kinds of its own, and shares none with the client."""
    texts = {file: file.read_text(encoding="utf-8") for file in ELSEWHERE}
    quoted = re.compile(r"""["'](?:""" + "|".join(KINDS) + ")[\"']")
    trees = {file: ast.parse(text) for file, text in texts.items() if "kind" in text and quoted.search(text)}
    assert [(str(file), line) for file, tree in trees.items() for line in compared_with_kinds(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "x.kind == 'plan'",
        "kind != 'tax'",
        "one.address.kind in ('plan', 'coupon')",
        "match x.kind:\n    case 'plan' | 'tax': ...",
        "match x:\n    case Address('plan', key): ...",
    ],
)
def test_a_comparison_with_a_kind_is_seen(code: str) -> None:
    assert list(compared_with_kinds(ast.parse(code))) != []


@pytest.mark.parametrize("code", ["x = 'lago_eu_tax'", "x.names_charges", "def f(tax): ...", "x['amount_cents']"])
def test_a_name_in_the_code_is_seen(code: str) -> None:
    assert any(NAMES.search(text) for _, text in said(ast.parse(code)))


def test_a_docstring_may_give_an_example() -> None:
    assert list(said(ast.parse('"""charges.api_requests"""'))) == []
