"""A plan's metadata: a flat map of texts, with its own routes."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid

MOST_KEYS = 50
LONGEST_KEY = 100
LONGEST_VALUE = 255


def checked(metadata: Doc) -> Doc:
    """Refuses too many keys, long keys, and values that are long or not strings."""
    problems = list(dict.fromkeys(_problems(metadata)))
    if problems:
        raise invalid({"value": problems})
    return metadata


def _problems(metadata: Doc) -> list[str]:
    words = [f"cannot have more than {MOST_KEYS} keys"] if len(metadata) > MOST_KEYS else []
    for key, value in metadata.items():
        if len(key) > LONGEST_KEY:
            words.append(f"key '{key}' must be a String up to {LONGEST_KEY} characters")
        if not _fits(value):
            words.append(f"value for key '{key}' must be empty or a String up to {LONGEST_VALUE} characters")
    return words


def _fits(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= LONGEST_VALUE)
