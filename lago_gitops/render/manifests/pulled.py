"""What a pull did: as JSON data, and that data for a terminal."""

from collections.abc import Iterable, Iterator, Mapping

from lago_gitops.core.comparison.pulling.pulled import PullFate, Resource
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address
from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.change import field_document
from lago_gitops.render.plan.document import Document
from lago_gitops.render.plan.text import field_text

COLOURS = {PullFate.UPDATED: "yellow", PullFate.NEW: "green", PullFate.LEFT: "red", PullFate.ABSENT: "red"}
WIDTH = max(map(len, PullFate))


def pulled_document(
    organization: str, resources: Iterable[Resource], left_out: Iterable[Problem], dangling: Mapping[Address, Address]
) -> Document:
    """`left_out` are objects that no manifest of the project can hold; `dangling` are referred to by manifests."""
    return {
        "format_version": FORMAT,
        "organization": organization,
        "resources": [_resource(one) for one in resources],
        "left_out": [{"address": problem.mark.source, "message": problem.message} for problem in left_out],
        "to_name_external": [
            {"address": str(address), "kind": address.kind, "key": address.key, "referrer": str(referrer)}
            for address, referrer in dangling.items()
        ],
    }


def resource_text(one: Document, paint: Paint) -> str:
    """A line for what became of one resource, one for each change, and one for each variable that is to be set."""
    status, colour = ": ".join(filter(None, (one["status"], one["reason"]))), COLOURS.get(one["status"])
    status = printable(f"{status:<{WIDTH}}")
    said = printable(f"{one['address']}  {one['source']['path']}:{one['source']['line']}")
    first = f"{paint(status, colour) if colour else status}  {said}"
    to_set = (f"set {each['variable']} to its {each['field']}, which must not be in Git" for each in one["to_set"])
    return "\n".join(
        [first, *(f"    {text}" for text in (*(field_text(each, paint) for each in one["changes"]), *to_set))]
    )


def imported_document(
    resources: Iterable[Resource],
    notes: Iterable[tuple[str, str]],
    left_out: Iterable[Problem],
    dangling: Mapping[Address, Address],
    places: Mapping[str, str],
) -> Document:
    """As `pulled_document`; `notes` are places and what of them can't be said; `places` are those of what is left out,
    by address."""
    problems = tuple(left_out)
    document = pulled_document("", resources, problems, dangling)
    left = [one | {"where": places[one["address"]], "fix": problem.hint}
            for one, problem in zip(document["left_out"], problems, strict=True)]  # fmt: skip
    return document | {"left_out": left, "notes": [{"where": where, "message": message} for where, message in notes]}


def summary_text(document: Document) -> str:
    """What can't be held, and how many resources there are of each sort."""
    statuses = [one["status"] for one in document["resources"]]
    number = counted(len(statuses) - statuses.count(PullFate.ABSENT), "resource")
    closing = f"Pulled {number} of {printable(document['organization'])}: {_numbers(document)}."
    return "\n".join([*_missing(document), closing])


def imported_text(document: Document) -> str:
    """What can't be said, and how many resources there are of each sort."""
    notes = [printable(f"{one['where']}: {one['message']}") for one in document["notes"]]
    closing = f"Imported {counted(len(document['resources']), 'resource')}: {_numbers(document)}."
    return "\n".join([*notes, *_missing(document), closing])


def _missing(document: Document) -> Iterator[str]:
    for one in document["left_out"]:
        yield printable(": ".join(filter(None, (one.get("where"), one["address"], one["message"]))))
        if one.get("fix"):
            yield printable(f"    {one['fix']}")
    for one in document["to_name_external"]:
        where = f"name it under `external` in lago-gitops.yaml, as {one['kind']}: [{one['key']}]"
        yield printable(f"{one['address']}: {one['referrer']} refers to it, and no manifest describes it: {where}")


def _numbers(document: Document) -> str:
    statuses = [one["status"] for one in document["resources"]]
    numbers = ((statuses.count(fate), fate) for fate in PullFate)
    said = ", ".join(f"{number} {fate}" for number, fate in numbers if number) or "nothing"
    left_out = len({one["address"] for one in document["left_out"]})
    return said + (f"; {left_out} skipped" if left_out else "")


def _resource(one: Resource) -> Document:
    return {
        "address": str(one.address),
        "status": one.fate,
        "source": {"path": one.mark.source, "line": one.mark.line},
        "reason": one.reason,
        "changes": [field_document(change) for change in one.changes],
        "to_set": [{"variable": name, "field": field} for name, field in one.to_set],
    }
