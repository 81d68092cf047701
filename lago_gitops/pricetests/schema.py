"""The JSON Schemas of pricing tests and of usage files."""

from typing import Final

from lago_gitops.bills.usage_schema import USAGE
from lago_gitops.core.comparison.abilities.server import RELEASE
from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.validation.schema import BASE, DIALECT, EXACT, Schema
from lago_gitops.policytests.documents import KEY as POLICY_TESTS
from lago_gitops.policytests.schema import POLICY_TEST_HINTS, policy_tests_schema

PERIOD: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"
LAGO_VERSION: Final = RELEASE
BILLED_TEXT: Final = r"^[0-9]{1,60}(\.[0-9]+)?$"  # a bill is a price times a usage: longer than either
HINTS: Final = {
    BILLED_TEXT: "an amount such as 129.00: digits, without sign, exponent or blanks",
    PERIOD: "a month such as 2026-12, or a day of the period, such as 2026-12-24",
    LAGO_VERSION: 'a version such as "1.51"',
    **POLICY_TEST_HINTS,
}

CODE: Final[Schema] = {"type": "string", "minLength": 1}
CODES: Final[Schema] = {"type": "array", "items": CODE}
_BILLED: Final[Schema] = {"type": ["string", "number"], "pattern": BILLED_TEXT, "minimum": 0}
_AMOUNT: Final[Schema] = {
    **_BILLED,
    "type": ["string", "number", "object"],
    "minProperties": 1,
    "properties": {"at_least": _BILLED, "at_most": _BILLED},
    "additionalProperties": False,
}
_EXPECT: Final[Schema] = {
    "type": ["object", "null"],
    "description": "Amounts in units of the plan's currency (198.00), exact; or bounds, both inclusive.",
    "additionalProperties": False,
    "properties": {
        "subscription": _AMOUNT | {"description": "The fee of the plan."},
        "charges": {
            "type": "object",
            "additionalProperties": _AMOUNT,
            "description": "By charge, its minimum included; `storage{region=eu}` is what of it has that property.",
        },
        "fixed_charges": {"type": "object", "additionalProperties": _AMOUNT, "description": "By code."},
        "commitment": _AMOUNT | {"description": "What is missing to the minimum commitment."},
        "coupons": _AMOUNT | {"description": "What coupons take off."},
        "subtotal": _AMOUNT | {"description": "After coupons, before taxes."},
        "taxes": _AMOUNT | {"description": "All taxes."},
        "total": _AMOUNT | {"description": "After coupons, with taxes."},
        "no_invoice": {"const": True, "description": "Lago fails to make the invoice."},
    },
}
_TEST: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": NOT_BLANK, "description": "What is true of the price list."},
        "plan": CODE | {"description": "The plan's code; left out, the file's."},
        "usage": USAGE,
        "coupons": CODES | {"description": "Codes of the customer's coupons, in order of application."},
        "taxes": CODES | {"description": "Codes of the customer's own taxes."},
        "commitment": EXACT | {"description": "A minimum commitment instead of the plan's; 0: none."},
        "period": {
            "type": "string",
            "pattern": PERIOD,
            "default": "2026-12",
            "description": "Billing period: a month, or any day in it. December closes periods of every interval.",
        },
        "days": {
            "type": "integer",
            "minimum": 1,
            "description": "Days at the end of the period for which the subscription ran. Left out: the whole period.",
        },
        "licensed": {
            "type": "boolean",
            "default": True,
            "description": "false: a Lago without a licence, which leaves out minimums.",
        },
        "lago_version": {"type": "string", "pattern": LAGO_VERSION, "description": "Left out: the latest."},
        "expect": _EXPECT,
    },
}


def price_test_schema() -> Schema:
    """The schema of `*.test.yaml`."""
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/price_test.schema.json",
        "title": "price_test",
        "description": "Pricing tests: usage in, bill out.",
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {"^x-": {"description": "Reserved for you, e.g. for YAML anchors; ignored."}},
        "if": {"not": {"required": [POLICY_TESTS]}},
        "then": {"required": ["tests"]},
        "properties": {
            "plan": CODE | {"description": "The plan of all tests that name none."},
            "tests": {"type": "array", "minItems": 1, "items": _TEST},
            "environment": {"type": "string", "description": "That of all policy tests that name none."},
            POLICY_TESTS: policy_tests_schema(),
        },
    }


def usage_schema() -> Schema:
    """The schema of usage files."""
    return {"$schema": DIALECT, "title": "usage"} | USAGE
