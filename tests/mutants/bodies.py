"""Edits inside the body of a function, made in the process that has loaded it: nothing is imported again."""

import ast
import gc
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType, FunctionType

from tests.mutants.changes import Edit

Place = tuple[str, int]
"""A function by its qualified name, and how many before it have the same."""


def loaded_functions(filename: str) -> Sequence[FunctionType]:
    """All that were loaded from a file, wherever they are kept: cached ones, properties, methods."""
    return [one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__code__.co_filename == filename]


def edited_in_place(functions: Iterable[FunctionType], text: bytes, edit: Edit) -> bool:
    """Whether the functions of a loaded module do now what its edited text says; if not, nothing has changed.

    That is so of edits inside the body of a function that is no inner one.
    """
    place = _place(text, edit)
    if place is None:
        return False
    old, new = (_code(compile(one, "", "exec"), place) for one in (text, edit.applied(text)))
    found = [one for one in functions if _same(one.__code__, old)]
    for one in found:
        one.__code__ = new
    return bool(found)


def _place(text: bytes, edit: Edit) -> Place | None:
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines))]
    seen: dict[str, int] = {}
    for name, function in _functions(ast.parse(text), ""):
        first, last = function.body[0], function.body[-1]
        start = starts[first.lineno - 1] + first.col_offset
        end = starts[(last.end_lineno or 0) - 1] + (last.end_col_offset or 0)
        if start <= edit.start and edit.end <= end:
            return name, seen.get(name, 0)
        seen[name] = seen.get(name, 0) + 1
    return None


def _functions(node: ast.AST, within: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name):
                yield within + name, child
            case ast.ClassDef(name=name):
                yield from _functions(child, f"{within}{name}.")
            case ast.If():
                yield from _functions(child, within)
            case _:
                pass


def _code(module: CodeType, place: Place) -> CodeType:
    name, number = place
    return [one for one in _codes(module) if one.co_qualname == name][number]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _same(loaded: CodeType, old: CodeType) -> bool:
    return (loaded.co_qualname, loaded.co_firstlineno) == (old.co_qualname, old.co_firstlineno)
