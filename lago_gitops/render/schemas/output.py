"""The JSON Schemas of the output of commands with `--format json`: one document per run, however it ends."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lago_gitops.core.comparison.pulling.pulled import PullFate
from lago_gitops.core.execution.outcome import Status
from lago_gitops.core.execution.schedule import Part
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.core.validation.schema import headed
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.render.schemas.audit import audit_schema
from lago_gitops.render.schemas.parts import Schema, list_, number, object_, or_null, text, texts, time
from lago_gitops.render.schemas.plan import plan_schema
from lago_gitops.render.schemas.simulation import simulations_schema

VERSION: Schema = {"const": FORMAT, "description": "Version of the format. A new major version may be incompatible."}
OF_A_FILE = frozenset({"tool", "commit", "created_at", "expires_at", "seal"})  # keys that only a saved plan has
TRUTH: Schema = {"type": "boolean"}


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
            "problems": list_(_problem()),
            "plan": or_null(_plan()),
            "outcomes": or_null(list_(_outcome())),
        },
        "A run that stopped early, with everything it had found and done.",
    )


def _plan() -> Schema:
    whole = plan_schema()
    kept = {name: part for name, part in whole["properties"].items() if name not in OF_A_FILE}
    return {"type": "object", "properties": kept, "required": [one for one in whole["required"] if one in kept]}


def _drift() -> Schema:
    """`overrides` is included on request."""
    schema = _plan()
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


def _saved_plan() -> Schema:
    whole = plan_schema()
    return {name: whole[name] for name in ("type", "properties", "required")}


def _problems() -> Schema:
    return object_({"format_version": VERSION, "problems": list_(_problem(), "Warnings. (Errors stop the run.)")})


def _problem() -> Schema:
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


def _outcomes() -> Schema:
    return object_(
        {"format_version": VERSION, "outcomes": list_(_outcome(), "One outcome for each change, or part of one.")}
    )


def _outcome() -> Schema:
    return object_(
        {
            "address": text("Kind and code."),
            "action": {"enum": ["create", "update", "delete"]},
            "part": {"enum": [one.value for one in Part]},
            "status": {"enum": [one.value for one in Status]},
            "message": text("Explanation; may be empty."),
        }
    )


def _pulled() -> Schema:
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


def _imported() -> Schema:
    schema = _pulled()
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


def _formatted() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "files": number("Number of files checked."),
            "changed": texts("Files whose format changes."),
            "is_written": {**TRUTH, "description": "Whether the files were written; false with --check."},
        }
    )


def _checks() -> Schema:
    check = {
        "name": text("Name of the check."),
        "well": TRUTH,
        "found": text("Result of the check."),
        "fix": text("How to fix a problem."),
    }
    return object_({"format_version": VERSION, "checks": list_(object_(check))})


def _prices() -> Schema:
    comparison = object_(
        {
            "format_version": VERSION,
            "bills": {**list_(_bill()), "minItems": 2, "maxItems": 2},
            "difference_cents": or_null(number("Difference in cents; null if the currencies differ.")),
            "difference_percent": or_null({"type": "number"}),
        }
    )
    none = object_({"format_version": VERSION, "no_invoice": text("Why Lago would create no invoice.")})
    return {"anyOf": [_bill(), comparison, none]}


def _bill() -> Schema:
    fee = {
        "item": {"type": "object"},
        "amount_cents": number("Amount in cents of the currency."),
        "taxes_amount_cents": number("Amount in cents of the currency."),
        "total_amount_cents": number("Amount in cents of the currency."),
        "amount_currency": text("ISO code."),
    }
    share = {"code": text("Its code."), "amount_cents": number("Amount in cents of the currency.")}
    sums = ("fees", "coupons", "sub_total_excluding_taxes", "taxes", "total")
    plan = {"code": text("Its code."), "name": text("Its name."), "interval": {"enum": [one.value for one in Interval]}}
    return object_(
        {
            "format_version": VERSION,
            "plan": object_(plan),
            "currency": text("ISO code."),
            "from_date": text("First day of the period."),
            "to_date": text("Last day of the period."),
            "fees": list_(object_(fee), "Fees in the format of Lago's fee object, with exact decimals as strings."),
            "coupons": list_(object_(share)),
            "taxes": list_(object_({**share, "rate": {"type": "number"}})),
            **{f"{name}_amount_cents": number("Amount in cents of the currency.") for name in sums},
            "notes": texts("What the bill doesn't include, and why."),
        }
    )


def _tests() -> Schema:
    test = object_(
        {
            "path": text("Path of the file."),
            "line": number("Counted from 1."),
            "name": text("Name of the test."),
            "plan": text("Code of the plan."),
            "passed": TRUTH,
            "reasons": texts("Why the test failed, one line for each reason."),
        }
    )
    test["properties"] |= {"misses": list_({"type": "object"}), "bill": _bill()}
    counts = object_({"passed": number("Number of tests."), "failed": number("Number of tests.")})
    policy_test = object_(
        {
            "path": text("Path of the file."),
            "line": number("Counted from 1."),
            "name": text("Name of the test."),
            "environment": text("Environment whose policies were tested."),
            "passed": TRUTH,
            "reasons": texts("Why the test failed, one line for each reason."),
            "policies": texts("Policies that matched."),
        }
    )
    about = {"format_version": VERSION, "tests": list_(test), "policy_tests": list_(policy_test)}
    return object_({**about, "summary": counts})


def _written() -> Schema:
    return object_({"format_version": VERSION, "written": texts("Files that were written.")})


def _graph() -> Schema:
    node = {"address": text("Kind and code."), "kind": text("Kind."), "key": text("Code."), "is_described": TRUTH}
    edge = {"from": text("Address of the resource that refers."), "to": text("Address of the resource referred to.")}
    return object_({"format_version": VERSION, "nodes": list_(object_(node)), "edges": list_(object_(edge))})


def _comment() -> Schema:
    schema = object_(
        {"format_version": VERSION, "comment": text("What was done with the comment; with --dry-run, its text.")}
    )
    schema["properties"] |= {"pull_request": number("Number of the pull request."), "at": time("Time of the comment.")}
    return schema


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


def _served() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "url": text("Address that the sandbox listens on."),
            "api_key": text("API key; *** for a key of your own."),
        }
    )


def _exported() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "folder": text("Folder of the partitions."),
            "rows": number("Number of rows in all partitions."),
        }
    )


def _rated() -> Schema:
    figures = {
        "rows": number("Number of rated rows."),
        "billed_cents": number("Amount that Lago billed for these rows."),
        "now_cents": number("Amount at the prices before."),
        "after_cents": number("Amount at the prices of the manifests."),
        "difference_cents": number("After minus now."),
        "unrated": number("Number of rows that can't be rated on their own; not included in the other figures."),
        "unrated_billed_cents": number("Amount that Lago billed for the unrated rows."),
    }
    charge = {
        "plan": text("Code."),
        "charge": text("Code of the charge; empty for the plan's own fee."),
        "item_type": text("Type of the fee."),
        "currency": text("Currency of the amounts."),
    }
    return object_(
        {
            "format_version": VERSION,
            "partitions": number("Number of partitions."),
            "compared": TRUTH,
            "charges": list_(object_(charge | figures)),
            "by_currency": list_(object_({"currency": charge["currency"], **figures})),
        }
    )


OUTPUTS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {
        "apply": _outcomes,
        "audit": audit_schema,
        "comment": _comment,
        "doctor": _checks,
        "drift": _drift,
        "export": _exported,
        "fmt": _formatted,
        "graph": _graph,
        "import": _imported,
        "init": _written,
        "plan": _plan,
        "price": _prices,
        "pull": _pulled,
        "rate": _rated,
        "sandbox": _served,
        "show": _saved_plan,
        "simulate": simulations_schema,
        "targets": _targets,
        "test": _tests,
        "validate": _problems,
    }
)
"""By command, the document of a run that isn't stopped. `schema` prints a schema, and `ci` runs other commands."""
