"""Reference pages that follow from the code: kinds and their fields, exit codes, the Action."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pygments.lexers.special import TextLexer

from lago_gitops.cli.base.exits import Exit
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
    Integer,
    Keyed,
    Many,
    Moment,
    Object,
    Reference,
    Text,
    Type,
    Variant,
)
from lago_gitops.kinds import KINDS

HERE = Path(__file__).parent
GENERATED = HERE / "reference" / "generated"
REQUIRED = "**Required**"  # what sphinx-click says of an option
MOST_CHOICES = 12  # more are for an editor to complete
VALUES = {
    Text: "text",
    Integer: "whole number",
    Exact: "decimal number",
    Boolean: "`true`, `false`",
    Moment: "date and time",
    Many: "list",
    Keyed: "list",
    Free: "any JSON",
}
MEANINGS = {
    Exit.FINE: "success, also for a plan that has changes",
    Exit.UNEXPECTED: "unexpected error: a fault of the tool",
    Exit.CHANGES: "changes are pending (`plan --detailed-exitcode`, `drift`), or fees differ (`audit`)",
    Exit.INVALID: "invalid manifests, a failing pricing test, or an object that can't be expressed as a manifest",
    Exit.REFUSED: "refused: by Lago's rules, a guard, a policy or `--max-class`",
    Exit.STALE: "a plan that is stale, expired, altered or for another organization",
    Exit.PARTLY: "partly applied",
    Exit.UNREACHABLE: "Lago or the code host can't be reached, or refuses the key",
    Exit.USAGE: "wrong usage",
    Exit.INTERRUPTED: "interrupted",
}


def setup(app: Any) -> dict[str, bool]:
    """The pages are written as Sphinx starts; mermaid is shown as written: a picture would need a network."""
    app.add_lexer("mermaid", TextLexer)
    for part in ("description", "options", "usage"):
        app.connect(f"sphinx-click-process-{part}", _escape)
    app.connect("builder-inited", lambda _: write_all())
    return {"parallel_read_safe": True}


def _escape(_: Any, __: Any, lines: list[str]) -> None:
    """Help texts are plain: asterisks mean nothing, and `words` between backticks are literal."""
    lines[:] = [_as_restructured(line) for line in lines]


def _as_restructured(line: str) -> str:
    if "`" in line and line.count("`") % 2 == 0 and "``" not in line and not line.lstrip().startswith(".. "):
        plain, *parts = line.split("`")
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return _plain(plain) + "".join(f"``{literal}``{_plain(after)}" for literal, after in pairs)
    return _plain(line)


def _plain(text: str) -> str:
    return text.replace("*", "\\*").replace(REQUIRED.replace("*", "\\*"), REQUIRED)


def write_all() -> None:
    GENERATED.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = GENERATED / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """By name of the file."""
    found = {f"kind-{kind.name}": "\n".join(_kind(kind)) + "\n" for kind in KINDS.values()}
    found["exit-codes"] = "\n".join(_exit_codes()) + "\n"
    found["action"] = "\n".join(_action()) + "\n"
    return found


def _exit_codes() -> Iterator[str]:
    yield from ("# Exit codes", "", "The same for every command.", "", "| Code | Meaning |", "|--:|---|")
    yield from (f"| {code.value} | {MEANINGS[code]} |" for code in Exit)


def _action() -> Iterator[str]:
    action = yaml.safe_load((HERE.parent / "action.yml").read_text(encoding="utf-8"))
    yield from ("# The GitHub Action", "", action["description"], "")
    yield from ("## Inputs", "", "| Input | Default | Meaning |", "|---|---|---|")
    for name, one in action["inputs"].items():
        default = f"`{one['default']}`" if one.get("default") else ""
        yield f"| `{name}` | {default} | {one['description']} |"
    yield from ("", "## Outputs", "", "| Output | Meaning |", "|---|---|")
    yield from (f"| `{name}` | {one['description']} |" for name, one in action["outputs"].items())


def _kind(kind: ResourceKind) -> Iterator[str]:
    yield from (f"# {kind.name}", "", kind.doc, "")
    yield from _fields(kind.object, "")
    below = {(path, tuple(one.name for one in object_.fields)): object_ for path, object_ in _inner(kind.object, "")}
    for (path, _), object_ in below.items():
        yield from ("", f"## {path}", "")
        yield from _fields(object_, path)


def _fields(object_: Object, _: str) -> Iterator[str]:
    yield from ("| Field | Value | Default | Meaning |", "|---|---|---|---|")
    for field in object_.fields:
        yield f"| `{field.name}` | {_value(field.type)} | {_default(field)} | {_cell(_meaning(field))} |"


def _default(field: Field) -> str:
    if field.required:
        return "required"
    return "" if field.default in (None, [], {}) else f"`{str(field.default).lower()}`"


def _meaning(field: Field) -> str:
    since = f" Since Lago {field.since}." if field.since else ""
    return field.doc + since + (" Needs a licence." if field.licence else "")


def _value(type_: Type) -> str:
    """What can be written there, in words."""
    match type_:
        case Text(choices=choices) if len(choices) > MOST_CHOICES:
            return f"one of {len(choices)} values"
        case Text(choices=choices) if choices:
            return ", ".join(f"`{choice}`" for choice in choices)
        case Reference(kind):
            return f"code of a [{kind}](kind-{kind}.md)"
        case Many(item) if not isinstance(item, Object | Keyed | Variant):
            return f"list: {_value(item)}"
        case _:
            return VALUES.get(type(type_), "map")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<").replace("\n", " ")


def _inner(object_: Object, path: str) -> Iterator[tuple[str, Object]]:
    """Objects below, each under the path that leads there; what every price can have comes with each of them."""
    for field in object_.fields:
        here = f"{path}.{field.name}".removeprefix(".")
        for label, found in _objects(field.type):
            name = f"{here} ({label})" if label else here
            yield name, found
            yield from _inner(found, here)


def _objects(type_: Type) -> Iterator[tuple[str, Object]]:
    match type_:
        case Object():
            yield "", type_
        case Keyed() | Many() if isinstance(type_.item, Object):
            yield "", type_.item
        case Variant():
            yield from type_.cases.items()
        case _:
            return
