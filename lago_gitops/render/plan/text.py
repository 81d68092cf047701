"""A plan and other results for a terminal. Colours are named here and applied by the caller's `paint`."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import Part
from lago_gitops.core.model.effects import Weight, gravest
from lago_gitops.core.model.plurals import counted, enumerated
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.kinds.own_prices import is_rate
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable, shown
from lago_gitops.render.impact.text import impact_text
from lago_gitops.render.plan.against import contrast_lines
from lago_gitops.render.plan.attribution import base_words, origin_words, unchanged_words
from lago_gitops.render.plan.change import action
from lago_gitops.render.plan.document import Document
from lago_gitops.render.plan.field_values import field_value
from lago_gitops.render.plan.guards import guard_reasons
from lago_gitops.render.plan.policies import VERBS, answer, names_standing, policies_of

SIGNS = {"create": "+", "update": "~", "delete": "-"}
COLOURS = {"create": "green", "update": "yellow", "delete": "red"}
MARKS = {"note": "i", "warning": "!", "danger": "‼"}
EFFECT_COLOURS = {"note": "cyan", "warning": "yellow", "danger": "red"}
UNDO = {"lossy": "reverting does not undo all of it", "irreversible": "can't be undone"}
PARTS = {Part.GROW: " (additions)", Part.SHRINK: " (removals)", Part.WHOLE: ""}
WIDTH = 72  # column of the source
LONGEST_LINE = 100
DIGEST_SHOWN = 12  # enough digits for an approval
UNMANAGED_SHOWN = 10


def plan_text(document: Document, paint: Paint) -> str:
    """What apply would do, change by change, with totals."""
    environment = printable(document["environment"])
    blocks = [f"{_heading(document['organization'])}, environment {environment}"]
    blocks += [impact_text(document["impact"])] if "impact" in document else []
    blocks += ["\n".join(change_lines(change, paint)) for change in document["changes"]]
    blocks += ["\n".join(_unknown(one) for one in document["unknown"])]
    blocks += [_unmanaged(document["unmanaged"])]
    blocks += ["\n".join(_refusal(refusal, paint)) for refusal in document["refusals"]]
    blocks += ["\n".join(map(printable, contrast_lines(document)))]
    guards = _own_guards(document)
    reasons = guard_reasons(document, guards)
    blocks += ["\n".join(_guard(one, reason, paint) for one, reason in zip(guards, reasons, strict=True))]
    blocks += ["\n".join(_policy(policy, paint) for policy in policies_of(document))]
    blocks += ["\n".join(line for line in (base_words(document), summary(document)) if line)]
    return "\n\n".join(block for block in blocks if block)


def _heading(organization: Mapping[str, Any]) -> str:
    """The organization, so that a wrong key is noticed; or the revision that stands in for it, which has no URL."""
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
        f"Plan: {counts['create']} to create, {counts['update']} to change, {counts['delete']} to delete, "
        f"{counts['unchanged']} unchanged. Digest {document['digest'][:DIGEST_SHOWN]}."
        f"{_class(document)}{_stops(document)}"
    )


def _class(document: Document) -> str:
    """The plan's class, on its own line with the reason."""
    return "\n" + printable(f"Class {document['summary']['class']} ({class_reason(document)}).")


def class_reason(document: Mapping[str, Any]) -> str:
    """Why a plan with changes has its class."""
    class_ = document["summary"]["class"]
    mine = [change for change in document["changes"] if change["class"] == class_]
    first = max(mine, key=_gravity)
    more = f"; and {counted(len(mine) - 1, 'more change')}" if mine[1:] else ""
    return f"{first['address']}: {first['reasons'][0]}{more}"


def _gravity(change: Document) -> tuple[int, int]:
    """Of its gravest effect, and how many subscriptions an effect hits: where it isn't known, more than any number."""
    weights = (Weight(effect["weight"]) for effect in change["effects"])
    numbers = (effect["subscriptions"] for effect in change["effects"])
    return gravest(weights), max((sys.maxsize if one is None else one for one in numbers), default=0)


def _stops(document: Document) -> str:
    """What apply will ask for, on its own line."""
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


def outcome_text(outcome: Outcome, paint: Paint) -> str:
    """One line about how a task ended."""
    change, part = outcome.task.change, outcome.task.part
    colour = "green" if outcome.status.is_good else "red"
    message = f"  {printable(outcome.message)}" if outcome.message else ""
    status, sign = paint(f"{outcome.status:<9}", colour), SIGNS[action(change)]
    return f"  {status} {sign} {printable(str(change.address))}{PARTS[part]}{message}"


def outcomes_summary(outcomes: Iterable[Outcome]) -> str:
    """How many tasks ended with each outcome."""
    all_ = tuple(outcomes)
    numbers = {status: sum(one.status is status for one in all_) for status in Status}
    said = ", ".join(f"{number} {status}" for status, number in numbers.items() if number)
    return f"Applied: {said}." if all_ else "Nothing to apply."


def problems_text(problems: Iterable[Problem], paint: Paint) -> str:
    """One line per problem, in the form that editors parse, and one with its hint."""
    return "\n".join(_problem(problem, paint) for problem in problems)


def _problem(problem: Problem, paint: Paint) -> str:
    colour = "red" if problem.severity is Severity.ERROR else "yellow"
    hint = f"\n    {printable(problem.hint)}" if problem.hint else ""
    also = f" (and in {counted(len(problem.also), 'more place')})" if problem.also else ""
    where = f" (environment {', '.join(problem.environments)})" if problem.environments else ""
    said = f"{paint(problem.severity, colour)}: {printable(problem.message)}{also}{printable(where)} [{problem.rule}]"
    return f"{printable(str(problem.mark))}: {said}{hint}"


def change_lines(change: Document, paint: Paint) -> Iterator[str]:
    """One change: its title, its fields, its prices, and its effects."""
    yield _title(change, paint)
    match change["action"]:
        case "create":
            yield from _prices(change, paint)
            yield from _outline(_unsaid(change), 2, change["after"].get("amount_currency"))
        case "update":
            fields = (one for one in change["fields"] if not _is_priced_whole(one))
            yield from (f"    {field_text(one, paint, rate=is_rate(change['kind'], one['path']))}" for one in fields)
            yield from _prices(change, paint)
        case _:
            pass
    if users := users_text(change):
        yield f"    {users}"
    yield from (_effect(effect, paint) for effect in change["effects"] if effect["class"] != "delete")


def users_text(change: Document) -> str:
    """`used by 3 plans and 1 billing entity`; empty where nothing in Lago refers to it."""
    named = [counted(number, kind.replace("_", " ")) for kind, number in change.get("used_by", {}).items()]
    return f"used by {enumerated(named)}" if named else ""


def _prices(change: Document, paint: Paint) -> Iterator[str]:
    """Prices without the plan's own line: the change's title already has its code."""
    if "prices" in change:
        from lago_gitops.render.prices.text import prices_text

        _, *lines = prices_text(change["prices"], paint).split("\n")
        yield from lines


def _unsaid(change: Document) -> Document:
    """A new resource's fields besides its prices."""
    if "prices" not in change:
        return dict(change["after"])
    from lago_gitops.render.prices.covered_fields import SHOWN_FOR_NEW

    return {name: value for name, value in change["after"].items() if name not in SHOWN_FOR_NEW}


def _effect(effect: Document, paint: Paint) -> str:
    undo = "" if effect["undo"] == "reversible" else f" ({UNDO[effect['undo']]})"
    return (
        f"    {paint(MARKS[effect['weight']], EFFECT_COLOURS[effect['weight']])} {printable(effect['sentence'])}{undo}"
    )


def _title(change: Document, paint: Paint) -> str:
    start = f"{SIGNS[change['action']]} {printable(change['address'])}"
    if "previous_key" in change:
        start += f"  (renamed, was {printable(change['previous_key'])})"
    if change["action"] != "update":
        start += _origin(change)
    space = " " * max(2, WIDTH - len(start))
    return f"{paint(start, COLOURS[change['action']])}{space}{_place(change['source'])}  {change['class']}"


def _origin(change: Document) -> str:
    words = origin_words(change)
    return f"  ({words})" if words else ""


def _place(source: Document) -> str:
    return printable(f"{source['path']}:{source['line']}")


def field_text(change: Document, paint: Paint, *, rate: bool = False) -> str:
    """One changed value."""
    where, currency = printable(change["path"]), change.get("currency")
    before, after = change["before"], change["after"]
    if before is None and isinstance(after, dict):
        return f"{paint('+', 'green')} {where}  {field_value(after)}"
    if after is None and isinstance(before, dict):
        return f"{paint('-', 'red')} {where}"
    sides = " → ".join(field_value(value, currency, rate=rate) for value in (before, after))
    return f"{paint('~', 'yellow')} {where}  {sides}{_origin(change)}"


def _is_priced_whole(change: Document) -> bool:
    """Whether a new or removed charge, filter or tier is shown by its prices and not by its fields."""
    return bool(change.get("in_prices")) and (isinstance(change["before"], dict) or isinstance(change["after"], dict))


def _outline(value: Document, depth: int, currency: str | None = None) -> Iterator[str]:
    """A resource or a part of it, one field per line; values too long for that are below their field."""
    for name, item in value.items():
        is_money = currency and name.endswith("_cents") and isinstance(item, int)
        start = f"{'  ' * depth}{printable(name.removesuffix('_cents') if is_money else name)}"
        on_a_line = field_value(item, currency) if is_money else shown(item)
        if len(line := f"{start}  {on_a_line}") <= LONGEST_LINE or not isinstance(item, dict | list):
            yield line
        else:
            yield start
            yield from _outline(item, depth + 1, currency) if isinstance(item, dict) else _items(item, depth + 1)


def _items(items: list[Any], depth: int) -> Iterator[str]:
    for item in items:
        start = f"{'  ' * depth}- "
        if len(line := f"{start}{shown(item)}") <= LONGEST_LINE or not isinstance(item, dict):
            yield line
        else:
            first, *more = _outline(item, depth + 1)
            yield start + first.lstrip()
            yield from more


def _unknown(one: Document) -> str:
    where, field, since = (printable(one[key]) for key in ("address", "field", "since"))
    if not since:
        return f"! {where}: {field} is not sent, since this Lago has no licence and would ignore it"
    return f"! {where}: {field} is not sent, since this Lago is too old for it (it needs {since})"


def _refusal(refusal: Document, paint: Paint) -> Iterator[str]:
    where, message = printable(refusal["address"]), printable(refusal["message"])
    yield f"{paint('Refused', 'red')} {where} ({_place(refusal['source'])}): {message}."
    yield from (f"  · {printable(way)}" for way in refusal["ways_out"])


def _guard(verdict: Document, reason: str, paint: Paint) -> str:
    addresses = verdict["addresses"]
    where = printable(addresses[0]) + (f" and {len(addresses) - 1} more" if len(addresses) > 1 else "")
    asks = "needs approval" if verdict["policy"] == "ask" else "refuses"
    return f"{paint('Guard', 'yellow')} {verdict['waiver']} {asks}: {where}: {printable(reason)}"


def _own_guards(document: Document) -> list[Document]:
    """Guards of the tool itself; the project's policies are shown separately."""
    standing = names_standing(document)
    return [verdict for verdict in document["guards"] if verdict["waiver"] not in standing]


def _policy(policy: Mapping[str, Any], paint: Paint) -> str:
    addresses, wanted = policy["addresses"], answer(policy)
    where = printable(addresses[0]) + (f" and {len(addresses) - 1} more" if len(addresses) > 1 else "")
    said = f"{policy['name']} {VERBS[policy['result']]}: {where}: {printable(policy['reason'])}"
    line = f"{paint('Policy', 'yellow')} {said}"
    return f"{line}\n  · {printable(wanted)} ({_place(policy['source'])})" if wanted else line


def _unmanaged(addresses: list[str]) -> str:
    if not addresses:
        return ""
    names = ", ".join(printable(address) for address in addresses[:UNMANAGED_SHOWN])
    more = f" and {len(addresses) - UNMANAGED_SHOWN} more" if len(addresses) > UNMANAGED_SHOWN else ""
    return f"Not managed by any manifest, left untouched: {names}{more}."
