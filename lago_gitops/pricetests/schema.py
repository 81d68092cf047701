"""The JSON Schemas of pricing tests and of usage files."""

from typing import Final

from lago_gitops.bills.usage_schema import USAGE
from lago_gitops.core.comparison.abilities.server import RELEASE
from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.validation.dates import DAY_OF_MONTH, MONTH
from lago_gitops.core.validation.schema import DIALECT, EXACT, RESERVED, Schema, headed
from lago_gitops.policytests.documents import KEY as POLICY_TESTS
from lago_gitops.policytests.schema import POLICY_TEST_HINTS, policy_tests_schema

PERIOD: Final = rf"^{MONTH}(-{DAY_OF_MONTH})?$"
LAGO_VERSION: Final = RELEASE
BILLED_TEXT: Final = r"^[0-9]{1,60}(\.[0-9]+)?$"  # a bill is a price times usage: longer than either
HINTS: Final = {
    BILLED_TEXT: "an amount such as 129.00: digits only, without sign, exponent or spaces",
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
    "description": "Amounts in units of the plan's currency (198.00): exact, or bounds (both inclusive).",
    "additionalProperties": False,
    "properties": {
        "subscription": _AMOUNT | {"description": "The plan's subscription fee."},
        "charges": {
            "type": "object",
            "additionalProperties": _AMOUNT,
            "description": "By charge, including its minimum; `storage{region=eu}` is the part with that property.",
        },
        "fixed_charges": {
            "type": "object",
            "additionalProperties": _AMOUNT,
            "description": "By code of the fixed charge.",
        },
        "commitment": _AMOUNT | {"description": "The true-up to the minimum commitment."},
        "coupons": _AMOUNT | {"description": "The discount by all coupons."},
        "subtotal": _AMOUNT | {"description": "After coupons, before taxes."},
        "taxes": _AMOUNT | {"description": "All taxes."},
        "total": _AMOUNT | {"description": "After coupons, with taxes."},
        "no_invoice": {"const": True, "description": "Lago fails to create the invoice."},
    },
}
_TEST: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": NOT_BLANK, "description": "What should be true of the price list."},
        "plan": CODE | {"description": "The plan's code. Default: the file's `plan`."},
        "usage": USAGE,
        "coupons": CODES | {"description": "Codes of the customer's coupons, in order of application."},
        "taxes": CODES | {"description": "Codes of the customer's own taxes."},
        "commitment": EXACT | {"description": "A minimum commitment instead of the plan's; 0 for none."},
        "period": {
            "type": "string",
            "pattern": PERIOD,
            "default": "2026-12",
            "description": "Billing period: a month, or any day in it. December ends a period of every interval.",
        },
        "days": {
            "type": "integer",
            "minimum": 1,
            "description": "Days that the subscription ran, up to the end of the period. Default: the whole period.",
        },
        "licensed": {
            "type": "boolean",
            "default": True,
            "description": "false for a Lago without a licence, which doesn't bill minimums.",
        },
        "lago_version": {
            "type": "string",
            "pattern": LAGO_VERSION,
            "description": "Version of Lago to bill by. Default: the latest.",
        },
        "expect": _EXPECT,
    },
}


def price_test_schema() -> Schema:
    """The schema of `*.test.yaml`."""
    return {
        **headed("price_test", "price_test", "Pricing tests: usage in, bill out."),
        "type": "object",
        "additionalProperties": False,
        "patternProperties": RESERVED,
        "if": {"not": {"required": [POLICY_TESTS]}},
        "then": {"required": ["tests"]},
        "properties": {
            "plan": CODE | {"description": "The plan of all tests that don't name one."},
            "tests": {"type": "array", "minItems": 1, "items": _TEST},
            "environment": {
                "type": "string",
                "description": "The environment of all policy tests that don't name one.",
            },
            POLICY_TESTS: policy_tests_schema(),
        },
    }


def usage_schema() -> Schema:
    """The schema of usage files."""
    return {"$schema": DIALECT, "title": "usage"} | USAGE
