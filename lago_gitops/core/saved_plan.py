"""A saved plan: sealed, so that a change by hand shows, and good for a while only."""

import json
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
FORMAT = "1.0"
AGAIN = "save a new one with `plan --out`"


class PlanFileError(Exception):
    """The plan can't be used; the text says why."""


def sealed(document: Document) -> dict[str, Any]:
    """The document with a seal over all the rest of it."""
    return {**document, "seal": _seal(document)}


def verify(document: Document, now: str) -> None:
    """Raises PlanFileError for a plan of another major version, changed since it was sealed, or too old."""
    major = str(document.get("format_version", "")).partition(".")[0]
    if major != FORMAT.partition(".")[0]:
        raise PlanFileError(
            f"its format is {document.get('format_version')!r}, but this version reads {FORMAT}; {AGAIN}"
        )
    if document.get("seal") != _seal(document):
        raise PlanFileError(f"it was edited after it was saved; {AGAIN}")
    if str(document.get("expires_at", "")) <= now:
        raise PlanFileError(f"it expired at {document.get('expires_at')}; {AGAIN}")


def check_target(document: Document, url: str, organization_id: str) -> None:
    """Raises PlanFileError where the plan is for another organization, or for another server."""
    planned = document["organization"]
    if planned["lago_id"] != organization_id:
        raise PlanFileError(f"it is for organization {planned['lago_id']} ({planned['name']}), not {organization_id}")
    if planned["url"] != url:
        raise PlanFileError(f"it is for {planned['url']}, not {url}")


def _seal(document: Document) -> str:
    import hashlib  # brings OpenSSL, and most runs save no plan

    return hashlib.sha256(_canonical({key: value for key, value in document.items() if key != "seal"})).hexdigest()


def _canonical(document: Document) -> bytes:
    """The same for the same content, in whichever order it is."""
    import orjson

    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # which has no halves of surrogate pairs, and no integers of more than 64 bits
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")
