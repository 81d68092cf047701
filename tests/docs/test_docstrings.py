"""What docstrings owe to who calls a function: its signature says nothing of what it raises."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import lago_gitops

PACKAGE = Path(lago_gitops.__file__).parent
SAYS_SO = ("raise", "refuse")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(node: ast.AST) -> Iterator[Function]:
    """Functions of a module and methods of its classes. What a function holds is its own affair."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, Function | ast.ClassDef) and not inner.name.startswith("_"):
            if isinstance(inner, ast.ClassDef):
                yield from public_functions(inner)
            elif not is_command(inner):
                yield inner


def is_command(function: Function) -> bool:
    """The docstring of a command is its help: exit codes are what it raises."""
    return any(".command(" in ast.unparse(decorator) for decorator in function.decorator_list)


def raised(node: ast.AST) -> Iterator[str]:
    """By the body itself: not by functions inside it, and not what it merely passes on."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            yield ast.unparse(inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc)
        elif not isinstance(inner, Function | ast.ClassDef | ast.Lambda):
            yield from raised(inner)


def silent(source: str) -> list[str]:
    """The public functions that raise without a word of it."""
    return [function.name for function in public_functions(ast.parse(source)) if not tells(function)]


def tells(function: Function) -> bool:
    docstring = (ast.get_docstring(function) or "").lower()
    names = [name.lower() for name in raised(function)]
    return any(word in docstring for word in SAYS_SO) or all(name in docstring for name in names)


@pytest.mark.slow
def test_public_functions_that_raise_say_what() -> None:
    texts = {str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}

    assert [(path, name) for path, text in sorted(texts.items()) if "raise " in text for name in silent(text)] == []


def test_a_function_that_raises_without_a_word_of_it_is_seen() -> None:
    assert silent("def f():\n    '''Count.'''\n    if x:\n        raise ValueError('x')") == ["f"]
    assert silent("class A:\n    def f(self):\n        raise ValueError") == ["f"]


def test_what_says_so_passes_on_or_is_private_is_fine() -> None:
    assert silent("def f():\n    '''Raises ValueError.'''\n    raise ValueError('x')") == []
    assert silent("def f():\n    try:\n        g()\n    except KeyError:\n        raise") == []
    assert silent("def _f():\n    raise ValueError") == []
    assert silent("@click.command()\ndef f():\n    '''Help.'''\n    raise ValueError") == []
