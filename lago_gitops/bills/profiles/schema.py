"""The part of lago-gitops.yaml that describes typical customers."""

from lago_gitops.bills.usage_schema import USAGE
from lago_gitops.core.validation.schema import EXACT, Schema

_TEXTS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}


def profile_schema() -> Schema:
    properties = {
        "description": {"type": "string", "description": "Who this is, for reviewers."},
        "usage": USAGE
        | {
            "description": "What the customer uses in a month, by the code of a metric, or of a charge. Plans that "
            "bill usage by another period get as many months of what is counted or summed up, and not held."
        },
        "fixed_units": {
            "type": "object",
            "additionalProperties": EXACT,
            "description": "Units by the code of an add-on, or of a fixed charge, instead of the plan's.",
        },
        "coupons": _TEXTS | {"description": "Codes of the customer's coupons, in order of application."},
        "taxes": _TEXTS | {"description": "Codes of the customer's own taxes."},
        "plans": _TEXTS | {"minItems": 1, "description": "Codes of plans for such customers. Left out: every plan."},
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}
