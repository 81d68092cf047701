"""The JSON Schema of saved plans, for programs that judge them."""

from typing import Any

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import WAIVERS, Policy
from lago_gitops.core.comparison.origin import Origin
from lago_gitops.core.model.effects import EffectClass, Undo, Weight
from lago_gitops.core.model.timing import Timing
from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.core.validation.schema import BASE, DIALECT

Schema = dict[str, Any]
ORIGIN = {"enum": [one.value for one in Origin], "description": "Who changed it, where a base was named."}
CLASSES = [one.value for one in ChangeClass]
SUMMARY = ("create", "update", "delete", "unchanged", "guards_that_ask", "guards_that_refuse")


def plan_schema() -> Schema:
    """A plan may get more fields within a major version, so unknown ones are no mistake."""
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"{BASE}/plan-file.schema.json",
        "title": "plan file",
        "description": "What `lago-gitops plan --out` saves. Exact numbers are texts; secrets of URLs are masked.",
        **_object(
            {
                "format_version": {"const": FORMAT, "description": "Another major version is another format."},
                "tool": _text("Name and version of the tool that saved it."),
                "commit": _text("Git commit of the manifests; empty outside of Git."),
                "created_at": _time("When it was created."),
                "expires_at": _time("Until when apply takes it."),
                "environment": _text("Name of the environment in lago-gitops.yaml."),
                "digest": _hash("The same for the same changes with the same classes of effects, on every machine."),
                "organization": _object(
                    {
                        "url": _text("Origin of the server."),
                        "lago_id": _text("What apply compares."),
                        "slug": _text("Empty before Lago 1.46."),
                        "name": _text("For people."),
                        "version": _text("The release that the server is at least."),
                    },
                    "Whose pricing it is.",
                ),
                "changes": {"type": "array", "items": _change(), "description": "In the order of the manifests."},
                "metrics": {"type": "object", "description": "By code, how the usage that has prices adds up."},
                "guards": {"type": "array", "items": _guard(), "description": "What has to be allowed before apply."},
                "refusals": {
                    "type": "array",
                    "items": _object(
                        {
                            "address": _text("Which resource."),
                            "source": _source(),
                            "message": _text("Why it would not do what it says."),
                            "ways_out": _texts("What to do instead."),
                        },
                        "A change that is not made, and with it none of the plan.",
                    ),
                },
                "unmanaged": _texts("What Lago has and no manifest names."),
                "unknown": {
                    "type": "array",
                    "description": "Fields that the server would drop: too old for them, or, where `since` is empty, "
                    "without the licence that they need.",
                },
                "summary": _object(
                    {name: {"type": "integer", "minimum": 0} for name in SUMMARY}
                    | {
                        "subscriptions": _number("Distinct subscriptions that any effect hits."),
                        "class": {"enum": [*CLASSES, None], "description": "That of the change that goes furthest."},
                    },
                    "How many of each.",
                ),
                "seal": _hash("Over all the rest: a plan that was edited is refused."),
            }
        ),
    }
    schema["properties"]["base"] = _object(
        {
            "ref": _text("What --base named."),
            "commit": _text("Where HEAD and it parted."),
            "stands_in": {"type": "boolean", "description": "Lago was not asked: the base is taken for it."},
        },
        "The revision that tells this branch's changes from drift, where one was named.",
    )
    return schema


def _change() -> Schema:
    schema = _object(
        {
            "id": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Names exactly this change."},
            "address": _text("Kind and code."),
            "kind": _text("Kind."),
            "key": _text("Code; the URL of a webhook endpoint."),
            "action": {"enum": ["create", "update", "delete"]},
            "source": _source(),
            "class": {"enum": CLASSES, "description": "How far it goes, the first the least far."},
            "reasons": _texts("What makes it so."),
            "effects": {"type": "array", "items": _effect()},
            "requests": _texts("How it is sent, in order: method and path below /api/v1."),
            "depends_on": _texts("Ids of the changes that come before."),
        },
        "One resource to create, change or delete.",
    )
    schema["properties"] |= {
        "origin": ORIGIN,
        "previous_key": _text("The code it has now, where it is renamed."),
        "before_fingerprint": _hash("Of what Lago has now."),
        "used_by": {"type": "object", "description": "How many resources in Lago go on referring to it, by kind."},
        "prices": {"type": "object", "description": "What it does to prices, tier by tier, and to bills."},
        "before": {"type": "object", "description": "What is deleted, or had other prices, as a manifest."},
        "after": {"type": "object", "description": "What is created, or gets other prices, as a manifest."},
        "fields": {
            "type": "array",
            "items": _field(),
        },
    }
    schema["properties"]["fields"]["items"]["properties"]["origin"] = ORIGIN
    return schema


def _field() -> Schema:
    schema = _object({"path": _text("Which field."), "before": {}, "after": {}}, "One value that changes.")
    schema["properties"] |= {
        "currency": _text("Of an amount in cents."),
        "in_prices": {"const": True, "description": "`prices` says the same in the words of a price list."},
    }
    return schema


def _effect() -> Schema:
    return _object(
        {
            "class": {"enum": [one.value for one in EffectClass]},
            "weight": {"enum": [one.value for one in Weight]},
            "undo": {"enum": [one.value for one in Undo]},
            "timing": {"enum": [*(one.value for one in Timing), None], "description": "Which invoices have it."},
            "subscriptions": _number("Distinct subscriptions that it hits."),
            "hits": {
                "type": "array",
                "items": _object({"address": _text("A plan, or `organization`."), "subscriptions": _number("Of it.")}),
            },
            "sentence": _text("In words."),
        },
        "What happens because of it.",
    )


def _guard() -> Schema:
    return _object(
        {
            "waiver": {"enum": list(WAIVERS)},
            "policy": {"enum": [one.value for one in Policy]},
            "reason": _text("What it is about."),
            "addresses": _texts("Which resources cause it."),
            "subscriptions": _number("Distinct subscriptions that it is about."),
        },
        "A guard that blocks the plan.",
    )


def _source() -> Schema:
    place = {"path": _text("File."), "line": {"type": "integer"}, "column": {"type": "integer"}}
    return _object(place, "Where the manifest stands.")


def _object(properties: Schema, description: str = "") -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "required": list(properties)}
    return schema | ({"description": description} if description else {})


def _number(description: str) -> Schema:
    """Null where Lago does not tell it."""
    return {"type": ["integer", "null"], "minimum": 0, "description": description}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _time(description: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": description}


def _hash(description: str) -> Schema:
    return {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": description}
