"""Plain data → canonical YAML."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.manifests.writing.layout import Branch, Entry, Leaf, Node, leaf_text, lines_of, text_of


def write(data: Mapping[str, Any], *, schema_url: str | None = None) -> str:
    """One document, its keys in the given order; editors check it against `schema_url`.

    Short lists of scalars are on one line, and so are short mappings of scalars inside lists. Text is quoted only
    if a reader of YAML 1.1 or 1.2 could misread it. Raises ValueError for numbers that JSON lacks,
    and TypeError for anything but dict, list, str, int, Decimal, bool and None.
    """
    modeline = [f"# yaml-language-server: $schema={schema_url}"] if schema_url else []
    return "\n".join([*modeline, *lines_of(tree(data)), ""])


def lines(value: Mapping[str, Any] | Sequence[Any]) -> list[str]:
    """The lines of a nested mapping or list in canonical layout; raises like `write`."""
    node = _node(value)
    return lines_of(node) if isinstance(node, Branch) else []


def flow_text(value: Any) -> str:
    """A value on one line, with brackets around mappings and lists; raises like `write`."""
    match _node(value):
        case Leaf() as leaf:
            return leaf_text(leaf, is_flow=True)
        case Branch(is_list=True):
            return f"[{', '.join(map(flow_text, value))}]"
        case _:
            return f"{{{', '.join(f'{text_of(key, is_flow=True)}: {flow_text(item)}' for key, item in value.items())}}}"


def write_all(documents: Iterable[Mapping[str, Any]], *, schema_url: str | None = None) -> str:
    """Several documents in one file, separated by lines of dashes."""
    return "---\n".join(write(document, schema_url=schema_url) for document in documents)


def tree(data: Mapping[str, Any]) -> Branch:
    """The tree of a document without comments; raises like `write`."""
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
