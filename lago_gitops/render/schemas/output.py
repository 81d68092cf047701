"""The JSON Schemas of the output of commands with `--format json`: one document per run, however it ends."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lago_gitops.core.validation.schema import headed
from lago_gitops.render.schemas.audit import audit_schema
from lago_gitops.render.schemas.changes import (
    apply_output,
    comment_output,
    drift_output,
    outcome_schema,
    plan_output,
    show_output,
)
from lago_gitops.render.schemas.manifests import (
    fmt_output,
    graph_output,
    import_output,
    init_output,
    problem_schema,
    pull_output,
    validate_output,
)
from lago_gitops.render.schemas.parts import TRUTH, VERSION, Schema, list_, number, object_, or_null, text
from lago_gitops.render.schemas.prices import export_output, price_output, rate_output, test_output
from lago_gitops.render.schemas.simulation import simulations_schema


def output_schemas() -> dict[str, Schema]:
    """Schemas by name, one for each command."""
    return {f"{command}-output": _output(command, made()) for command, made in OUTPUTS.items()}


def _output(command: str, fine: Schema) -> Schema:
    """A document with `stopped` is from a run that could not continue."""
    return {
        **headed(f"{command}-output", f"output of {command}", f"Output of `lago-gitops {command} --format json`."),
        "type": "object",
        "required": ["format_version"],
        "if": {"required": ["stopped"]},
        "then": _stopped(),
        "else": fine,
    }


def _stopped() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "command": text("Name of the command; empty if there is no such command."),
            "exit_code": number("Exit code of the process."),
            "stopped": text("Why the run stopped."),
            "problems": list_(problem_schema()),
            "plan": or_null(plan_output()),
            "outcomes": or_null(list_(outcome_schema())),
        },
        "A run that stopped early, with everything it had found and done.",
    )


def _doctor() -> Schema:
    check = {
        "name": text("Name of the check."),
        "well": TRUTH,
        "found": text("Result of the check."),
        "fix": text("How to fix a problem."),
    }
    return object_({"format_version": VERSION, "checks": list_(object_(check))})


def _targets() -> Schema:
    target = {
        "name": text("Name for jobs and artifacts: letters, digits and `_.-`."),
        "project": text("Folder of the project."),
        "environment": text("Name of the environment in its lago-gitops.yaml."),
        "url": text("Address of its Lago."),
        "organization": text("Slug or id of its organization; may be empty."),
        "key_from": text("Environment variable that holds its API key."),
    }
    return object_({"format_version": VERSION, "targets": list_(object_(target))})


def _sandbox() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "url": text("Address that the sandbox listens on."),
            "api_key": text("API key; *** for a key of your own."),
        }
    )


OUTPUTS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {
        "apply": apply_output,
        "audit": audit_schema,
        "comment": comment_output,
        "doctor": _doctor,
        "drift": drift_output,
        "export": export_output,
        "fmt": fmt_output,
        "graph": graph_output,
        "import": import_output,
        "init": init_output,
        "plan": plan_output,
        "price": price_output,
        "pull": pull_output,
        "rate": rate_output,
        "sandbox": _sandbox,
        "show": show_output,
        "simulate": simulations_schema,
        "targets": _targets,
        "test": test_output,
        "validate": validate_output,
    }
)
"""By command, the document of a run that isn't stopped. `schema` prints a schema, and `ci` runs other commands."""
