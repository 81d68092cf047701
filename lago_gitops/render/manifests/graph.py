"""References between resources: mermaid for Markdown, dot for Graphviz, data for programs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.model.resources import Address
from lago_gitops.render.base.values import printable


@dataclass(frozen=True, slots=True)
class Graph:
    """`edges` lead from a resource to one that it refers to; `outside` are nodes without a manifest."""

    nodes: tuple[Address, ...]
    edges: tuple[tuple[Address, Address], ...]
    outside: frozenset[Address] = frozenset()


def graph(references: Mapping[Address, Sequence[Address]]) -> Graph:
    """The graph of resources and their references, in order, without repetition."""
    edges = sorted({(source, target) for source, targets in references.items() for target in targets})
    outside = frozenset(target for _, target in edges) - references.keys()
    return Graph(tuple(sorted({*references, *outside})), tuple(edges), frozenset(outside))


def mermaid(arrows: Graph, redact: Callable[[str], str] = str) -> str:
    """`redact` removes secrets from addresses before they are escaped for mermaid."""
    names = _names(arrows)
    lines = ["flowchart LR"]
    lines += [
        f"  {names[one]}{_shape(_label(redact(str(one))), outside=one in arrows.outside)}" for one in arrows.nodes
    ]
    lines += [f"  {names[source]} --> {names[target]}" for source, target in arrows.edges]
    return "\n".join(lines)


def dot(arrows: Graph, redact: Callable[[str], str] = str) -> str:
    """Like `mermaid`, for Graphviz."""
    names = _names(arrows)
    lines = ["digraph pricing {", "  rankdir=LR;", "  node [shape=box];"]
    for one in arrows.nodes:
        style = ", style=dashed" if one in arrows.outside else ""
        lines.append(f"  {names[one]} [label={json.dumps(printable(redact(str(one))), ensure_ascii=False)}{style}];")
    lines += [f"  {names[source]} -> {names[target]};" for source, target in arrows.edges]
    return "\n".join([*lines, "}"])


def graph_document(arrows: Graph) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "nodes": [
            {"address": str(one), "kind": one.kind, "key": one.key, "is_described": one not in arrows.outside}
            for one in arrows.nodes
        ],
        "edges": [{"from": str(source), "to": str(target)} for source, target in arrows.edges],
    }


def _names(arrows: Graph) -> dict[Address, str]:
    """Short ids: codes may contain characters that neither language allows."""
    return {one: f"n{at}" for at, one in enumerate(arrows.nodes)}


def _label(plain: str) -> str:
    """In quotes, mermaid allows anything but quotes, yet reads HTML and Markdown: such characters become numbers."""
    return "".join(one if one.isalnum() or one in " _-./:" else f"#{ord(one)};" for one in plain)


def _shape(label: str, *, outside: bool) -> str:
    return f'(["{label}"])' if outside else f'["{label}"]'
