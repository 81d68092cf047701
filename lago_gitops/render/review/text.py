"""A plan for a terminal: its changes, what blocks it, and the verdict. Colours are applied by the caller's `paint`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from lago_gitops.core.model.plurals import counted, listed
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.impact.text import impact_text
from lago_gitops.render.plan.against import contrast_lines
from lago_gitops.render.plan.attribution import base_words, unchanged_words
from lago_gitops.render.plan.document import Document
from lago_gitops.render.plan.guards import guard_reasons
from lago_gitops.render.plan.policies import VERBS, answer, names_standing, policies_of
from lago_gitops.render.plan.text import (
    COLOURS,
    DIGEST_SHOWN,
    SIGNS,
    change_lines,
    class_reason,
    effect_line,
    effect_lines,
    place,
)
from lago_gitops.render.review.groups import Group, RefusedAlike, alike, groups, refused_alike
from lago_gitops.render.review.model import Mood, ReviewedChange
from lago_gitops.render.review.review import first_line, refused, reviewed

UNMANAGED_SHOWN: Final = 10
MANY: Final = 10
"""Fewer changes of one sort are shown one by one: a terminal has no folds for the rest."""
MOODS: Final = {
    Mood.QUIET: "green",
    Mood.FINE: "green",
    Mood.CAUTION: "yellow",
    Mood.DANGER: "red",
    Mood.STOPPED: "red",
}


def plan_text(document: Document, paint: Paint) -> str:
    """What apply would do, change by change, with totals."""
    environment = printable(document["environment"])
    blocks = [f"{_heading(document['organization'])}, environment {environment}"]
    blocks += [impact_text(document["impact"])] if "impact" in document else []
    items = reviewed(document)
    blocks += ["\n".join(lines) for lines in _changes(items, paint)]
    blocks += ["\n".join(_unknown(one) for one in document["unknown"])]
    blocks += [_unmanaged(document["unmanaged"])]
    blocks += ["\n".join(_refused(one, paint)) for one in refused_alike(map(refused, document["refusals"]))]
    blocks += ["\n".join(map(printable, contrast_lines(document)))]
    guards = _own_guards(document)
    reasons = guard_reasons(document, guards)
    blocks += ["\n".join(_guard(one, reason, paint) for one, reason in zip(guards, reasons, strict=True))]
    blocks += ["\n".join(_policy(policy, paint) for policy in policies_of(document))]
    blocks += [
        "\n".join(line for line in (base_words(document), _verdict(document, items, paint), summary(document)) if line)
    ]
    return "\n\n".join(block for block in blocks if block)


def _changes(items: Sequence[ReviewedChange], paint: Paint) -> Iterator[Iterator[str]]:
    """The lines of each change, or of many of one sort once, in the place of the first. Each new resource is shown."""
    many = [one for one in groups(item for item in items if item.action != "create") if len(one.items) >= MANY]
    first = {one.items[0].address: one for one in many}
    summed_up = {item.address for one in many for item in one.items}
    for item in items:
        if item.address in first:
            yield _many(first[item.address], paint)
        elif item.address not in summed_up:
            yield chain(change_lines(item.change, item.prices, paint), effect_lines(item.change, paint))


def _many(group: Group, paint: Paint) -> Iterator[str]:
    """What the changes share, whom they hit, and the first of them."""
    said = f"{SIGNS[group.action]} {group.what}{': ' if group.how else ''}{group.how}"
    yield paint(printable(said), COLOURS[group.action])
    yield f"    {printable(listed(item.address for item in group.items))}. Each of them: plan --format json"
    effects = sorted((effect for item in group.items for effect in item.effects), key=lambda one: one.rank)
    for one in alike(effect for effect in effects if not effect.deletes):
        whose = "" if len(one.addresses) == len(group.items) else f"{listed(one.addresses)}: "
        yield effect_line(one.first.weight, f"{whose}{one.sentence}", one.first.undo, paint)
    yield "    for example:"
    example = group.items[0]
    yield from (f"    {line}" for line in change_lines(example.change, example.prices, paint))


def _heading(organization: Mapping[str, Any]) -> str:
    """The organization, so that a wrong key is noticed; or the revision compared instead, which has no URL."""
    name, url, id_, version = (printable(organization[key]) for key in ("name", "url", "lago_id", "version"))
    if not url:
        return f"Plan compared with {name}"
    return f"Plan for {name} at {url} (organization {id_}, Lago {version} or later)"


def summary(document: Document) -> str:
    counts = document["summary"]
    if not document["changes"] and document["refusals"]:
        return "Nothing can be applied, although Lago does not match the manifests: see the refused changes."
    if not document["changes"]:
        return f"No changes: {unchanged_words(document)} ({counted(counts['unchanged'], 'resource')})."
    return (
        f"Plan: {counts['create']:,} to create, {counts['update']:,} to change, {counts['delete']:,} to delete, "
        f"{counts['unchanged']:,} unchanged. Digest {document['digest'][:DIGEST_SHOWN]}."
        f"{_class(document)}{_stops(document)}"
    )


def _class(document: Document) -> str:
    """The plan's class, on its own line with the reason."""
    return "\n" + printable(f"Class {document['summary']['class']} ({class_reason(document)}).")


def _verdict(document: Document, items: Sequence[ReviewedChange], paint: Paint) -> str:
    """The first line of a comment about the plan, last, where a terminal stops; nothing where the totals say it."""
    if not document["changes"]:
        return ""
    said, mood = first_line(document, items)
    return f"{paint(f'{printable(said)}.', MOODS[mood])}"


def _stops(document: Document) -> str:
    """What apply will ask for, on its own line; while something is refused, no approval helps."""
    if document["refusals"]:
        return ""
    guards, standing = _own_guards(document), sorted(names_standing(document))
    asking = [verdict["waiver"] for verdict in guards if verdict["policy"] == "ask"]
    refusing = [verdict["waiver"] for verdict in guards if verdict["policy"] == "refuse"]
    approve = f"apply --approved {document['digest'][:DIGEST_SHOWN]}, or a saved plan"
    need, are = "needs" if len(asking) == 1 else "need", "is" if len(refusing) == 1 else "are"
    allow = " ".join(map("--allow {}".format, refusing))
    said = [f"{', '.join(asking)} {need} approval ({approve})"] if asking else []
    said += [f"{', '.join(refusing)} {are} refused ({allow})"] if refusing else []
    blocked = f"\nGuards block this plan: {'; '.join(said)}." if said else ""
    flags = " ".join(map("--allow {}".format, standing))
    return blocked + (f"\nPolicies block this plan: {', '.join(standing)} ({flags})." if standing else "")


def _unknown(one: Document) -> str:
    where, field, since = (printable(one[key]) for key in ("address", "field", "since"))
    if not since:
        return f"! {where}: {field} is not sent, since this Lago has no licence and would ignore it"
    return f"! {where}: {field} is not sent, since this Lago is too old for it (it needs {since})"


def _refused(one: RefusedAlike, paint: Paint) -> Iterator[str]:
    where = listed((f"{printable(each.address)} ({printable(each.place)})" for each in one.changes), MANY)
    yield f"{paint('Refused', 'red')} {where}: {printable(one.message)}."
    yield from (f"  · {printable(way)}" for way in one.ways_out)


def _guard(verdict: Document, reason: str, paint: Paint) -> str:
    addresses = verdict["addresses"]
    where = listed(map(printable, addresses), 1)
    asks = "needs approval" if verdict["policy"] == "ask" else "refuses"
    return f"{paint('Guard', 'yellow')} {verdict['waiver']} {asks}: {where}: {printable(reason)}"


def _own_guards(document: Document) -> list[Document]:
    """Guards of the tool itself; the project's policies are shown separately."""
    standing = names_standing(document)
    return [verdict for verdict in document["guards"] if verdict["waiver"] not in standing]


def _policy(policy: Mapping[str, Any], paint: Paint) -> str:
    addresses, wanted = policy["addresses"], answer(policy)
    where = listed(map(printable, addresses), 1)
    said = f"{policy['name']} {VERBS[policy['result']]}: {where}: {printable(policy['reason'])}"
    line = f"{paint('Policy', 'yellow')} {said}"
    return f"{line}\n  · {printable(wanted)} ({place(policy['source'])})" if wanted else line


def _unmanaged(addresses: list[str]) -> str:
    if not addresses:
        return ""
    names = listed(map(printable, addresses), UNMANAGED_SHOWN)
    return f"Not managed by any manifest, left untouched: {names}."
