"""The JSON Schemas of what commands print with `--format json`: one document a run, whichever way it ends."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lago_gitops.core.comparison.pulling.pulled import Fate
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

VERSION: Schema = {"const": FORMAT, "description": "Another major version is another format."}
OF_A_FILE = frozenset({"tool", "commit", "created_at", "expires_at", "seal"})  # what only a saved plan has
TRUTH: Schema = {"type": "boolean"}


def output_schemas() -> dict[str, Schema]:
    """By name, one for each command."""
    return {f"{command}-output": _output(command, made()) for command, made in OUTPUTS.items()}


def _output(command: str, fine: Schema) -> Schema:
    """What has `stopped` is of a run that could not go on."""
    return {
        **headed(f"{command}-output", f"output of {command}", f"What `lago-gitops {command} --format json` prints."),
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
            "command": text("Empty where there is no such command."),
            "exit_code": number("What the process ended with."),
            "stopped": text("Why it could not go on."),
            "problems": list_(_problem()),
            "plan": or_null(_plan()),
            "outcomes": or_null(list_(_outcome())),
        },
        "A run that could not go on, with all that it had found and done by then.",
    )


def _plan() -> Schema:
    whole = plan_schema()
    kept = {name: part for name, part in whole["properties"].items() if name not in OF_A_FILE}
    return {"type": "object", "properties": kept, "required": [one for one in whole["required"] if one in kept]}


def _drift() -> Schema:
    """`overrides` is there where they were asked for."""
    schema = _plan()
    override = {
        "subscription": text("Its external id."),
        "plan": text("Address of the plan."),
        "agreed": {**TRUTH, "description": "The project file says so."},
        "fields": list_(object_({"path": text("Which field."), "before": {}, "after": {}}), "Plan's, and its own."),
    }
    schema["properties"] |= {"overrides": list_(object_(override), "Subscriptions with prices of their own.")}
    return schema


def _saved_plan() -> Schema:
    whole = plan_schema()
    return {name: whole[name] for name in ("type", "properties", "required")}


def _problems() -> Schema:
    return object_({"format_version": VERSION, "problems": list_(_problem(), "Warnings: errors stop the run.")})


def _problem() -> Schema:
    place = {"path": text("File."), "line": number("From 1."), "column": number("From 1.")}
    return object_(
        {
            **place,
            "severity": {"enum": [one.value for one in Severity]},
            "rule": text("A stable name, to filter by."),
            "message": text("What is wrong."),
            "hint": text("What would help; may be empty."),
            "also": list_(object_(place), "Where else the same is wrong."),
            "environments": texts("In which environments; empty for all."),
        }
    )


def _outcomes() -> Schema:
    return object_({"format_version": VERSION, "outcomes": list_(_outcome(), "One for each change or part of one.")})


def _outcome() -> Schema:
    return object_(
        {
            "address": text("Kind and code."),
            "action": {"enum": ["create", "update", "delete"]},
            "part": {"enum": [one.value for one in Part]},
            "status": {"enum": [one.value for one in Status]},
            "message": text("Empty where there is nothing to say."),
        }
    )


def _pulled() -> Schema:
    resource = object_(
        {
            "address": text("Kind and code."),
            "status": {"enum": [one.value for one in Fate]},
            "source": object_({"path": text("File."), "line": number("From 1.")}),
            "reason": text("Why it is left as it is; may be empty."),
            "changes": list_(object_({"path": text("Which field."), "before": {}, "after": {}})),
            "to_set": list_(
                object_({"variable": text("Name of an environment variable."), "field": text("Whose text it gets.")}),
                "What its manifest refers to, and must not be in Git.",
            ),
        }
    )
    external = {
        "address": text("Kind and code."),
        "kind": text("Kind."),
        "key": text("Code."),
        "referrer": text("Who."),
    }
    return object_(
        {
            "format_version": VERSION,
            "organization": text("Name of the organization."),
            "resources": list_(resource),
            "left_out": list_(
                object_({"address": text("Kind and code."), "message": text("Why no manifest holds it.")})
            ),
            "to_name_external": list_(object_(external), "What is referred to, and no manifest can hold."),
        }
    )


def _imported() -> Schema:
    schema = _pulled()
    note = object_({"where": text("Place in the file that was read."), "message": text("What manifests can't say.")})
    schema["properties"] |= {"notes": list_(note)}
    return schema


def _formatted() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "files": number("Files that were looked at."),
            "changed": texts("Files whose layout changes."),
            "is_written": {**TRUTH, "description": "False with --check."},
        }
    )


def _checks() -> Schema:
    check = {
        "name": text("What was looked at."),
        "well": TRUTH,
        "found": text("What it is."),
        "fix": text("What helps."),
    }
    return object_({"format_version": VERSION, "checks": list_(object_(check))})


def _prices() -> Schema:
    comparison = object_(
        {
            "format_version": VERSION,
            "bills": {**list_(_bill()), "minItems": 2, "maxItems": 2},
            "difference_cents": or_null(number("Null where the currencies differ.")),
            "difference_percent": or_null({"type": "number"}),
        }
    )
    none = object_({"format_version": VERSION, "no_invoice": text("Why Lago would make no invoice.")})
    return {"anyOf": [_bill(), comparison, none]}


def _bill() -> Schema:
    fee = {
        "item": {"type": "object"},
        "amount_cents": number("In cents of the currency."),
        "taxes_amount_cents": number("In cents of the currency."),
        "total_amount_cents": number("In cents of the currency."),
        "amount_currency": text("ISO code."),
    }
    share = {"code": text("Its code."), "amount_cents": number("In cents of the currency.")}
    sums = ("fees", "coupons", "sub_total_excluding_taxes", "taxes", "total")
    plan = {"code": text("Its code."), "name": text("Its name."), "interval": {"enum": [one.value for one in Interval]}}
    return object_(
        {
            "format_version": VERSION,
            "plan": object_(plan),
            "currency": text("ISO code."),
            "from_date": text("First day."),
            "to_date": text("Last day."),
            "fees": list_(
                object_(fee), "In the shape of Lago's fee object: its exact decimals are text, as Lago's are."
            ),
            "coupons": list_(object_(share)),
            "taxes": list_(object_({**share, "rate": {"type": "number"}})),
            **{f"{name}_amount_cents": number("In cents of the currency.") for name in sums},
            "notes": texts("What the bill leaves out, and why."),
        }
    )


def _tests() -> Schema:
    test = object_(
        {
            "path": text("File."),
            "line": number("From 1."),
            "name": text("Of the test."),
            "plan": text("Code of the plan."),
            "passed": TRUTH,
            "reasons": texts("What is wrong, a line each."),
        }
    )
    test["properties"] |= {"misses": list_({"type": "object"}), "bill": _bill()}
    counts = object_({"passed": number("Tests."), "failed": number("Tests.")})
    policy_test = object_(
        {
            "path": text("File."),
            "line": number("From 1."),
            "name": text("Of the test."),
            "environment": text("Whose policies hold."),
            "passed": TRUTH,
            "reasons": texts("What is wrong, a line each."),
            "policies": texts("Those that spoke up."),
        }
    )
    about = {"format_version": VERSION, "tests": list_(test), "policy_tests": list_(policy_test)}
    return object_({**about, "summary": counts})


def _written() -> Schema:
    return object_({"format_version": VERSION, "written": texts("Files.")})


def _graph() -> Schema:
    node = {"address": text("Kind and code."), "kind": text("Kind."), "key": text("Code."), "is_described": TRUTH}
    edge = {"from": text("Who refers."), "to": text("To what.")}
    return object_({"format_version": VERSION, "nodes": list_(object_(node)), "edges": list_(object_(edge))})


def _comment() -> Schema:
    schema = object_({"format_version": VERSION, "comment": text("What became of it; with --dry-run its text.")})
    schema["properties"] |= {"pull_request": number("Which one."), "at": time("When.")}
    return schema


def _targets() -> Schema:
    target = {
        "name": text("For jobs and artifacts: letters, digits and `_.-`."),
        "project": text("Folder of the project."),
        "environment": text("Name of the environment in its lago-gitops.yaml."),
        "url": text("Its Lago."),
        "organization": text("Slug or id that it is pinned to; may be empty."),
        "key_from": text("The variable that holds its key."),
    }
    return object_({"format_version": VERSION, "targets": list_(object_(target))})


def _served() -> Schema:
    return object_(
        {"format_version": VERSION, "url": text("Where it listens."), "api_key": text("Or *** for your own.")}
    )


def _exported() -> Schema:
    return object_({"format_version": VERSION, "folder": text("Of the partitions."), "rows": number("In all of them.")})


def _rated() -> Schema:
    figures = {
        "rows": number("That could be rated."),
        "billed_cents": number("What Lago billed for them."),
        "now_cents": number("What the prices that made them make of them."),
        "after_cents": number("What the manifests make of them."),
        "difference_cents": number("After less now."),
        "unrated": number("Rows that need more than themselves to be rated, in no other figure."),
        "unrated_billed_cents": number("What Lago billed for those."),
    }
    charge = {
        "plan": text("Code."),
        "charge": text("Code; empty: the plan's own fee."),
        "item_type": text("Sort of fee."),
        "currency": text("Of the amounts."),
    }
    return object_(
        {
            "format_version": VERSION,
            "partitions": number("Files."),
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
"""By command, the document of a run that ends by itself. `schema` prints a schema, and `ci` runs other commands."""
