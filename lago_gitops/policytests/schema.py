"""The JSON Schema of `policy_tests` in `*.test.yaml`."""

from typing import Final

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.validation.dates import INSTANT, TIME
from lago_gitops.core.validation.schema import EXACT, SIGNED_TEXT, Schema
from lago_gitops.kinds import KINDS

MOMENT: Final = rf"^{INSTANT}(Z|[+-]{TIME})$"
POLICY_TEST_HINTS: Final = {MOMENT: "a moment with its offset, such as 2026-11-27T16:30+01:00"}
USUAL_MOMENT: Final = "2026-12-16T12:00:00+00:00"  # a Wednesday
_COUNT: Final[Schema] = {"type": ["integer", "null"], "minimum": 0}


def policy_tests_schema() -> Schema:
    return {"type": "array", "minItems": 1, "items": _test(), "description": "What policies say about a plan."}


def _test() -> Schema:
    return _closed(
        {
            "name": {"type": "string", "pattern": NOT_BLANK, "description": "What should be true of the policies."},
            "environment": {"type": "string", "minLength": 1, "description": "Default: the file's `environment`."},
            "at": {
                "type": "string",
                "pattern": MOMENT,
                "description": f"When the plan is created. Default: {USUAL_MOMENT}, a Wednesday.",
            },
            "facts": _one_or_more(_facts()) | {"description": "Changes as policies see them."},
            "change": _one_or_more({"type": "object", "required": ["kind"]})
            | {"description": "Patches of manifests, as in overlays: fields not mentioned keep their values."},
            "subscriptions": {
                "type": "object",
                "additionalProperties": _COUNT,
                "description": "Active subscriptions by plan code, for tests with a `change`; null if not known.",
            },
            "expect": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "description": "All policies that should match, and no others.",
            },
        }
    ) | {"required": ["name", "expect"]}


def _facts() -> Schema:
    return _closed(
        {
            "kind": {"enum": list(KINDS), "default": "plan"},
            "code": {"type": "string", "minLength": 1, "default": "example"},
            "action": {"enum": ["create", "update", "delete"], "default": "update"},
            "class": {"enum": [one.value for one in ChangeClass]},
            "effects": {"type": "array", "items": {"enum": [one.value for one in EffectClass]}},
            "increase_percent": EXACT,
            "decrease_percent": EXACT,
            "subscriptions": _COUNT | {"description": "Subscriptions affected; null if not known."},
            "amount_per_month": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number"], "pattern": SIGNED_TEXT},
                "description": "By currency.",
            },
        }
    ) | {"required": ["class"]}


def _one_or_more(item: Schema) -> Schema:
    return {"if": {"type": "array"}, "then": {"type": "array", "minItems": 1, "items": item}, "else": item}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}
