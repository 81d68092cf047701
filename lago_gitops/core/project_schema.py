"""The JSON Schema of the project file."""

from collections.abc import Mapping

from lago_gitops.core.assessment.guard import DEFAULTS, Policy
from lago_gitops.core.comparison.abilities.server import RELEASE
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.policies.schema import policies_schema
from lago_gitops.core.validation.schema import BASE, DIALECT, Schema

KEY_VARIABLE = "LAGO_API_KEY"
TEXTS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}


def project_schema(kinds: Mapping[str, ResourceKind], profile: Schema) -> Schema:
    """`profile` is the schema of one typical customer, as who computes bills reads it."""
    properties = {
        "manifests": TEXTS
        | {"minItems": 1, "default": ["."], "description": "Folders and files, relative to this file."},
        "default_environment": {"type": "string", "description": "Used when no --env is given."},
        "environments": {
            "type": "object",
            "additionalProperties": _environment(kinds),
            "description": "By name. `sandbox` is always there.",
        },
        "prune": {
            "type": "array",
            "items": _scope(kinds),
            "description": "Objects that are deleted when no manifest describes them. All others are left alone.",
        },
        "lint": {
            "enum": ["changes", "all"],
            "default": "changes",
            "description": "What plan and apply print warnings of: the resources that change, or all.",
        },
        "external": _external(kinds)
        | {"description": "Codes, by kind, of what somebody else manages: referred to, never changed or deleted."},
        "policies": policies_schema(kinds),
        "profiles": {
            "type": "object",
            "additionalProperties": profile,
            "description": "Typical customers by name. A plan shows what they pay before and after it.",
        },
    }
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/project.schema.json",
        "title": "lago-gitops.yaml",
        "description": "Where the manifests are, and which Lago organizations they describe.",
        **_closed(properties),
    }


def _external(kinds: Mapping[str, ResourceKind]) -> Schema:
    return _closed({kind.name: TEXTS for kind in kinds.values() if kind.key})


def _environment(kinds: Mapping[str, ResourceKind]) -> Schema:
    return _closed(
        {
            "url": {"type": "string", "description": "Where its API is, with or without /api/v1."},
            "key_from": {
                "type": "string",
                "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
                "default": KEY_VARIABLE,
                "description": "The environment variable that holds the API key. Never the key itself.",
            },
            "organization": {
                "type": "string",
                "description": "Id or slug of the organization that the key must open; with another, nothing is done.",
            },
            "insecure": {"type": "boolean", "default": False, "description": "Allow http:// to another machine."},
            "overlays": TEXTS | {"description": "Files or folders whose manifests patch the others, in order."},
            "vars": {
                "type": "object",
                "description": "Values for templates (*.yaml.j2). `{env: VARIABLE}` is the text of an "
                "environment variable, which must not be in this file.",
            },
            "external": _external(kinds)
            | {"description": "Codes, by kind, of what somebody else manages in this organization, beside the others."},
            "agreed_overrides": TEXTS
            | {
                "description": "External ids of subscriptions whose own prices are agreed, with `*` and `?` as in a "
                "shell: `drift --overrides` doesn't report them."
            },
            "guards": _guards(),
            "premium": {"type": "boolean", "default": False, "description": "The sandbox has what a licence adds."},
            "lago_version": {
                "type": "string",
                "pattern": RELEASE,
                "description": "The release of its Lago, as `doctor` finds it: `validate`, the lint and `price` go by "
                "it, and the sandbox imitates it. Left out: the newest.",
            },
        }
    )


def _guards() -> Schema:
    classes = {
        class_.value: {
            "enum": [policy.value for policy in Policy],
            "default": DEFAULTS[class_].value,
            "description": f"Policy for changes whose effect is {class_.value}.",
        }
        for class_ in EffectClass
    }
    limits = {
        "deletes": _limit() | {"description": "Deletes of one apply; --allow many-deletes goes beyond."},
        "updates": _limit() | {"description": "Updates of one apply; --allow many-updates goes beyond."},
    }
    return _closed({**classes, **limits}) | {
        "description": "What apply does by itself (allow), what it asks for (ask), and what it does only with --allow "
        "(refuse), by the effect of a change. In the sandbox everything is allowed."
    }


def _limit() -> Schema:
    return _closed(
        {
            "number": {"type": "integer", "minimum": 0, "description": "Maximum number."},
            "percent": {"type": "number", "minimum": 0, "maximum": 100, "description": "Percent of the resources."},
        }
    )


def _scope(kinds: Mapping[str, ResourceKind]) -> Schema:
    deletable = [kind.name for kind in kinds.values() if not (kind.undeletable or kind.fixed)]
    return _closed(
        {
            "kind": {"enum": deletable},
            "codes": TEXTS | {"minItems": 1, "description": "Codes, with `*` and `?` as in a shell."},
        }
    ) | {"required": ["kind", "codes"]}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}
