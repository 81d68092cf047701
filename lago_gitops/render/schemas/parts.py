"""Parts of the JSON Schemas of this tool's output. Objects may get more keys within a major version."""

from typing import Any

from lago_gitops.core.saved_plan import FORMAT

Schema = dict[str, Any]

VERSION: Schema = {"const": FORMAT, "description": "Version of the format. A new major version may be incompatible."}
TRUTH: Schema = {"type": "boolean"}


def object_(properties: Schema, description: str = "") -> Schema:
    """An object with all of its properties required."""
    schema: Schema = {"type": "object", "properties": properties, "required": list(properties)}
    return schema | ({"description": description} if description else {})


def list_(items: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def text(description: str) -> Schema:
    return {"type": "string", "description": description}


def texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def number(description: str) -> Schema:
    return {"type": "integer", "description": description}


def count(description: str) -> Schema:
    """A number; null when Lago doesn't tell it."""
    return {"type": ["integer", "null"], "minimum": 0, "description": description}


def time(description: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": description}


def hash_(description: str) -> Schema:
    return {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": description}


def source() -> Schema:
    place = {"path": text("Path of the file."), "line": number("Counted from 1."), "column": number("Counted from 1.")}
    return object_(place, "Place of the manifest.")
