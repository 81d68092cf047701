"""Scripts → the JSON bodies of requests in them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lago_gitops.core.model.problem import Mark
from lago_gitops.imports.found import Note
from lago_gitops.imports.json_text import json_values

OBJECT = re.compile(r'\{\s*(\\?)"')
ESCAPED = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)  # a body within double quotes, up to the one that ends it
VARIABLE = re.compile(r"\$(?:\w+|\{[^}]*\}|\([^)]*\))")


def bodies(source: str, text: str) -> Iterator[Any]:
    """The JSON objects in a script, each with its place. What a script only completes when it runs is a note."""
    end = 0
    while match := OBJECT.search(text, end):
        start = match.start()
        place = Mark(source, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        if match[1]:
            end = ESCAPED.match(text, start).end()  # type: ignore[union-attr]  # it fits the empty text, too
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
    """Where the JSON ends that begins there; where its brace is closed again, if it isn't JSON."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        depth = 0
    for brace in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(text)
