"""Every place of a module's text that can say something else, and what it says then."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OTHER_COMPARISONS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "is": ("is not",),
    "is not": ("is",),
    "in": ("not in",),
    "not in": ("in",),
}
OTHER_OPERATORS = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "*", "%": "*", "|": "&", "&": "|"}
OTHER_FUNCTIONS = {"all": "any", "any": "all", "max": "min", "min": "max", "sorted": "tuple", "set": "tuple"}
CALLS_THAT_TIDY = frozenset({"casefold", "lower", "strip", "upper", "removeprefix", "removesuffix", "normalize"})
TOLD = frozenset({"doc", "title", "description", "strict"})  # arguments that only people, or mistakes, need
TYPES = frozenset({"annotation", "returns", "type_params", "decorator_list", "cls", "bases"})  # fields of nodes


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]`, in bytes of UTF-8, becomes `new`."""

    start: int
    end: int
    new: str

    def applied(self, text: bytes) -> bytes:
        return text[: self.start] + self.new.encode() + text[self.end :]


def edits(text: str) -> tuple[Edit, ...]:
    """In the order of the text; each leaves it Python."""
    module = _Module(text)
    found = dict.fromkeys(one for node in _said(module.tree) for one in _of(node, module))
    return tuple(sorted((one for one in found if module.says_something_else(one)), key=lambda one: one.start))


class _Module:
    def __init__(self, text: str) -> None:
        self.bytes = text.encode()
        self.tree = ast.parse(text)
        lines = self.bytes.splitlines(keepends=True)
        self._starts = [sum(map(len, lines[:n])) for n in range(len(lines))]

    def span(self, node: ast.AST) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.bytes[start:end].decode()

    def instead(self, node: ast.AST, new: str) -> Edit:
        return Edit(*self.span(node), new)

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Edit]:
        """`old`, an operator, stands between two nodes, perhaps with brackets."""
        start, end = self.span(left)[1], self.span(right)[0]
        found = re.search(r"\s+".join(map(re.escape, old.split())), self.bytes[start:end].decode())
        if found:
            yield Edit(start + found.start(), start + found.end(), new)

    def without_each(self, items: Sequence[tuple[ast.AST, ast.AST]]) -> Iterator[Edit]:
        """Each left out, with the comma after it; an item is named by its first and its last node."""
        for first, last in items:
            start, end = self.span(first)[0], self.span(last)[1]
            comma = re.match(rb"\s*,\s*", self.bytes[end:])
            yield Edit(start, end + (comma.end() if comma else 0), "")

    def says_something_else(self, edit: Edit) -> bool:
        try:
            return ast.dump(ast.parse(edit.applied(self.bytes))) != ast.dump(self.tree)
        except SyntaxError:
            return False


def _said(node: ast.AST) -> Iterator[ast.AST]:
    """All of what runs: no annotations, decorators, aliases of types, text for readers, or inside of f-strings."""
    for name, value in ast.iter_fields(node):
        if name in TYPES or (isinstance(node, ast.Call) and name == "func" and isinstance(value, ast.Name)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _unsaid(child):
                yield child
                yield from _said(child)


def _unsaid(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return True
        case ast.keyword(arg=name) if name in TOLD:
            return True
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp(op=ast.BitOr()) | ast.Subscript(value=ast.Name())):
            return node.col_offset == 0
        case ast.Call(func=ast.Name(id="isinstance" | "cast" | "TypeVar")):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case _:
            return False


def _of(node: ast.AST, module: _Module) -> Iterator[Edit]:
    match node:
        case ast.Compare() | ast.BinOp() | ast.BoolOp() | ast.UnaryOp():
            yield from _operators(node, module)
        case ast.If() | ast.While():
            yield from (module.instead(node.test, word) for word in ("True", "False"))
        case ast.IfExp():
            yield from (module.instead(node, f"({module.text(one)})") for one in (node.body, node.orelse))
        case ast.comprehension():
            yield from (module.instead(test, word) for test in node.ifs for word in ("True", "False"))
        case ast.match_case(guard=None):
            _, end = module.span(node.pattern)
            yield Edit(end, end, " if False")
        case ast.match_case(guard=ast.expr() as guard):
            yield from (module.instead(guard, word) for word in ("True", "False"))
        case ast.Tuple() | ast.List() | ast.Set() | ast.Dict() | ast.Call() | ast.Constant():
            yield from _values(node, module)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield module.instead(value, "None")
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.Raise() | ast.AugAssign():
            yield module.instead(node, "pass")
        case ast.Break():
            yield module.instead(node, "continue")
        case ast.Continue():
            yield module.instead(node, "break")
        case ast.ExceptHandler(type=ast.expr() as caught):
            yield module.instead(caught, "ZeroDivisionError")
        case _:
            pass


def _operators(node: ast.AST, module: _Module) -> Iterator[Edit]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            sign = ast.unparse(ast.Compare(ast.Name("a"), [op], [ast.Name("b")]))[2:-2]
            for other in OTHER_COMPARISONS[sign]:
                yield from module.between(left, right, sign, other)
        case ast.BinOp(left=left, op=op, right=right):
            sign = ast.unparse(ast.BinOp(ast.Name("a"), op, ast.Name("b")))[2:-2]
            if sign in OTHER_OPERATORS:
                yield from module.between(left, right, sign, OTHER_OPERATORS[sign])
        case ast.BoolOp(op=op, values=values):
            word, other = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            parts = [f"({module.text(value)})" for value in values]
            yield module.instead(node, f"({f' {other} '.join(parts)})")
            for n in range(len(parts)):
                yield module.instead(node, f"({f' {word} '.join(parts[:n] + parts[n + 1 :])})")
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield module.instead(node, f"({module.text(operand)})")
        case _:
            pass


def _values(node: ast.AST, module: _Module) -> Iterator[Edit]:
    match node:
        case ast.Tuple(elts=[left, right], ctx=ast.Load()):
            yield from (module.instead(node, f"({module.text(one)},)") for one in (left, right))
        case ast.Tuple(elts=items, ctx=ast.Load()) | ast.List(elts=items, ctx=ast.Load()) | ast.Set(elts=items):
            yield from module.without_each([(one, one) for one in items])
        case ast.Dict(keys=keys, values=values):
            yield from module.without_each([(key, value) for key, value in zip(keys, values, strict=True) if key])
        case ast.Call():
            yield from _calls(node, module)
        case ast.Constant(value=bool() as value):
            yield module.instead(node, str(not value))
        case ast.Constant(value=int() as value):
            yield module.instead(node, str(value + 1))
        case ast.Constant(value=str() as value) if value and " " not in value:
            yield module.instead(node, repr(value + "_"))
        case _:
            pass


def _calls(node: ast.Call, module: _Module) -> Iterator[Edit]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_FUNCTIONS:
        yield module.instead(node.func, OTHER_FUNCTIONS[node.func.id])
    if isinstance(node.func, ast.Attribute) and node.func.attr in CALLS_THAT_TIDY:
        yield module.instead(node, f"({module.text(node.func.value)})")
    told = [one for one in node.keywords if one.arg is not None and one.arg not in TOLD]
    yield from module.without_each([(one, one) for one in told])
