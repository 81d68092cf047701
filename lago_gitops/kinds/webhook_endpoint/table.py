"""Webhook endpoints. Their URL names them: Lago gives them no code."""

from typing import Any

from lago_gitops.core.model.fields import NOT_BLANK, choice, text
from lago_gitops.core.model.kind import PathBy, ResourceKind, VersionSign
from lago_gitops.core.model.types import Field, Many, Text
from lago_gitops.kinds.webhook_endpoint.effects import WEBHOOK_EFFECTS
from lago_gitops.kinds.webhook_endpoint.events import EVENT_TYPES
from lago_gitops.kinds.webhook_endpoint.rules import WEBHOOK_RULES

ALL = ("*",)
_ENCODED = "%[0-9A-Fa-f]{2}"
_NAME = r"[A-Za-z0-9._~!$&'()*+,;=-]"
_PART = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|{_ENCODED})"
URL = (
    "^[Hh][Tt][Tt][Pp][Ss]?://"
    rf"(?:(?:{_NAME}|:|{_ENCODED})*@)?"
    rf"(?:\[[0-9A-Fa-f:.]+\]|(?:{_NAME}|{_ENCODED})+)(?::[0-9]*)?"
    rf"(?:/{_PART}*)?(?:\?[\u0021\u0022\u0024-\u007e]*)?(?:#(?:{_PART}|\?)*)?$"
)
"""RFC 3986 as Lago reads it: with any port, and any printable character in a query."""


def _event_types(types: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Lago strips, lowers and drops repeats, and reads `["*"]` as every event, which is null."""
    names = tuple(sorted({text.strip().lower() for text in types} - {""}))
    return None if names == ALL else names


WEBHOOK_ENDPOINT = ResourceKind(
    name="webhook_endpoint",
    collection="webhook_endpoints",
    doc="A URL to which Lago sends events. At most ten per organization.",
    key="webhook_url",
    path_by=PathBy.ID,
    deletes_first=True,  # there is room for ten
    always_sent=("webhook_url", "signature_algo"),  # before 1.43 an update without them failed or emptied them
    rules=WEBHOOK_RULES,
    effects=WEBHOOK_EFFECTS,
    signs=(VersionSign("event_types", "1.44"),),
    fields=(
        Field(
            "webhook_url",
            Text(
                pattern=URL,
                hint="an http or https URL with a host; spaces, braces and non-ASCII characters must be %-encoded",
                empty_is_null=False,
            ),
            "Where events are sent. Compared character by character: with a trailing slash it is another endpoint.",
            required=True,
            secret=True,
            example="https://hooks.example.com/lago",
        ),
        choice(
            "signature_algo",
            ("jwt", "hmac"),
            "How Lago signs requests: with its own key pair, or with the organization's secret.",
            default="jwt",
        ),
        text("name", "For your own use.", since="1.44"),
        Field(
            "event_types",
            Many(Text(pattern=NOT_BLANK, known=EVENT_TYPES), normal=_event_types),
            "Events to send. Left out, or `['*']`: all of them. An empty list: none at all.",
            since="1.44",
            example=["invoice.created", "subscription.started"],
        ),
    ),
)
