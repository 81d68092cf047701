"""The JSON Schema of simulations: usage is written as in price tests, and can be random."""

from typing import Final

from lago_gitops.bills.usage_schema import GIVEN, SIGNED, USAGE
from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.validation import dates
from lago_gitops.core.validation.schema import EXACT, RESERVED, Schema, headed
from lago_gitops.pricetests.schema import CODE, CODES, LAGO_VERSION
from lago_gitops.pricetests.schema import HINTS as USAGE_HINTS

MONTH: Final = rf"^{dates.MONTH}$"
DAY: Final = rf"^{dates.DAY}$"
INSTANT: Final = rf"^{dates.INSTANT}Z$"
HINTS: Final = {
    **USAGE_HINTS,
    MONTH: "a month such as 2026-01",
    DAY: "a day such as 2026-01-15",
    INSTANT: "a time in UTC such as 2026-01-15T12:00:00Z",
}
MOST_MONTHS: Final = 60
MOST_CUSTOMERS: Final = 10_000

_DRAWN: Final[Schema] = {
    "required": [],
    "properties": {
        **GIVEN["properties"],
        "between": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": SIGNED,
            "description": "Random units instead of fixed ones: drawn for each customer and month, bounds included.",
        },
        "growth": SIGNED | {"description": "Growth from one month to the next: 0.1 is 10 %."},
    },
    "additionalProperties": False,
}
_USAGE: Final[Schema] = {
    "type": "object",
    "description": "Usage in a month, by the code of a charge of the plan or of a metric.",
    "additionalProperties": USAGE["additionalProperties"] | _DRAWN | {"items": {"type": "object"} | _DRAWN},
}
_DAY: Final[Schema] = {"type": "string", "pattern": DAY}
_SUBSCRIPTION: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["plan"],
    "properties": {
        "plan": CODE | {"description": "The plan's code."},
        "start": _DAY | {"description": "First day. Default: the first day of the simulation."},
        "end": _DAY | {"description": "Last day. Default: no end."},
        "billing_time": {"enum": ["calendar", "anniversary"], "default": "calendar"},
        "changes": {
            "type": "array",
            "description": "Later plans, each requested on a day. Upgrades take effect at once, downgrades wait.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["on", "plan"],
                "properties": {"on": _DAY, "plan": CODE},
            },
        },
        "usage": _USAGE,
        "months": {
            "type": "object",
            "description": "Usage in particular months, instead of `usage`.",
            "propertyNames": {"pattern": MONTH},
            "additionalProperties": _USAGE,
        },
        "events": {
            "type": "array",
            "description": "Individual events, in addition to the usage.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["at", "code"],
                "properties": {
                    "at": {"type": "string", "pattern": INSTANT},
                    "code": CODE | {"description": "Code of the metric."},
                    "properties": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
                    "precise_total_amount_cents": EXACT,
                },
            },
        },
    },
}
_CUSTOMER: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "subscriptions"],
    "properties": {
        "name": {"type": "string", "pattern": NOT_BLANK, "description": "External id of the customer."},
        "count": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_CUSTOMERS,
            "default": 1,
            "description": "Number of such customers: NAME-1, NAME-2 …",
        },
        "coupons": CODES | {"description": "Codes of coupons that the customer has, in order of application."},
        "taxes": CODES | {"description": "Codes of the customer's own taxes."},
        "subscriptions": {"type": "array", "minItems": 1, "items": _SUBSCRIPTION},
    },
}


def simulation_schema() -> Schema:
    """The schema of `*.simulation.yaml`."""
    return {
        **headed("simulation", "simulation", "Customers with subscriptions and usage, over months."),
        "type": "object",
        "additionalProperties": False,
        "patternProperties": RESERVED,
        "required": ["first_month", "customers"],
        "properties": {
            "first_month": {"type": "string", "pattern": MONTH, "description": "First month of the simulation."},
            "months": {"type": "integer", "minimum": 1, "maximum": MOST_MONTHS, "default": 1},
            "seed": {
                "type": "integer",
                "default": 0,
                "description": "Seed of random usage: the same seed gives the same numbers.",
            },
            "licensed": {"type": "boolean", "default": True, "description": "Whether Lago has a licence."},
            "lago_version": {
                "type": "string",
                "pattern": LAGO_VERSION,
                "description": "Version of Lago to bill by. Default: the latest.",
            },
            "customers": {"type": "array", "minItems": 1, "items": _CUSTOMER},
        },
    }
