"""Usage in files: the part of the JSON Schemas shared by price tests, usage files and profiles."""

from typing import Final

from lago_gitops.core.validation.schema import EXACT, SIGNED_TEXT, Schema

MOST_EVENTS: Final = 10_000_000  # each may have to be priced on its own
SIGNED: Final[Schema] = {"type": ["string", "number"], "pattern": SIGNED_TEXT}

GIVEN: Final[Schema] = {
    "properties": {
        "units": SIGNED | {"description": "Units as the metric counts them."},
        "events": {
            "type": "integer",
            "minimum": 0,
            "maximum": MOST_EVENTS,
            "description": "Number of events. Default: one per unit if the metric counts, otherwise one.",
        },
        "properties": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "description": "Properties of the events; filters and groups depend on them.",
        },
        "precise_total_amount_cents": EXACT
        | {"description": "Total price sent with the events, in cents, for dynamic charges."},
    },
    "required": ["units"],
    "additionalProperties": False,
}
USAGE: Final[Schema] = {
    "type": "object",
    "description": "Usage in the period, by the code of a charge, or of its metric if only one charge uses it.",
    "additionalProperties": {
        "type": ["string", "number", "object", "array"],
        "pattern": SIGNED_TEXT,
        "items": {"type": "object"} | GIVEN,
    }
    | GIVEN,
}
