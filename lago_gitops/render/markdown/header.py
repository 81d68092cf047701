"""The first line of a comment, for programs: people don't see it.

It is JSON inside an HTML comment, so no value can pass for another key or end the comment early.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

_BEGIN = "<!-- lago-gitops "
_END = " -->"
_ESCAPES = str.maketrans({"-": "\\u002d", "<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True, slots=True)
class Header:
    """`valid_at`: when the plan was created; `shown_since`: when its prices and effects were first shown in it.

    Both are UTC, as `2026-10-01T12:00:00Z`. `money` is the digest of the facts that an approval covers.
    """

    environment: str
    valid_at: str
    head_sha: str = ""
    digest: str = ""
    money: str = ""
    shown_since: str = ""
    truncated: bool = False


def header_line(header: Header) -> str:
    """The line, without a line break; its content is free of `--`, `<` and `>`."""
    text = json.dumps({"v": 1, **asdict(header)}, ensure_ascii=True, separators=(",", ":"))
    return f"{_BEGIN}{text.translate(_ESCAPES)}{_END}"


def read_header(body: str) -> Header | None:
    """The header of a comment's body; None when its first line wasn't written by this version."""
    line = body.partition("\n")[0].rstrip("\r")
    if not (line.startswith(_BEGIN) and line.endswith(_END)):
        return None
    try:
        data = json.loads(line[len(_BEGIN) : -len(_END)])
    except ValueError:
        return None
    return _header(data) if isinstance(data, dict) and data.get("v") == 1 else None


def _header(data: Mapping[str, Any]) -> Header | None:
    known = {field.name: data[field.name] for field in fields(Header) if field.name in data}
    texts = [value for name, value in known.items() if name != "truncated"]
    if not {"environment", "valid_at"} <= known.keys() or not all(isinstance(value, str) for value in texts):
        return None
    return Header(**known)
