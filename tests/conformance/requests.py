"""Recorded steps as HTTP requests: their variables filled in, what their answers give to later ones."""

import json
import re
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any

KEY = "a-key"
Step = dict[str, Any]
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def sent(
    connection: HTTPConnection,
    step: Step,
    captured: Mapping[str, str],
    more: Mapping[str, str] | None = None,
    key: str = KEY,
) -> tuple[int, Any]:
    """Status and body of the answer; `more` are headers besides the usual ones."""
    method, path = step["method"], filled(step["path"], captured)
    if method == "CONTROL":
        method, path = "POST", f"/sandbox/{path}"
    body = step.get("raw") or (filled(json.dumps(step["body"]), captured) if "body" in step else None)
    headers = {} if step.get("no_auth") else {"Authorization": f"Bearer {step.get('bearer', key)}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, None if body is None else body.encode(), {**headers, **(more or {})})
    answer = connection.getresponse()
    return answer.status, _read(answer.read())


def _read(payload: bytes) -> Any:
    """Nothing is an answer too; what isn't JSON is text."""
    try:
        return json.loads(payload) if payload else None
    except ValueError:
        return payload.decode()


def filled(text: str, captured: Mapping[str, str]) -> str:
    """What was never captured stays as it is, as it did in the recording."""
    return _VARIABLE.sub(lambda found: captured.get(found[1], found[0]), text)


def captures(step: Step, body: Any) -> dict[str, str]:
    found = {name: _part(body, where.split(".")) for name, where in step.get("capture", {}).items()}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _part(value: Any, names: list[str]) -> Any:
    """`charges.0` is the first of a list, `charges.code=calls` the one of that code."""
    for name in names:
        if isinstance(value, list):
            key, _, wanted = name.partition("=")
            matching = [item for item in value if item.get(key) == wanted] if wanted else value[int(name) :]
            value = matching[0] if matching else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value
