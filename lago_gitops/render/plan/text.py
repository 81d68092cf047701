"""Changes of a plan and other results for a terminal. Colours are named here and applied by the caller's `paint`."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import Part
from lago_gitops.core.model.effects import Weight, gravest
from lago_gitops.core.model.plurals import counted, enumerated, in_words
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.kinds.own_prices import is_rate
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable, shown
from lago_gitops.render.plan.attribution import origin_words
from lago_gitops.render.plan.change import action
from lago_gitops.render.plan.field_values import field_path, field_value
from lago_gitops.render.prices.model import PlanChange

Document = Mapping[str, Any]
SIGNS = {"create": "+", "update": "~", "delete": "-"}
COLOURS = {"create": "green", "update": "yellow", "delete": "red"}
MARKS = {"note": "i", "warning": "!", "danger": "‼"}
EFFECT_COLOURS = {"note": "cyan", "warning": "yellow", "danger": "red"}
UNDO = {
    "reversible": "can be undone",
    "lossy": "reverting doesn't undo all of it",
    "irreversible": "can't be undone",
}
PARTS = {Part.GROW: " (additions)", Part.SHRINK: " (removals)", Part.WHOLE: ""}
WIDTH = 72  # column of the source
LONGEST_LINE = 100
DIGEST_SHOWN = 12  # enough digits for an approval


def class_reason(document: Document) -> str:
    """Why a plan with changes has its class."""
    class_ = document["summary"]["class"]
    mine = [change for change in document["changes"] if change["class"] == class_]
    first = max(mine, key=_gravity)
    more = f"; and {counted(len(mine) - 1, 'more change')}" if mine[1:] else ""
    return f"{first['address']}: {first['reasons'][0]}{more}"


def _gravity(change: Document) -> tuple[int, int]:
    """Of its gravest effect, and how many subscriptions an effect hits: where it isn't known, more than any number."""
    weights = [Weight(effect["weight"]) for effect in change["effects"]]
    numbers = [effect["subscriptions"] for effect in change["effects"]]
    return gravest(weights), sys.maxsize if None in numbers else max(numbers, default=0)


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


def change_lines(change: Document, prices: PlanChange | None, paint: Paint) -> Iterator[str]:
    """One change, without its effects: its title, its fields, and its prices. `prices` are the document's, read."""
    yield _title(change, paint)
    match change["action"]:
        case "create":
            yield from _prices(prices, paint)
            yield from _outline(_unsaid(change), 2, change["after"].get("amount_currency"))
        case "update":
            fields = (one for one in change["fields"] if not _is_priced_whole(one))
            yield from (f"    {field_text(one, paint, rate=is_rate(change['kind'], one['path']))}" for one in fields)
            yield from _prices(prices, paint)
        case _:
            pass
    if users := users_text(change):
        yield f"    {users}"


def effect_lines(change: Document, paint: Paint) -> Iterator[str]:
    """The consequences of a change, except that it deletes something: its title says so."""
    return (
        effect_line(effect["weight"], effect["sentence"], effect["undo"], paint)
        for effect in change["effects"]
        if effect["class"] != "delete"
    )


def users_text(change: Document) -> str:
    """`used by 3 plans and 1 billing entity`; empty where nothing in Lago refers to it."""
    named = [counted(number, in_words(kind)) for kind, number in change.get("used_by", {}).items()]
    return f"used by {enumerated(named)}" if named else ""


def _prices(prices: PlanChange | None, paint: Paint) -> Iterator[str]:
    if prices is not None:
        from lago_gitops.render.prices.text import price_lines

        yield from price_lines(prices, paint)


def _unsaid(change: Document) -> Document:
    """A new resource's fields besides its prices."""
    after: Document = change["after"]
    if "prices" not in change:
        return after
    from lago_gitops.render.prices.covered_fields import SHOWN_FOR_NEW

    return {name: value for name, value in after.items() if name not in SHOWN_FOR_NEW}


def effect_line(weight: str, sentence: str, undo: str, paint: Paint) -> str:
    """A consequence, below what has it."""
    return f"    {paint(MARKS[weight], EFFECT_COLOURS[weight])} {printable(sentence)}{lasting(undo)}"


def lasting(undo: str) -> str:
    """What stays of a consequence: ` (can't be undone)`; empty if nothing does."""
    return "" if undo == "reversible" else f" ({UNDO[undo]})"


def _title(change: Document, paint: Paint) -> str:
    start = f"{SIGNS[change['action']]} {printable(change['address'])}"
    if "previous_key" in change:
        start += f"  (renamed, was {printable(change['previous_key'])})"
    if change["action"] != "update":
        start += _origin(change)
    space = " " * max(2, WIDTH - len(start))
    return f"{paint(start, COLOURS[change['action']])}{space}{place(change['source'])}  {change['class']}"


def _origin(change: Document) -> str:
    words = origin_words(change)
    return f"  ({words})" if words else ""


def place(source: Document) -> str:
    return printable(f"{source['path']}:{source['line']}")


def field_text(change: Document, paint: Paint, *, rate: bool = False) -> str:
    """One changed value."""
    currency = change.get("currency")
    where = field_path(change["path"], currency)
    before, after = change["before"], change["after"]
    if before is None and isinstance(after, dict):
        return f"{paint('+', 'green')} {where}  {field_value(after, currency)}"
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
        on_a_line = field_value(item, currency) if is_money or _holds_cents(item) else shown(item)
        if len(line := f"{start}  {on_a_line}") <= LONGEST_LINE or not isinstance(item, dict | list):
            yield line
        else:
            yield start
            yield from (
                _outline(item, depth + 1, currency) if isinstance(item, dict) else _items(item, depth + 1, currency)
            )


def _holds_cents(value: Any) -> bool:
    """A list of what is named by an amount: each fits on a line."""
    return isinstance(value, list) and any(isinstance(item, dict) and "amount_cents" in item for item in value)


def _items(items: list[Any], depth: int, currency: str | None = None) -> Iterator[str]:
    for item in items:
        start = f"{'  ' * depth}- "
        on_a_line = field_value(item, currency) if _holds_cents([item]) else shown(item)
        if len(line := f"{start}{on_a_line}") <= LONGEST_LINE or not isinstance(item, dict):
            yield line
        else:
            first, *more = _outline(item, depth + 1, currency)
            yield start + first.lstrip()
            yield from more
