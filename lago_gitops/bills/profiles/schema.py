"""The part of lago-gitops.yaml that describes typical customers."""

from lago_gitops.bills.usage_schema import USAGE
from lago_gitops.core.validation.schema import EXACT, Schema

_TEXTS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}


def profile_schema() -> Schema:
    properties = {
        "description": {"type": "string", "description": "Who this is, for reviewers."},
        "usage": USAGE
        | {
            "description": "Usage in a month, by the code of a metric or of a charge. For plans that bill usage over "
            "longer periods, usage that is counted or summed is multiplied; units held and peaks stay the same."
        },
        "fixed_units": {
            "type": "object",
            "additionalProperties": EXACT,
            "description": "Units of fixed charges, by the code of the add-on or fixed charge, instead of the plan's.",
        },
        "coupons": _TEXTS | {"description": "Codes of the customer's coupons, in order of application."},
        "taxes": _TEXTS | {"description": "Codes of the customer's own taxes."},
        "plans": _TEXTS
        | {"minItems": 1, "description": "Codes of the plans open to such customers. Default: every plan."},
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}
