"""Scripts → the JSON bodies of requests in them."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from lago_gitops.core.model.problem import Mark
from lago_gitops.imports.json_text import json_value, json_values
from lago_gitops.imports.resources import Note, Placed

OBJECT = re.compile(r'\{\s*(\\?)"')
ESCAPED = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)  # a body within double quotes, up to the one that ends it
VARIABLE = re.compile(r"\$(?:\w+|\{[^}]*\}|\([^)]*\))")


def bodies(source: str, text: str) -> Iterator[Any]:
    """The JSON objects in a script, with positions. Bodies with placeholders are notes."""
    end = 0
    while match := OBJECT.search(text, end):
        start = match.start()
        place = Mark(source, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        if match[1]:
            end = ESCAPED.match(text, start).end()  # type: ignore[union-attr]  # it also matches the empty text
            body = re.sub(r'\\(["\\$`])', r"\1", text[start:end])
        else:
            end = _closed(text, start)
            body = text[start:end]
        variable = VARIABLE.search(body)
        if variable:
            yield Note(str(place), f"this is not JSON until the script runs, which sets {variable[0]}: write its value")
        else:
            yield from json_values(body, place)


def _closed(text: str, start: int) -> int:
    """The end of the JSON at `start`, or of its matching brace if it isn't JSON."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        depth = 0
    for brace in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(text)


def python_bodies(source: str, text: str) -> Iterator[Any]:
    """The dictionaries of literals in a Python script, with positions; notes for bodies of requests
    that don't.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield Note(str(Mark(source, error.lineno or 1)), f"this is not Python: {error.msg}")
        return
    except (ValueError, RecursionError, MemoryError) as error:
        yield Note(source, f"this is not Python: {error}")
        return
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Dict):
            try:
                yield _literal(source, text, node)
                continue
            except ValueError:
                if any(isinstance(key, ast.Constant) and key.value == "code" for key in node.keys):
                    yield Note(str(_mark(source, node)), "the script completes this when it runs: write its values")
                    continue
        waiting[:0] = ast.iter_child_nodes(node)


def _literal(source: str, text: str, node: ast.AST) -> Any:
    """The value of a literal, with exact numbers. Raises ValueError if it isn't one."""
    match node:
        case ast.Dict():
            if not all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys):
                raise ValueError(node)
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            values = [_literal(source, text, value) for value in node.values]
            return Placed(zip(keys, values, strict=True), _mark(source, node))
        case ast.List() | ast.Tuple():
            return [_literal(source, text, item) for item in node.elts]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return -_literal(source, text, node.operand)
        case ast.Constant(value=float()):
            return json_value((ast.get_source_segment(text, node) or "").replace("_", ""))
        case ast.Constant(value=None | bool() | int() | str()):
            return node.value
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str() | int())]):
            return str(node.args[0].value)  # type: ignore[attr-defined]  # ensured by the pattern
    raise ValueError(node)


def _mark(source: str, node: ast.Dict) -> Mark:
    return Mark(source, node.lineno, node.col_offset + 1)
