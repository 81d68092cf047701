"""Routes of Lago that the sandbox lacks, listed so that no other route answers in their place."""

from typing import NoReturn

from lago_gitops.sandbox.base.errors import beyond_sandbox
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import Route
from lago_gitops.sandbox.base.world import World

_BELOW_A_CUSTOMER = ("payment_methods",)
_COLLECTIONS = (
    "activity_logs",
    "analytics",
    "api_logs",
    "invoice_custom_sections",
    "order_forms",
    "orders",
    "quote_versions",
    "quotes",
    "security_logs",
)
_METHODS = "GET HEAD POST PUT PATCH DELETE"


def _not_here(_: World, request: Request) -> NoReturn:
    raise beyond_sandbox(f"{request.method} {request.path}")


def _missing(place: str, ability: str | None = None) -> tuple[Route, ...]:
    return tuple(Route(_METHODS, path, _not_here, ability) for path in (place, f"{place}/{{code}}"))


ROUTES = (
    Route(_METHODS, "subscriptions/{id}/charges/{id}/filters", _not_here, "nested_plan_routes"),
    Route(_METHODS, "subscriptions/{id}/charges/{id}/filters/{id}", _not_here, "nested_plan_routes"),
    *(route for name in _BELOW_A_CUSTOMER for route in _missing(f"customers/{{id}}/{name}")),
    *(route for name in _COLLECTIONS for route in _missing(name)),
)
"""Catch-all routes: every method, and every path below."""
