"""The JSON Schema of saved plans, for programs that judge them."""

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Policy
from lago_gitops.core.comparison.contrast import Lack
from lago_gitops.core.comparison.origin import Origin
from lago_gitops.core.model.effects import EffectClass, Undo, Weight
from lago_gitops.core.model.timing import Timing
from lago_gitops.core.policies.rule import Result
from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.core.validation.schema import headed
from lago_gitops.render.schemas.impact import impact_schema
from lago_gitops.render.schemas.parts import Schema, count, hash_, list_, object_, source, text, texts, time

ORIGIN = {"enum": [one.value for one in Origin], "description": "Who changed it, where a base was named."}
CLASSES = [one.value for one in ChangeClass]
SUMMARY = ("create", "update", "delete", "unchanged", "guards_that_ask", "guards_that_refuse")


def plan_schema() -> Schema:
    """A plan may get more fields within a major version, so unknown ones are no mistake."""
    schema: Schema = {
        **headed(
            "plan-file",
            "plan file",
            "What `lago-gitops plan --out` saves. Exact numbers are texts; secrets of URLs are masked.",
        ),
        **object_(
            {
                "format_version": {"const": FORMAT, "description": "Another major version is another format."},
                "tool": text("Name and version of the tool that saved it."),
                "commit": text("Git commit of the manifests; empty outside of Git."),
                "created_at": time("When it was created."),
                "expires_at": time("Until when apply takes it."),
                "environment": text("Name of the environment in lago-gitops.yaml."),
                "digest": hash_("The same for the same changes with the same classes of effects, on every machine."),
                "money_digest": hash_("What an approval holds for: the same where only names or descriptions differ."),
                "organization": _organization("Whose pricing it is."),
                "changes": {"type": "array", "items": _change(), "description": "In the order of the manifests."},
                "metrics": {"type": "object", "description": "By code, how the usage that has prices adds up."},
                "guards": {"type": "array", "items": _guard(), "description": "What has to be allowed before apply."},
                "refusals": {"type": "array", "items": _refusal()},
                "unmanaged": texts("What Lago has and no manifest names."),
                "unknown": _unknown(),
                "summary": _summary(),
                "seal": hash_("Over all the rest: a plan that was edited is refused."),
            }
        ),
    }
    schema["properties"] |= _optional()
    return schema


def _optional() -> dict[str, Schema]:
    """What not every plan has, or plans that older releases saved don't."""
    return {
        "impact": impact_schema(),
        "paths": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The files and folders that it is of, where some were named.",
        },
        "base": object_(
            {
                "ref": text("What --base named."),
                "commit": text("Where HEAD and it parted."),
                "stands_in": {"type": "boolean", "description": "Lago was not asked: the base is taken for it."},
            },
            "The revision that tells this branch's changes from drift, where one was named.",
        ),
        "against": _against(),
        "policies": {
            "type": "array",
            "items": _policy(),
            "description": "Policies of the project that are about some of the changes.",
        },
    }


def _refusal() -> Schema:
    return object_(
        {
            "address": text("Which resource."),
            "source": source(),
            "message": text("Why it would not do what it says."),
            "ways_out": texts("What to do instead."),
        },
        "A change that is not made, and with it none of the plan.",
    )


def _unknown() -> Schema:
    return {
        "type": "array",
        "items": object_(
            {"address": text("Which resource."), "field": text("Which field."), "since": text("Release.")}
        ),
        "description": "Fields that the server would drop: too old for them, or, where `since` is empty, "
        "without the licence that they need.",
    }


def _summary() -> Schema:
    return object_(
        {name: {"type": "integer", "minimum": 0} for name in SUMMARY}
        | {
            "subscriptions": count("Distinct subscriptions that any effect hits."),
            "class": {"enum": [*CLASSES, None], "description": "That of the change that goes furthest."},
        },
        "How many of each.",
    )


def _organization(description: str) -> Schema:
    return object_(
        {
            "url": text("Origin of the server."),
            "lago_id": text("What apply compares."),
            "slug": text("Empty before Lago 1.46."),
            "name": text("For people."),
            "version": text("The release that the server is at least."),
        },
        description,
    )


def _against() -> Schema:
    is_meant = {"type": "boolean", "description": "The manifests of the two environments differ in it, too."}
    field = object_({"path": text("Which field."), "here": {}, "there": {}, "is_meant": is_meant})
    difference = {
        "address": text("Kind and code."),
        "lack": {"enum": [*(one.value for one in Lack), None], "description": "Which of the two lacks it."},
        "is_meant": is_meant,
        "fields": list_(field, "What differs, where both have it."),
    }
    return object_(
        {
            "environment": text("What --against named."),
            "organization": _organization("Whose organization it opens."),
            "same": {"type": "integer", "minimum": 0, "description": "Resources that are the same in both then."},
            "settled": texts("What differs now, and is the same once the plan is applied."),
            "differences": list_(object_(difference), "What differs once the plan is applied."),
        },
        "Another environment's organization that this one was compared with, where one was named.",
    )


def _change() -> Schema:
    schema = object_(
        {
            "id": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Names exactly this change."},
            "address": text("Kind and code."),
            "kind": text("Kind."),
            "key": text("Code; the URL of a webhook endpoint."),
            "action": {"enum": ["create", "update", "delete"]},
            "source": source(),
            "class": {"enum": CLASSES, "description": "How far it goes, the first the least far."},
            "reasons": texts("What makes it so."),
            "effects": {"type": "array", "items": _effect()},
            "requests": texts("How it is sent, in order: method and path below /api/v1."),
            "depends_on": texts("Ids of the changes that come before."),
        },
        "One resource to create, change or delete.",
    )
    schema["properties"] |= {
        "origin": ORIGIN,
        "previous_key": text("The code it has now, where it is renamed."),
        "before_fingerprint": hash_("Of what Lago has now."),
        "used_by": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "How many resources in Lago go on referring to it, by kind.",
        },
        "prices": {"type": "object", "description": "What it does to prices, tier by tier, and to bills."},
        "before": {"type": "object", "description": "What is deleted, or had other prices, as a manifest."},
        "after": {"type": "object", "description": "What is created, or gets other prices, as a manifest."},
        "fields": {
            "type": "array",
            "items": _field(),
        },
    }
    schema["properties"]["fields"]["items"]["properties"]["origin"] = ORIGIN
    schema["allOf"] = [
        {"if": {"properties": {"action": {"const": action}}}, "then": {"required": needed}}
        for action, needed in (("create", ["after"]), ("update", ["fields"]), ("delete", ["before"]))
    ]
    return schema


def _field() -> Schema:
    schema = object_({"path": text("Which field."), "before": {}, "after": {}}, "One value that changes.")
    schema["properties"] |= {
        "currency": text("Of an amount in cents."),
        "in_prices": {"const": True, "description": "`prices` says the same in the words of a price list."},
    }
    return schema


def _effect() -> Schema:
    return object_(
        {
            "class": {"enum": [one.value for one in EffectClass]},
            "weight": {"enum": [one.value for one in Weight]},
            "undo": {"enum": [one.value for one in Undo]},
            "timing": {"enum": [*(one.value for one in Timing), None], "description": "Which invoices have it."},
            "subscriptions": count("Distinct subscriptions that it hits."),
            "hits": {
                "type": "array",
                "items": object_({"address": text("A plan, or `organization`."), "subscriptions": count("Of it.")}),
            },
            "sentence": text("In words."),
        },
        "What happens because of it.",
    )


def _guard() -> Schema:
    return object_(
        {
            "waiver": text("What --allow takes: a class of effects, many-deletes, many-updates, or a policy's name."),
            "policy": {"enum": [one.value for one in Policy]},
            "reason": text("What it is about."),
            "addresses": texts("Which resources cause it."),
            "subscriptions": count("Distinct subscriptions that it is about."),
        },
        "A guard that blocks the plan.",
    )


def _policy() -> Schema:
    schema = object_(
        {
            "name": text("What --allow takes."),
            "result": {"enum": [one.value for one in Result]},
            "reason": text("The policy's reason, and the facts that match it."),
            "addresses": texts("The changes that it is about."),
            "subscriptions": count("Distinct subscriptions that those hit."),
            "source": source(),
            "stands": {"type": "boolean", "description": "It has not been allowed, so it is among the guards."},
        },
        "What a policy of the project says.",
    )
    schema["properties"]["require"] = object_(
        {
            "label": text("The label that answers it; empty: none is wanted."),
            "approvers": texts("Who may give it, as @login or @organization/team; none: whoever may write."),
            "wait_s": {"type": "integer", "minimum": 0, "description": "Seconds since the plan was first shown."},
        },
        "What answers a policy that requires something.",
    )
    return schema
