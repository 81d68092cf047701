"""The JSON Schema of `policies` in the project file, and what its patterns ask for in words."""

from collections.abc import Iterable
from typing import Final

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.policies.window import WEEKDAYS
from lago_gitops.core.validation.dates import DAY, TIME
from lago_gitops.core.validation.schema import EXACT_TEXT, SIGNED_TEXT, Schema

NAME: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
APPROVER: Final = r"^@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$"
WAIT: Final = r"^[1-9][0-9]{0,3}[mhd]$"
HOURS: Final = rf"^{TIME}-({TIME}|24:00)$"
DATES: Final = rf"^{DAY}(/{DAY})?$"
POLICY_HINTS: Final = {
    NAME: "lower-case letters, digits and hyphens, such as price-rises",
    APPROVER: "a login such as @alice, or a team such as @acme/finance",
    WAIT: "minutes, hours or days, such as 30m, 24h or 2d",
    HOURS: "from and until, such as 09:00-17:30; until 24:00 is the end of the day",
    DATES: "a day such as 2026-12-24, or the first and the last one: 2026-12-24/2027-01-02",
}
_TEXT: Final[Schema] = {"type": "string", "pattern": NOT_BLANK}


def policies_schema(kinds: Iterable[str]) -> Schema:
    return {
        "type": "array",
        "items": _policy(kinds),
        "description": "Your own rules for plans: what needs whose agreement, and what is refused.",
    }


def _policy(kinds: Iterable[str]) -> Schema:
    schema = _closed(
        {
            "name": {"type": "string", "pattern": NAME, "maxLength": 40, "description": "Also what --allow takes."},
            "environments": _list({"type": "string", "minLength": 1})
            | {"description": "Environments it applies to: names, with `*` and `?`. Left out: all but the sandbox."},
            "when": _condition(kinds),
            "warn": _TEXT | {"description": "A warning to show; nothing is blocked."},
            "refuse": _TEXT | {"description": "Why it is refused; only --allow with the policy's name overrides it."},
            "require": _requirement(),
        }
    )
    return schema | {"required": ["name"]}


def _condition(kinds: Iterable[str]) -> Schema:
    return _closed(
        {
            "kind": _one_or_more({"enum": list(kinds)}) | {"description": "Kinds of resources."},
            "code": _one_or_more({"type": "string", "minLength": 1})
            | {"description": "Codes, with `*` and `?` as in a shell."},
            "action": _one_or_more({"enum": ["create", "update", "delete"]}) | {"description": "What is done to it."},
            "class": _one_or_more({"enum": [one.value for one in ChangeClass]})
            | {"description": "How far the change goes."},
            "effect": _one_or_more({"enum": [one.value for one in EffectClass]})
            | {"description": "Classes of effects: at least one of these."},
            "increase_percent": _bounds(EXACT_TEXT)
            | {"description": "Largest price increase, in percent; one from zero exceeds every limit."},
            "decrease_percent": _bounds(EXACT_TEXT)
            | {"description": "Largest price decrease in the change, in percent."},
            "amount_per_month": _bounds(SIGNED_TEXT, {"currency": {"type": "string", "pattern": "^[A-Z]{3}$"}})
            | {
                "description": "Monthly change of fees that don't depend on usage, for all subscriptions hit by the "
                "policy's changes together; below 0: customers pay less. In units of the currency."
            },
            "subscriptions": _bounds(r"^[0-9]{1,15}$")
            | {"description": "Number of distinct subscriptions that those changes hit together."},
            "during": _windows() | {"description": "Applies only within one of these windows."},
            "outside": _windows() | {"description": "Applies only outside all of these windows."},
        }
    ) | {"description": "All conditions must be met. One that can't be checked, e.g. on a fork, counts as met."}


def _requirement() -> Schema:
    return _closed(
        {
            "because": _TEXT | {"description": "Why somebody has to agree."},
            "label": {
                "type": "string",
                "pattern": NOT_BLANK,
                "maxLength": 50,
                "description": "Pull request label that grants the approval. Left out: `lago:allow-` and the name.",
            },
            "approvers": _list({"type": "string", "pattern": APPROVER})
            | {"description": "Who may add it: logins and teams. Left out: anyone who may write to the repository."},
            "wait": {
                "type": "string",
                "pattern": WAIT,
                "description": "How long the plan must have been shown before it is applied.",
            },
        }
    ) | {"required": ["because"], "description": "What must happen before the plan is applied."}


def _windows() -> Schema:
    window = _closed(
        {
            "time_zone": {"type": "string", "minLength": 1, "description": "IANA time zone, e.g. Europe/Paris."},
            "days": _list({"enum": list(WEEKDAYS)}) | {"description": "Days of the week."},
            "hours": {"type": "string", "pattern": HOURS, "description": "From and until, past midnight if need be."},
            "days_of_month": _list({"type": "integer", "minimum": -31, "maximum": 31, "not": {"const": 0}})
            | {"description": "Days of the month; -1 is its last one."},
            "dates": _list({"type": "string", "pattern": DATES}) | {"description": "Days, or first and last days."},
        }
    )
    return _one_or_more(window | {"required": ["time_zone"]})


def _bounds(pattern: str, more: Schema | None = None) -> Schema:
    number: Schema = {"type": ["string", "number"], "pattern": pattern}
    number |= {} if pattern == SIGNED_TEXT else {"minimum": 0}
    both = {
        "at_least": number | {"description": "Or more."},
        "at_most": number | {"description": "Or less."},
    }
    return _closed(both | (more or {})) | {"minProperties": 1}


def _one_or_more(item: Schema) -> Schema:
    """One needs no list."""
    return {"if": {"type": "array"}, "then": _list(item), "else": item}


def _list(item: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": item}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}
