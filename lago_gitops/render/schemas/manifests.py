"""The JSON Schemas of the output of commands that read and write manifests."""

from lago_gitops.core.comparison.pulling.pulled import PullFate
from lago_gitops.core.model.problem import Severity
from lago_gitops.render.schemas.parts import TRUTH, VERSION, Schema, list_, number, object_, text, texts


def validate_output() -> Schema:
    return object_({"format_version": VERSION, "problems": list_(problem_schema(), "Warnings. (Errors stop the run.)")})


def problem_schema() -> Schema:
    place = {"path": text("Path of the file."), "line": number("Counted from 1."), "column": number("Counted from 1.")}
    return object_(
        {
            **place,
            "severity": {"enum": [one.value for one in Severity]},
            "rule": text("Stable name of the rule, for filters."),
            "message": text("What is wrong."),
            "hint": text("What to do; may be empty."),
            "also": list_(object_(place), "Other places with the same problem."),
            "environments": texts("Environments that have the problem; empty for all."),
        }
    )


def pull_output() -> Schema:
    resource = object_(
        {
            "address": text("Kind and code."),
            "status": {"enum": [one.value for one in PullFate]},
            "source": object_({"path": text("Path of the file."), "line": number("Counted from 1.")}),
            "reason": text("Why the resource wasn't changed; may be empty."),
            "changes": list_(object_({"path": text("Path of the field."), "before": {}, "after": {}})),
            "to_set": list_(
                object_(
                    {"variable": text("Name of an environment variable."), "field": text("Field that takes its value.")}
                ),
                "Environment variables to set: their values must not be in Git.",
            ),
        }
    )
    external = {
        "address": text("Kind and code."),
        "kind": text("Kind."),
        "key": text("Code."),
        "referrer": text("Address of the resource that refers to it."),
    }
    return object_(
        {
            "format_version": VERSION,
            "organization": text("Name of the organization."),
            "resources": list_(resource),
            "left_out": list_(
                object_(
                    {"address": text("Kind and code."), "message": text("Why it can't be expressed as a manifest.")}
                )
            ),
            "to_name_external": list_(
                object_(external), "Objects to list under `external`: manifests refer to them but can't describe them."
            ),
        }
    )


def import_output() -> Schema:
    schema = pull_output()
    note = object_(
        {"where": text("Place in the imported file."), "message": text("What can't be expressed in manifests.")}
    )
    left_out = object_(
        {
            "address": text("Kind and code."),
            "message": text("Why it can't be expressed as a manifest."),
            "where": text("Place in the imported file."),
            "fix": text("What would help; may be empty."),
        }
    )
    schema["properties"] |= {"notes": list_(note), "left_out": list_(left_out)}
    return schema


def fmt_output() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "files": number("Number of files checked."),
            "changed": texts("Files whose format changes."),
            "is_written": {**TRUTH, "description": "Whether the files were written; false with --check."},
        }
    )


def init_output() -> Schema:
    return object_({"format_version": VERSION, "written": texts("Files that were written.")})


def graph_output() -> Schema:
    node = {"address": text("Kind and code."), "kind": text("Kind."), "key": text("Code."), "is_described": TRUTH}
    edge = {"from": text("Address of the resource that refers."), "to": text("Address of the resource referred to.")}
    return object_({"format_version": VERSION, "nodes": list_(object_(node)), "edges": list_(object_(edge))})
