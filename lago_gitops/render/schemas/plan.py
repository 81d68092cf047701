"""The JSON Schema of saved plans, for programs that check them."""

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Policy
from lago_gitops.core.comparison.organization_diff import Lack
from lago_gitops.core.comparison.origin import Origin
from lago_gitops.core.model.effects import EffectClass, Undo, Weight
from lago_gitops.core.model.timing import Timing
from lago_gitops.core.policies.rule import RuleResult
from lago_gitops.core.validation.schema import headed
from lago_gitops.render.schemas.impact import impact_schema
from lago_gitops.render.schemas.parts import VERSION, Schema, count, hash_, list_, object_, source, text, texts, time

ORIGIN = {
    "enum": [one.value for one in Origin],
    "description": "Who changed it: this branch, or somebody in Lago. Only with --base.",
}
CLASSES = [one.value for one in ChangeClass]
SUMMARY = ("create", "update", "delete", "unchanged", "guards_that_ask", "guards_that_refuse")


def plan_schema() -> Schema:
    """Plans may get more fields within a major version, so unknown fields are allowed."""
    schema: Schema = {
        **headed(
            "plan-file",
            "plan file",
            "The file that `lago-gitops plan --out` saves. Exact numbers are strings; secrets in URLs are masked.",
        ),
        **object_(
            {
                "format_version": VERSION,
                "tool": text("Name and version of the tool that saved it."),
                "commit": text("Git commit of the manifests; empty outside a Git repository."),
                "created_at": time("Time of creation."),
                "expires_at": time("Apply refuses the plan after this time."),
                "environment": text("Name of the environment in lago-gitops.yaml."),
                "digest": hash_("Identifies the changes and their classes of effects; the same on every machine."),
                "money_digest": hash_("Identifies what an approval covers; not affected by names and descriptions."),
                "organization": _organization("The organization that the plan changes."),
                "changes": {
                    "type": "array",
                    "items": _change(),
                    "description": "Changes, in the order of the manifests.",
                },
                "metrics": {"type": "object", "description": "How metrics with prices aggregate usage, by code."},
                "guards": {"type": "array", "items": _guard(), "description": "Guards to answer before apply."},
                "refusals": {"type": "array", "items": _refusal()},
                "unmanaged": texts("Objects in Lago that no manifest describes."),
                "unknown": _unknown(),
                "summary": _summary(),
                "seal": hash_("Hash of everything else: an edited plan is refused."),
            }
        ),
    }
    schema["properties"] |= _optional()
    return schema


def _optional() -> dict[str, Schema]:
    """Properties that not every plan has, or that older releases didn't save."""
    return {
        "impact": impact_schema(),
        "paths": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The files and folders that the plan is limited to, if any were given.",
        },
        "base": object_(
            {
                "ref": text("The value of --base."),
                "commit": text("The commit at which HEAD branched off."),
                "stands_in": {
                    "type": "boolean",
                    "description": "Whether the base was compared instead of Lago, for want of an API key.",
                },
            },
            "The revision that separates this branch's changes from drift. Only with --base.",
        ),
        "against": _against(),
        "policies": {
            "type": "array",
            "items": _policy(),
            "description": "Policies of the project that match some of the changes.",
        },
    }


def _refusal() -> Schema:
    return object_(
        {
            "address": text("Address of the resource."),
            "source": source(),
            "message": text("Why the change can't be applied."),
            "ways_out": texts("What to do instead."),
        },
        "A change that can't be applied; it blocks the whole plan.",
    )


def _unknown() -> Schema:
    return {
        "type": "array",
        "items": object_(
            {
                "address": text("Address of the resource."),
                "field": text("Path of the field."),
                "since": text("Lago release that introduced the field; empty if the field needs a licence."),
            }
        ),
        "description": "Fields that the server would ignore: it is too old or, if `since` is empty, has no licence.",
    }


def _summary() -> Schema:
    return object_(
        {name: {"type": "integer", "minimum": 0} for name in SUMMARY}
        | {
            "subscriptions": count("Number of distinct subscriptions reached by any effect."),
            "class": {"enum": [*CLASSES, None], "description": "Class of the change that goes furthest."},
        },
        "Numbers of changes and guards.",
    )


def _organization(description: str) -> Schema:
    return object_(
        {
            "url": text("Address of the server, without a path."),
            "lago_id": text("Id in Lago, which apply compares."),
            "slug": text("Empty before Lago 1.46."),
            "name": text("For people."),
            "version": text("The oldest release that the server can be."),
        },
        description,
    )


def _against() -> Schema:
    is_meant = {"type": "boolean", "description": "Whether the manifests of the two environments differ here, too."}
    field = object_({"path": text("Path of the field."), "here": {}, "there": {}, "is_meant": is_meant})
    difference = {
        "address": text("Kind and code."),
        "lack": {
            "enum": [*(one.value for one in Lack), None],
            "description": "Which of the two organizations lacks the resource.",
        },
        "is_meant": is_meant,
        "fields": list_(field, "Fields that differ, if both have the resource."),
    }
    return object_(
        {
            "environment": text("The value of --against."),
            "organization": _organization("The organization of that environment."),
            "same": {
                "type": "integer",
                "minimum": 0,
                "description": "Number of resources that will be the same in both.",
            },
            "settled": texts("Resources that differ now and will be the same once the plan is applied."),
            "differences": list_(object_(difference), "Resources that will differ once the plan is applied."),
        },
        "Comparison with the organization of another environment. Only with --against.",
    )


def _change() -> Schema:
    schema = object_(
        {
            "id": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Identifies exactly this change."},
            "address": text("Kind and code."),
            "kind": text("Kind."),
            "key": text("Code; the URL of a webhook endpoint."),
            "action": {"enum": ["create", "update", "delete"]},
            "source": source(),
            "class": {"enum": CLASSES, "description": "How far the change goes, from least to furthest."},
            "reasons": texts("Reasons for the class."),
            "effects": {"type": "array", "items": _effect()},
            "requests": texts("Requests that make the change, in order: method and path below /api/v1."),
            "depends_on": texts("Ids of the changes that must be made before."),
        },
        "One resource to create, change or delete.",
    )
    schema["properties"] |= _not_always()
    schema["properties"]["fields"]["items"]["properties"]["origin"] = ORIGIN
    schema["allOf"] = [
        {"if": {"properties": {"action": {"const": action}}}, "then": {"required": needed}}
        for action, needed in (("create", ["after"]), ("update", ["fields"]), ("delete", ["before"]))
    ]
    return schema


def _not_always() -> dict[str, Schema]:
    """What only some changes have."""
    return {
        "origin": ORIGIN,
        "name": text("Display name of the resource; empty if it has none."),
        "after_ends": {
            "const": True,
            "description": "The change is also made after all that end subscriptions: too many for depends_on.",
        },
        "previous_key": text("The current code of a resource that is renamed."),
        "before_fingerprint": hash_("Hash of the values in Lago that the change replaces or deletes."),
        "used_by": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "Numbers of resources in Lago that continue to refer to it, by kind.",
        },
        "prices": {"type": "object", "description": "Prices and example bills before and after, tier by tier."},
        "before": {
            "type": "object",
            "description": "The resource before a delete or a change of prices, as a manifest.",
        },
        "after": {
            "type": "object",
            "description": "The resource after it is created or its prices change, as a manifest.",
        },
        "fields": {
            "type": "array",
            "items": _field(),
        },
    }


def _field() -> Schema:
    schema = object_({"path": text("Path of the field."), "before": {}, "after": {}}, "One value that changes.")
    schema["properties"] |= {
        "currency": text("Currency of an amount in cents, or of the amount in cents that names an item."),
        "percent": text("Change of an amount of a plan, in percent."),
        "in_prices": {"const": True, "description": "The same change is also in `prices`, as in a price list."},
    }
    return schema


def _effect() -> Schema:
    return object_(
        {
            "class": {"enum": [one.value for one in EffectClass]},
            "weight": {"enum": [one.value for one in Weight]},
            "undo": {"enum": [one.value for one in Undo]},
            "timing": {
                "enum": [*(one.value for one in Timing), None],
                "description": "Which invoices the effect reaches.",
            },
            "subscriptions": count("Number of distinct subscriptions reached."),
            "hits": {
                "type": "array",
                "items": object_(
                    {
                        "address": text("A plan, or `organization`."),
                        "subscriptions": count("Number of its subscriptions reached."),
                    }
                ),
            },
            "sentence": text("The effect as a sentence."),
        },
        "A consequence of the change.",
    )


def _guard() -> Schema:
    return object_(
        {
            "waiver": text("Value for --allow: a class of effects, many-deletes, many-updates, or a policy's name."),
            "policy": {"enum": [one.value for one in Policy]},
            "reason": text("Why the guard blocks the plan."),
            "addresses": texts("Resources that cause it."),
            "subscriptions": count("Number of distinct subscriptions concerned."),
        },
        "A guard that blocks the plan.",
    )


def _policy() -> Schema:
    schema = object_(
        {
            "name": text("Name of the policy, and value for --allow."),
            "result": {"enum": [one.value for one in RuleResult]},
            "reason": text("The policy's reason, and the facts that match it."),
            "addresses": texts("Addresses of the changes that match."),
            "subscriptions": count("Number of distinct subscriptions reached by these changes."),
            "source": source(),
            "stands": {
                "type": "boolean",
                "description": "Whether the policy still blocks the plan; it is then among the guards.",
            },
        },
        "A policy that matches, and its result.",
    )
    schema["properties"]["require"] = object_(
        {
            "label": text("Label that grants the approval; empty if none does."),
            "approvers": texts(
                "Who may set the label, as @login or @organization/team; if empty, anyone with write access."
            ),
            "wait_s": {
                "type": "integer",
                "minimum": 0,
                "description": "How long the plan must have been shown, in seconds.",
            },
        },
        "What the policy requires.",
    )
    return schema
