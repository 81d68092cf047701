"""How usage is written in files: the part of JSON Schemas that price tests, usage files and profiles share."""

from typing import Final

from lago_gitops.core.validation.schema import EXACT, SIGNED_TEXT, Schema

MOST_EVENTS: Final = 10_000_000  # each may have to be priced alone
SIGNED: Final[Schema] = {"type": ["string", "number"], "pattern": SIGNED_TEXT}

GIVEN: Final[Schema] = {
    "properties": {
        "units": SIGNED | {"description": "Units as the metric counts them."},
        "events": {
            "type": "integer",
            "minimum": 0,
            "maximum": MOST_EVENTS,
            "description": "How many events they came in. Left out: each counted unit is one, others come in one.",
        },
        "properties": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "description": "Properties of the events: they decide about filters and groups.",
        },
        "precise_total_amount_cents": EXACT | {"description": "What the events themselves say, for dynamic charges."},
    },
    "required": ["units"],
    "additionalProperties": False,
}
USAGE: Final[Schema] = {
    "type": "object",
    "description": "Usage of the period by the code of a charge, or of its metric where one charge has it.",
    "additionalProperties": {
        "type": ["string", "number", "object", "array"],
        "pattern": SIGNED_TEXT,
        "items": {"type": "object"} | GIVEN,
    }
    | GIVEN,
}
