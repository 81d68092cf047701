"""The JSON Schema of the project file."""

from collections.abc import Mapping

from lago_gitops.core.assessment.guard import DEFAULTS, Policy
from lago_gitops.core.comparison.abilities.server import RELEASE
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.policies.schema import policies_schema
from lago_gitops.core.validation.from_environment import VARIABLE
from lago_gitops.core.validation.schema import Schema, headed

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
            "description": "Environments by name. `sandbox` is built in.",
        },
        "prune": {
            "type": "array",
            "items": _scope(kinds),
            "description": "Objects to delete when no manifest describes them. All others are left untouched.",
        },
        "lint": {
            "enum": ["changes", "all"],
            "default": "changes",
            "description": "Resources that plan and apply print warnings about: those that change, or all.",
        },
        "external": _external(kinds)
        | {"description": "Codes, by kind, of objects managed elsewhere: never changed or deleted."},
        "policies": policies_schema(kinds),
        "profiles": {
            "type": "object",
            "additionalProperties": profile,
            "description": "Typical customers by name. A plan shows what they pay before and after.",
        },
    }
    return {
        **headed("project", "lago-gitops.yaml", "Where the manifests are, and which Lago organizations they describe."),
        **_closed(properties),
    }


def _external(kinds: Mapping[str, ResourceKind]) -> Schema:
    return _closed({kind.name: TEXTS for kind in kinds.values() if kind.key})


def _environment(kinds: Mapping[str, ResourceKind]) -> Schema:
    return _closed(
        {
            "url": {"type": "string", "description": "URL of its API, with or without /api/v1."},
            "key_from": {
                "type": "string",
                "pattern": VARIABLE,
                "default": KEY_VARIABLE,
                "description": "The environment variable that holds the API key. Never the key itself.",
            },
            "organization": {
                "type": "string",
                "description": "Id or slug of the organization the key must belong to; a key of any other is refused.",
            },
            "insecure": {"type": "boolean", "default": False, "description": "Allow http:// to another machine."},
            "overlays": TEXTS | {"description": "Files or folders whose manifests patch the others, in order."},
            "vars": {
                "type": "object",
                "description": "Values for templates (*.yaml.j2). `{env: VARIABLE}` is the value of an environment "
                "variable, for text that must not be in this file.",
            },
            "external": _external(kinds)
            | {"description": "Codes, by kind, of further objects managed elsewhere in this organization."},
            "agreed_overrides": TEXTS
            | {
                "description": "External ids of subscriptions whose overridden prices are agreed, with `*` and `?` as "
                "in a shell: `drift --overrides` doesn't report them."
            },
            "guards": _guards(),
            "premium": {"type": "boolean", "default": False, "description": "Whether the sandbox is licensed."},
            "lago_version": {
                "type": "string",
                "pattern": RELEASE,
                "description": "Its Lago release, as reported by `doctor`: used by `validate`, the lint and `price`, "
                "and imitated by the sandbox. Left out: the newest.",
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
        "deletes": _limit() | {"description": "Limit of deletes in one apply; --allow many-deletes waives it."},
        "updates": _limit() | {"description": "Limit of updates in one apply; --allow many-updates waives it."},
    }
    return _closed({**classes, **limits}) | {
        "description": "By class of effect, what apply does without asking (allow), with approval (ask), or only with "
        "--allow (refuse). In the sandbox everything is allowed."
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
