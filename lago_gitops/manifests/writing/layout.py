"""The canonical layout of YAML: a tree of values and comments → lines that all readers read alike."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

WIDTH = 120
INDENT = "  "

_LONGEST_KEY = 1000  # longer ones need the "? " form: parsers look ahead 1,024 characters for the colon
_QUOTED_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # in any case: YAML 1.1
_PLAIN_START = re.compile(r"[^\W\d]|/")
_NOT_PLAIN = re.compile(r":(?: |$)| #| $")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:?]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x1b": "\\e"}

_TEXTS_KEPT = 16_384  # files repeat their words

Value = str | int | Decimal | None  # bool is an int


@dataclass(frozen=True, slots=True)
class Alias:
    """`*name`: repeats the value of an anchor."""

    name: str


# The parts of a tree aren't frozen: there is one for every value of every file, and creating frozen ones takes
# three times as long. Treat them as immutable all the same, and replace parts instead.
@dataclass(slots=True)
class Leaf:
    """A scalar. `folded` has the lines of a text that its author folded (`>`), header first."""

    value: Value | Alias
    anchor: str = ""
    folded: tuple[str, ...] = ()


@dataclass(slots=True)
class Branch:
    """A mapping, or a list when `is_list`. `foot` are the comments after its last entry."""

    entries: Sequence["Entry"]
    is_list: bool
    anchor: str = ""
    foot: Sequence[str] = ()


Node = Leaf | Branch


@dataclass(slots=True)
class Entry:
    """A value and its key; list items have none. An empty string among the comments is an empty line."""

    key: str
    node: Node
    before: Sequence[str] = ()
    beside: str = ""


def lines_of(root: Branch) -> list[str]:
    """The lines of one document."""
    return _branch(root, 0) if root.entries else [*root.foot, "{}"]


def without_first_blanks(comments: Sequence[str]) -> tuple[str, ...]:
    start = next((number for number, comment in enumerate(comments) if comment), len(comments))
    return tuple(comments[start:])


def _branch(branch: Branch, depth: int) -> list[str]:
    lines: list[str] = []
    for number, entry in enumerate(branch.entries):
        placed, own = _item(entry, depth) if branch.is_list else (entry, _pair(entry, depth))
        before = placed.before if number else without_first_blanks(placed.before)
        lines += _comments(before, depth) if before else ()
        lines += own
    return lines + _comments(branch.foot, depth)


def _comments(comments: Sequence[str], depth: int) -> list[str]:
    return [INDENT * depth + comment if comment else "" for comment in comments]


def _pair(entry: Entry, depth: int) -> list[str]:
    indent, name = INDENT * depth, text_of(entry.key, is_flow=True)
    if len(name) > _LONGEST_KEY:
        return [f"{indent}? {name}", *_after(f"{indent}:", entry, depth)]
    if not entry.beside and (text := _plain_line(entry.node)):  # most entries
        return [f"{indent}{name}: {text}"]
    return _after(f"{indent}{name}:", entry, depth)


def _plain_line(node: Node) -> str:
    """The text of a scalar without comments and anchors; empty for others."""
    if isinstance(node, Branch) or node.anchor or node.folded or (isinstance(node.value, str) and "\n" in node.value):
        return ""
    return leaf_text(node, is_flow=False)


def _after(start: str, entry: Entry, depth: int) -> list[str]:
    """A value after the key at the end of `start`: beside or below it."""
    beside = _inline(entry.node, len(start) + 1, is_item=False)
    if beside is not None:
        return _with_comment([f"{start} {beside[0]}", *_comments(beside[1:], depth + 1)], entry.beside)
    return [*_with_comment([start + _anchor(entry.node, " ")], entry.beside), *_below(entry.node, depth + 1)]


def _item(entry: Entry, depth: int) -> tuple[Entry, list[str]]:
    """An item and its lines, including its dash. Its content is indented by two spaces."""
    beside = _item_inline(entry, depth)
    if beside is None and (placed := _lifted(entry, depth)) is not entry:
        return placed, _item_lines(placed, depth, _item_inline(placed, depth))
    return entry, _item_lines(entry, depth, beside)


def _item_inline(entry: Entry, depth: int) -> list[str] | None:
    return _inline(entry.node, len(INDENT) * (depth + 1), is_item=True)


def _item_lines(entry: Entry, depth: int, beside: list[str] | None) -> list[str]:
    start = INDENT * depth + "- "
    if beside is not None:
        return _with_comment([start + beside[0], *_comments(beside[1:], depth + 1)], entry.beside)
    lines = _below(entry.node, depth + 1)
    if entry.node.anchor:
        return [*_with_comment([start + _anchor(entry.node)], entry.beside), *lines]
    return [start + lines[0][len(start) :], *lines[1:]]


def _below(node: Node, depth: int) -> list[str]:
    return _branch(node, depth) if isinstance(node, Branch) else []


def _lifted(entry: Entry, depth: int) -> Entry:
    """The item, with comments moved above its dash that would be between the dash and the first key."""
    node = entry.node
    if isinstance(node, Leaf) or node.anchor or _item_inline(entry, depth) is not None:
        return entry
    first = _lifted(node.entries[0], depth + 1) if node.is_list else node.entries[0]
    above = (*entry.before, *filter(None, [entry.beside]), *without_first_blanks(first.before))
    if not above and first is node.entries[0] and not first.before and not entry.beside:
        return entry
    return Entry("", replace(node, entries=(replace(first, before=()), *node.entries[1:])), above)


def _with_comment(lines: list[str], comment: str) -> list[str]:
    return [f"{lines[0]}  {comment}", *lines[1:]] if comment else lines


def _anchor(node: Node, before: str = "", after: str = "") -> str:
    return f"{before}&{node.anchor}{after}" if node.anchor else ""


def _inline(node: Node, column: int, *, is_item: bool) -> list[str] | None:
    """The value on the line of its key or dash, plus lines of a text below it; None if a branch is written below."""
    start = _anchor(node, after=" ")
    if isinstance(node, Leaf):
        first, *others = _leaf_lines(node)
        return [start + first, *others]
    if not node.entries:
        return [start + ("[]" if node.is_list else "{}")]
    leaves = _leaves(node)
    if leaves is None or not (node.is_list or is_item):
        return None
    line = start + _flow(leaves, is_list=node.is_list)
    return [line] if column + len(line) <= WIDTH else None


def _leaves(branch: Branch) -> list[tuple[str, Leaf]] | None:
    """Its keys and scalars; None if it contains branches, comments or folded texts."""
    leaves: list[tuple[str, Leaf]] = []
    for entry in branch.entries:
        if not isinstance(entry.node, Leaf) or entry.beside or any(entry.before) or entry.node.folded:
            return None
        leaves.append((entry.key, entry.node))
    return None if branch.foot else leaves


def _flow(leaves: list[tuple[str, Leaf]], *, is_list: bool) -> str:
    values = [
        (text_of(key, is_flow=True), _anchor(leaf, after=" ") + leaf_text(leaf, is_flow=True)) for key, leaf in leaves
    ]
    if is_list:
        return f"[{', '.join(value for _, value in values)}]"
    return f"{{{', '.join(f'{key}: {value}' for key, value in values)}}}"


def _leaf_lines(leaf: Leaf) -> list[str]:
    if leaf.folded:
        return list(leaf.folded)
    if isinstance(leaf.value, str) and _fits_block(leaf.value):
        return ["|" if leaf.value.endswith("\n") else "|-", *leaf.value.removesuffix("\n").split("\n")]
    return [leaf_text(leaf, is_flow=False)]


def leaf_text(leaf: Leaf, *, is_flow: bool) -> str:
    """A scalar on one line."""
    match leaf.value:
        case str(text):
            return text_of(text, is_flow=is_flow)
        case None:
            return "null"
        case bool(value):
            return "true" if value else "false"
        case int(value):
            return str(value)
        case Decimal() as value:
            return format(value, "f")  # without an exponent: 1e3 is text to YAML 1.1
        case Alias(name):  # the last of its union
            return f"*{name}"


def text_of(text: str, *, is_flow: bool) -> str:
    """The text, quoted only if a reader could misread it."""
    return _in_flow(text) if is_flow else _alone(text)


@lru_cache(_TEXTS_KEPT)
def _in_flow(text: str) -> str:
    return text if _is_plain(text) and not _NOT_PLAIN_IN_FLOW.search(text) else _quoted(text)


@lru_cache(_TEXTS_KEPT)
def _alone(text: str) -> str:
    return text if _is_plain(text) else _quoted(text)


def _is_plain(text: str) -> bool:
    return (
        _PLAIN_START.match(text) is not None
        and text.isprintable()
        and text.lower() not in _QUOTED_WORDS
        and _NOT_PLAIN.search(text) is None
    )


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _fits_block(text: str) -> bool:
    """Whether a block (`|`) is readable and safe: several lines without invisible characters."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and lines[0] == lines[0].lstrip() != ""
        and lines[-1] != ""
    )
