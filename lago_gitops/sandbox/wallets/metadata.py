"""Metadata of wallet transactions: a list of key-value pairs."""

from typing import Any

MOST_KEYS = 5
MOST_KEYS_OF_A_TRANSACTION = 15
LONGEST_KEY = 20
LONGEST_VALUE = 100


def problems(sent: Any, most: int = MOST_KEYS) -> list[str]:
    """The last problem: Lago reports only that one."""
    if sent is None:
        return []
    if not isinstance(sent, list):
        return ["invalid_type"]
    codes = ["too_many_keys"] if len(sent) > most else []
    for item in sent:
        codes = _problem_of(item) or codes
    return codes


def _problem_of(item: Any) -> list[str]:
    if not isinstance(item, dict) or sorted(item) != ["key", "value"] or not item["key"] or not item["value"]:
        return ["invalid_key_value_pair"]
    if isinstance(item["value"], str) and len(item["value"]) > LONGEST_VALUE:
        return ["value_too_long"]
    return ["key_too_long"] if len(str(item["key"])) > LONGEST_KEY else []
