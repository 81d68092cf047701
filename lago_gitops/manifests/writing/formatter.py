"""A manifest file → the same file in canonical layout, with its comments."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import is_
from typing import Any

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.characters import character_problems
from lago_gitops.manifests.reading.lines import documents_by_line
from lago_gitops.manifests.reading.reader import read_text, read_with_events
from lago_gitops.manifests.sources.files import is_template
from lago_gitops.manifests.writing.comments import is_modeline, without_comments
from lago_gitops.manifests.writing.layout import Alias, Branch, Entry, Leaf, Node, lines_of, without_first_blanks
from lago_gitops.manifests.writing.trees import comments_of, trees
from lago_gitops.manifests.writing.writer import tree

Order = Callable[[tuple[str, ...]], Sequence[str]]
"""The keys of a mapping in canonical order, by its path: its kind, then keys, without positions. Others are last."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """The text in canonical layout; the original text if there are problems."""

    text: str
    problems: tuple[Problem, ...] = ()


def format_text(source: str, text: str, order: Order) -> Formatted:
    """Format all documents of a file: indentation, order of keys, quotes, short values on one line.

    Refuses what the reader refuses, and texts whose data or comments would change.
    Templates and JSON aren't changed: templates aren't YAML yet, and JSON has its own layout.
    """
    if is_template(source) or source.endswith(".json"):
        return Formatted(text)
    plain = text.removeprefix("\ufeff")
    if problems := character_problems(source, plain):
        return Formatted(text, problems)
    if plain == text and _is_surely_laid_out(text, order):
        return Formatted(text)
    before, events = read_with_events(source, plain)
    if before.problems or not before.manifests:
        return Formatted(text, before.problems)
    may_repeat = "*" in text  # the start of an alias
    made = _laid_out(_ordered_document(each, order, may_repeat=may_repeat) for each in trees(text, events))
    if made == text:
        return Formatted(text)
    after = read_text(source, made)
    was, is_ = ([typed(manifest.data) for manifest in side.manifests] for side in (before, after))
    if after.problems or was != is_ or comments_of(made) != comments_of(text):
        message = "the file can't be formatted without changing what it says"
        return Formatted(text, (Problem(Mark(source), message, "it is left unchanged; format it by hand"),))
    return Formatted(made)


def _is_surely_laid_out(text: str, order: Order) -> bool:
    """A fast check for most files: whether the text is already the layout of its data, apart from
    comments and empty lines that keep their position."""
    documents = documents_by_line(text)
    if not documents:
        return False
    roots = (_ordered_document(tree(data), order, may_repeat=False) for data, _ in documents)
    made = _laid_out(roots)
    return made == text or without_comments(text) == made


def _laid_out(documents: Iterable[Branch]) -> str:
    return "---\n".join("\n".join([*lines_of(document), ""]) for document in documents)


def typed(value: Any) -> Any:
    """The value in a form that distinguishes 1, true and 1.0, but not the order of keys."""
    match value:
        case dict():
            return {key: typed(item) for key, item in value.items()}
        case list():
            return [typed(item) for item in value]
    return isinstance(value, bool), value


def _ordered_document(root: Branch, order: Order, *, may_repeat: bool) -> Branch:
    """The document with its keys in order. Comments at its top stay at the top.

    With aliases, the order is kept: an alias must come after its anchor.
    """
    if not root.entries or (may_repeat and _has_alias(root)):
        return root
    head, first = _head(root.entries[0])
    ordered = _ordered(replace(root, entries=(first, *root.entries[1:])), (_kind(root),), order)
    top, *others = ordered.entries
    top = replace(top, before=(*head, *without_first_blanks(top.before)))
    return replace(ordered, entries=(top, *others))


def _ordered(node: Branch, path: tuple[str, ...], order: Order) -> Branch:
    entries = [_ordered_entry(entry, path if node.is_list else (*path, entry.key), order) for entry in node.entries]
    if not node.is_list:
        ranks = _ranks(tuple(order(path)))
        entries.sort(key=lambda entry: ranks.get(entry.key, len(ranks)))
    return node if all(map(is_, entries, node.entries)) else replace(node, entries=tuple(entries))


def _ordered_entry(entry: Entry, path: tuple[str, ...], order: Order) -> Entry:
    if isinstance(entry.node, Leaf) or (node := _ordered(entry.node, path, order)) is entry.node:
        return entry
    return replace(entry, node=node)


@lru_cache(256)
def _ranks(keys: tuple[str, ...]) -> dict[str, int]:
    return {key: rank for rank, key in enumerate(keys)}


def _head(first: Entry) -> tuple[tuple[str, ...], Entry]:
    """The comments about the whole document, and its first entry without them.

    They end with an empty line; a comment that names the schema is always one of them.
    """
    before = without_first_blanks(first.before)
    end = max((number + 1 for number, line in enumerate(before) if not line or is_modeline(line)), default=0)
    return before[:end], replace(first, before=before[end:])


def _has_alias(node: Node) -> bool:
    if isinstance(node, Leaf):
        return isinstance(node.value, Alias)
    return any(_has_alias(entry.node) for entry in node.entries)


def _kind(root: Branch) -> str:
    kinds = (entry.node.value for entry in root.entries if entry.key == "kind" and isinstance(entry.node, Leaf))
    return str(next(kinds, ""))
