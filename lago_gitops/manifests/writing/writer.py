"""Plain data → canonical YAML."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.manifests.writing.layout import Branch, Entry, Leaf, Node, leaf_text, lines_of, text_of


def write(data: Mapping[str, Any], *, schema_url: str | None = None) -> str:
    """One document, its keys in the order in which they come; `schema_url` tells editors how to check it.

    Short lists of scalars stand on one line, and so do short mappings of scalars inside of a list. Text is quoted only
    where readers of YAML 1.1 or 1.2 could take it for something else. Raises ValueError for numbers that JSON hasn't
    got, TypeError for anything but dict, list, str, int, Decimal, bool and None.
    """
    modeline = [f"# yaml-language-server: $schema={schema_url}"] if schema_url else []
    return "\n".join([*modeline, *lines_of(tree(data)), ""])


def lines(value: Mapping[str, Any] | Sequence[Any]) -> list[str]:
    """A mapping or a list in canonical layout, for what stands inside of something else; raises as `write` does."""
    node = _node(value)
    return lines_of(node) if isinstance(node, Branch) else []


def flow_text(value: Any) -> str:
    """A value on one line, with brackets around mappings and lists; raises as `write` does."""
    match _node(value):
        case Leaf() as leaf:
            return leaf_text(leaf, is_flow=True)
        case Branch(is_list=True):
            return f"[{', '.join(map(flow_text, value))}]"
        case _:
            return f"{{{', '.join(f'{text_of(key, is_flow=True)}: {flow_text(item)}' for key, item in value.items())}}}"


def write_all(documents: Iterable[Mapping[str, Any]], *, schema_url: str | None = None) -> str:
    """Several documents of one file, a line of dashes between them."""
    return "---\n".join(write(document, schema_url=schema_url) for document in documents)


def tree(data: Mapping[str, Any]) -> Branch:
    """The tree of a document without comments; raises as `write` does."""
    return Branch(tuple(Entry(_key(key), _node(value)) for key, value in data.items()), is_list=False)


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    raise TypeError(f"keys are text, not {key!r}")


def _node(value: Any) -> Node:
    match value:
        case dict():
            return tree(value)
        case list():
            return Branch(tuple(Entry("", _node(item)) for item in value), is_list=True)
        case Decimal() if not value.is_finite():
            raise ValueError(f"{value} is not a number that a manifest can have")
        case None | str() | int() | Decimal():
            return Leaf(value)
    raise TypeError(f"{type(value).__name__} can't be expressed in a manifest: {value!r}")
