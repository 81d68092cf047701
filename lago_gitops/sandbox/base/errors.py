"""Lago's error answers, each with its literal body."""

from collections.abc import Mapping
from typing import Any

Problems = dict[str, list[str]]


class RefusedError(Exception):
    """Ends a request: what it wrote is rolled back, and the answer is `body` with `status`."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


class PartlyRefusedError(RefusedError):
    """Like RefusedError, but what was written before it is kept."""

    def __init__(self, refused: RefusedError) -> None:
        super().__init__(refused.status, refused.body)


def not_found(resource: str) -> RefusedError:
    return RefusedError(404, {"status": 404, "error": "Not Found", "code": f"{resource}_not_found"})


def forbidden(code: str) -> RefusedError:
    return RefusedError(403, {"status": 403, "error": "Forbidden", "code": code})


def not_allowed(code: str) -> RefusedError:
    return RefusedError(405, {"status": 405, "error": "Method Not Allowed", "code": code})


def unauthorized() -> RefusedError:
    return RefusedError(401, {"status": 401, "error": "Unauthorized"})


def unreadable_body() -> RefusedError:
    return RefusedError(400, {"status": 400, "error": "Bad Request"})


def missing_param(name: str) -> RefusedError:
    text = f"BadRequest: param is missing or the value is empty or invalid: {name}"
    return RefusedError(400, {"status": 400, "error": text})


def crash() -> RefusedError:
    """An exception inside Lago: the answer to some invalid inputs. Retrying doesn't help."""
    return RefusedError(500, {"status": 500, "error": "Internal Server Error"})


def beyond_sandbox(what: str) -> RefusedError:
    """The sandbox's own: it says that it lacks something instead of inventing an answer."""
    return RefusedError(501, {"status": 501, "error": f"Lago has {what}, and this sandbox does not"})


def invalid(problems: Mapping[str, Any]) -> RefusedError:
    body = {"status": 422, "error": "Unprocessable Entity", "code": "validation_errors", "error_details": problems}
    return RefusedError(422, body)


def note(problems: Problems, field: str, *codes: str) -> None:
    """Add `codes` under `field`, each once."""
    known = problems.setdefault(field, [])
    known.extend(code for code in codes if code not in known)


def refuse_if_any(problems: Problems) -> None:
    """Raises RefusedError with all problems, if there are any."""
    if problems:
        raise invalid(problems)
