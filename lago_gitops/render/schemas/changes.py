"""The JSON Schemas of the output of commands that compare, show and apply changes."""

from lago_gitops.core.execution.outcome import Status
from lago_gitops.core.execution.schedule import Part
from lago_gitops.render.schemas.parts import TRUTH, VERSION, Schema, list_, number, object_, text, time
from lago_gitops.render.schemas.plan import plan_schema

_OF_A_FILE = frozenset({"tool", "commit", "created_at", "expires_at", "seal"})  # keys that only a saved plan has


def apply_output() -> Schema:
    return object_(
        {"format_version": VERSION, "outcomes": list_(outcome_schema(), "One outcome for each change, or part of one.")}
    )


def outcome_schema() -> Schema:
    return object_(
        {
            "address": text("Kind and code."),
            "action": {"enum": ["create", "update", "delete"]},
            "part": {"enum": [one.value for one in Part]},
            "status": {"enum": [one.value for one in Status]},
            "message": text("Explanation; may be empty."),
        }
    )


def plan_output() -> Schema:
    whole = plan_schema()
    kept = {name: part for name, part in whole["properties"].items() if name not in _OF_A_FILE}
    return {"type": "object", "properties": kept, "required": [one for one in whole["required"] if one in kept]}


def show_output() -> Schema:
    whole = plan_schema()
    return {name: whole[name] for name in ("type", "properties", "required")}


def drift_output() -> Schema:
    """`overrides` is included on request."""
    schema = plan_output()
    override = {
        "subscription": text("External id of the subscription."),
        "plan": text("Address of the plan."),
        "agreed": {**TRUTH, "description": "Whether the override is listed under `agreed_overrides`."},
        "fields": list_(
            object_({"path": text("Path of the field."), "before": {}, "after": {}}),
            "Fields that differ: the value of the plan, and that of the subscription.",
        ),
    }
    schema["properties"] |= {"overrides": list_(object_(override), "Overridden subscriptions. Only with --overrides.")}
    return schema


def comment_output() -> Schema:
    schema = object_(
        {"format_version": VERSION, "comment": text("What was done with the comment; with --dry-run, its text.")}
    )
    schema["properties"] |= {"pull_request": number("Number of the pull request."), "at": time("Time of the comment.")}
    return schema
