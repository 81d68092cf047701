"""What this server would refuse: what needs a licence that it lacks, or a release that it is too old for."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lago_gitops.core.assessment.by_release import RULE
from lago_gitops.core.assessment.licence import is_one_too_many
from lago_gitops.core.assessment.unavailable import Why, reason, way_out
from lago_gitops.core.comparison.abilities.licence import Gated, gated_values
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.kind import Finding, Gate, ResourceKind
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.model.resources import Change, Create, Delete, Refusal, Update

Kinds = Mapping[str, ResourceKind]


def beyond_server(
    compared: Comparison,
    server: Server,
    kinds: Kinds,
    unavailable: Collection[str] = (),
    unsupported_variants: Collection[str] = (),
) -> Iterator[Refusal]:
    """One refusal for each value, and for each object that would be one too many; `unavailable` kinds have theirs.

    `unsupported_variants` are kinds of which Lago creates objects that no manifest can describe.
    """
    odd = {name: f"GET {kinds[name].variant_list} shows" for name in unsupported_variants} | _odd_ones(compared, kinds)
    for change in compared.changes:
        kind = kinds[change.address.kind]
        if isinstance(change, Delete) or kind.name in unavailable:
            continue
        yield from _unsupported_variant(change, odd, kind)
        for one in gated_values(kind.object, change.desired.fields):
            if not _is_left_alone(change, one):
                yield from _value(change, one, server, kind)
        for finding in _of_release(kind, change.desired.fields, server):
            if finding.message not in _known(change, kind, server):
                yield Refusal(change.address, change.desired.mark, finding.message, (finding.hint,))
        if server.licence is False and is_one_too_many(change, compared.changes, compared.live, kind, server.has):
            yield Refusal(change.address, change.desired.mark, *_without_licence(kind))


def there_already(compared: Comparison, server: Server, kinds: Kinds) -> Iterator[Problem]:
    """What this server takes and never bills right, of resources that change in something else: no reason to stop."""
    for change in compared.changes:
        kind = kinds[change.address.kind]
        if known := _known(change, kind, server):
            for finding in _of_release(kind, change.desired.fields, server):
                if finding.message in known:
                    yield Problem(change.desired.mark, finding.message, finding.hint, RULE, Severity.WARNING)


def _is_left_alone(change: Create | Update, one: Gated) -> bool:
    """Whether neither the value is sent, which Lago has as of a licence that has ended, nor anything beside it."""
    sent_with = re.split(r"[.\[]", one.path)[0]
    return isinstance(change, Update) and all(field.keys[0] != sent_with for field in change.fields)


def _of_release(kind: ResourceKind, fields: Mapping[str, Any], server: Server) -> Iterator[Finding]:
    rules = (*kind.server_rules, *kind.misbilled)
    return (problem for rule in rules for problem in rule(fields, server.has))


def _known(change: Change, kind: ResourceKind, server: Server) -> frozenset[str]:
    """The problems with Lago's current objects."""
    if not isinstance(change, Update):
        return frozenset()
    return frozenset(finding.message for finding in _of_release(kind, change.live.fields, server))


def _odd_ones(compared: Comparison, kinds: Kinds) -> dict[str, str]:
    """By kind an object which shows that Lago creates objects of another sort in this organization."""
    live = (one for one in compared.live.values() if kinds[one.address.kind].is_unsupported_variant(one.fields))
    return {one.address.kind: f"{one.address} is" for one in live}


def _unsupported_variant(change: Create | Update, odd: Mapping[str, str], kind: ResourceKind) -> Iterator[Refusal]:
    """Of what is created where there are such objects, and of such an object."""
    match change:
        case Create():
            like, what = odd.get(kind.name), ": what is created now is of that sort"
        case Update():  # the last of its union
            like, what = f"{change.live.address} is" if kind.is_unsupported_variant(change.live.fields) else None, ""
    if like is not None:
        message = f"this organization has {kind.unsupported_variant}, as {like}{what}"
        yield Refusal(change.address, change.desired.mark, message, ("manage those in Lago's web interface",))


def _value(change: Change, one: Gated, server: Server, kind: ResourceKind) -> Iterator[Refusal]:
    where, mark = change.address, change.desired.mark
    if one.is_licensed and server.licence is False:
        message = f"{one.path}: {one.value} needs a Lago licence; this Lago has none, and would refuse the {kind.name}"
        yield Refusal(where, mark, message, ("choose another value", "get a licence"))
    if not server.has(one.since):
        major, minor = server.version
        message = f"{one.path}: {one.value} came with Lago {one.since}, and this one is {major}.{minor} by its answers"
        yield Refusal(where, mark, message, ("choose another value", f"update Lago to {one.since}"))


def _without_licence(kind: ResourceKind) -> tuple[str, tuple[str, ...]]:
    gate = kind.gate or Gate()
    ways = ("get a licence", "leave the manifest out")
    if gate.free:
        return (
            f"this Lago has no licence, and takes no more than {counted(gate.free, kind.name.replace('_', ' '))}",
            ways,
        )
    return reason(kind, Why.LICENCE), (way_out(kind, Why.LICENCE), ways[1])
