"""What Lago has and the sandbox does not: named, so that nothing else answers in its place."""

from typing import NoReturn

from lago_gitops.sandbox.base.errors import beyond_sandbox
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.routes import Route
from lago_gitops.sandbox.base.world import World

_BELOW_A_SUBSCRIPTION = ("alerts", "entitlements", "lifetime_usage")
_PRICES_OF_A_SUBSCRIPTION = ("charges", "fixed_charges")
_BELOW_A_CUSTOMER = (
    "applied_coupons",
    "checkout_url",
    "credit_notes",
    "invoices",
    "payment_methods",
    "payment_requests",
    "payments",
    "portal_url",
    "subscriptions",
    "wallets",
)
_COLLECTIONS = (
    "activity_logs",
    "analytics",
    "api_logs",
    "credit_notes",
    "events",
    "fees",
    "invoice_custom_sections",
    "invoices",
    "payment_receipts",
    "payment_requests",
    "payments",
    "wallet_transactions",
    "wallets",
    "webhooks",
)
_METHODS = "GET HEAD POST PUT PATCH DELETE"


def _not_here(_: World, request: Request) -> NoReturn:
    raise beyond_sandbox(f"{request.method} {request.path}")


def _missing(place: str, ability: str | None = None) -> tuple[Route, ...]:
    return tuple(Route(_METHODS, path, _not_here, ability) for path in (place, f"{place}/{{code}}"))


ROUTES = (
    *(route for name in _BELOW_A_SUBSCRIPTION for route in _missing(f"subscriptions/{{id}}/{name}")),
    *(
        route
        for name in _PRICES_OF_A_SUBSCRIPTION
        for route in _missing(f"subscriptions/{{id}}/{name}", "nested_plan_routes")
    ),
    *(route for name in _BELOW_A_CUSTOMER for route in _missing(f"customers/{{id}}/{name}")),
    *(route for name in _COLLECTIONS for route in _missing(name)),
)
"""Every method, and everything below: for what no other route answers."""
