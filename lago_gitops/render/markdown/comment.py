"""A plan as a comment on a pull request: everything important in sight, the rest folded, within a budget."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lago_gitops.core.model.effects import Weight
from lago_gitops.pricing.base.words import figure
from lago_gitops.render.base.markdown import block, cell, code, prose, summary
from lago_gitops.render.markdown.mermaid import chart
from lago_gitops.render.plan.document import Document
from lago_gitops.render.prices.costs import verdict
from lago_gitops.render.prices.model import PriceChange
from lago_gitops.render.prices.words import cost_rows, currencies_of
from lago_gitops.render.review.groups import Group, groups, hits_and_others, refused_alike
from lago_gitops.render.review.model import Mood, ReviewedChange
from lago_gitops.render.review.review import change_text, review

BUDGET: Final = 60_000
"""Characters; GitHub refuses comments of more than 65,536."""
FOR_THE_REST: Final = 4_000  # part of the budget reserved for the names of changes left out, and for the last lines
_AROUND: Final = 600  # characters of the text around those names, and of the table's header
WORST: Final = 10  # changes that are kept whole as long as others can be shortened
ROWS_OF_ONE: Final = 40  # most prices of one plan in the table: the largest changes
LINES: Final = 10  # most lines of a list in sight
NAMES: Final = 3  # names of changes with one and the same effect

SYMBOLS: Final = {
    Mood.QUIET: "⚪",
    Mood.FINE: "🟢",
    Mood.CAUTION: "🟠",
    Mood.DANGER: "🔴",
    Mood.STOPPED: "⛔",
}
WEIGHTS: Final = {Weight.NOTE: "🔵", Weight.WARNING: "🟠", Weight.DANGER: "🔴"}
ACTIONS: Final = {"create": "new", "update": "changed", "delete": Markup("**deleted**")}
SIGNS: Final = {"+ ": "+", "- ": "-", "~ ": "!"}
TRENDS: Final = {1: "▲", -1: "▼", 0: ""}


@dataclass(frozen=True, slots=True)
class PlanComment:
    """`text` has no header. `left_out` are the addresses of changes that didn't fit completely."""

    text: str
    left_out: tuple[str, ...] = ()

    @property
    def truncated(self) -> bool:
        return bool(self.left_out)


def plan_comment(document: Document, budget: int = BUDGET, report_url: str = "") -> PlanComment:
    """The comment about a plan, of at most `budget` characters. Raises KeyError when the document is not a plan.

    What doesn't fit is left out resource by resource, the least important first, and named.
    """
    reviewed = review(document)
    hits, others = hits_and_others(reviewed)
    head, facts = rendered("head", review=reviewed), rendered("facts", review=reviewed, hits=hits, others=others)
    impact = rendered("impact", review=reviewed)
    tail = rendered("tail", review=reviewed, report_url=report_url)
    rest = min(FOR_THE_REST, budget // 4)
    left = budget - sum(map(len, (head, facts, impact, tail))) - rest
    shown = _blocks(reviewed.items, left)
    left_out = tuple(item.address for item in reviewed.items if item.address not in shown.in_full)
    names = _names((one for one in left_out if one not in shown.summed_up), rest - _AROUND)
    parts = {"head": head, "facts": facts, "impact": impact, "rows": shown.rows, "folds": shown.folds, "tail": tail}
    numbers = {"all": len(left_out), "summed_up": sum(one in shown.summed_up for one in left_out)}
    return PlanComment(rendered("comment", **parts, **numbers, of=len(reviewed.items), left_out=names), left_out)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What fits of the table and the folds, and the addresses of the changes in them."""

    rows: tuple[str, ...]
    folds: tuple[str, ...]
    summed_up: frozenset[str]
    in_full: frozenset[str]


def _blocks(items: Sequence[ReviewedChange], left: int) -> _Shown:
    """As much as fits: the gravest changes completely before any others, and rows of changes of one sort only once."""
    worst = {item.address for item in items[:WORST]}
    sorts: tuple[list[Group], list[Group]] = ([], [])
    for group in groups(items):
        sorts[worst.isdisjoint(item.address for item in group.items)].append(group)
    rows: list[str] = []
    folds: list[str] = []
    summed_up: set[str] = set()
    in_order: tuple[Group | ReviewedChange, ...] = (*sorts[0], *items[:WORST], *sorts[1], *items[WORST:])
    for one in in_order:
        block_ = _group_rows(one, worst) if isinstance(one, Group) else _fold(one)
        left -= len(block_)
        if left < 0:
            break
        if isinstance(one, Group):
            rows.append(block_)
            summed_up.update(item.address for item in one.items)
        else:
            folds.append(block_)
    in_full = frozenset(item.address for item in items[: len(folds)])
    return _Shown(tuple(rows), tuple(folds), frozenset(summed_up), in_full)


def _names(addresses: Iterable[str], left: int) -> list[Markup]:
    """As many names as fit."""
    names = []
    for address in addresses:
        name = code(address)
        left -= len(name) + 2
        if left < 0:
            break
        names.append(name)
    return names


# Blocks -------------------------------------------------------------------------------------------------------------


def _group_rows(group: Group, worst: Collection[str]) -> Markup:
    """A line for what many changes share, and rows of an example; of those that hit somebody, of all the worst."""
    rows = _joined(map(_table_rows, group.examples(worst)))
    if not group.is_summed_up:
        return rows
    return _joined((rendered("group", group=group, names=[item.address for item in group.items[:WORST]]), rows))


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)


def _table_rows(item: ReviewedChange) -> Markup:
    rows = item.rows
    if len(rows) > ROWS_OF_ONE:
        rows = tuple(sorted(rows, key=lambda row: -row.size))
    return rendered("rows", item=item, rows=rows[:ROWS_OF_ONE], more=max(0, len(rows) - ROWS_OF_ONE))


def _fold(item: ReviewedChange) -> Markup:
    """Tables and curves of an item's prices, and all of its fields in the terminal's form."""
    charges = item.prices.charges if item.prices else ()
    shown = [
        (charge, price, _bills(price, charge.period, item), _curve(price, charge.period, item))
        for charge in charges
        for price in charge.prices
        if price.costs
    ]
    return rendered("fold", item=item, shown=shown, diff=_diff(item))


def _currencies(item: ReviewedChange, price: PriceChange) -> tuple[str, str]:
    prices = item.prices
    if prices is None:
        return "", ""
    charge = next(one for one in prices.charges if price in one.prices)
    return currencies_of(charge, (prices.currency_before, prices.currency))


def _bills(price: PriceChange, period: str, item: ReviewedChange) -> list[list[str]]:
    return cost_rows(price, _currencies(item, price), f"usage per {period}")


def _curve(price: PriceChange, period: str, item: ReviewedChange) -> str:
    return chart(price, _currencies(item, price)[1], period) if price.sign != "new" else ""


def _diff(item: ReviewedChange) -> str:
    """The change in the terminal's form, with its lines marked like a diff."""
    return "\n".join(map(_marked, change_text(item).split("\n")))


def _marked(line: str) -> str:
    """The line with its sign first, like a diff; `!` marks changes."""
    sign = line.lstrip()[:2]
    return f"{SIGNS[sign]}{line[1:]}" if sign in SIGNS else line


# Templates ----------------------------------------------------------------------------------------------------------


def rendered(template: str, **values: Any) -> Markup:
    """One of our templates with values from anywhere: everything not marked as safe is escaped."""
    return Markup(_templates().get_template(f"{template}.md.j2").render(**values))  # noqa: S704 -- it escapes


@cache
def _templates() -> Environment:
    """Everything a template prints is escaped as prose, unless it is marked as safe."""
    environment = Environment(
        loader=PackageLoader("lago_gitops.render.markdown"),
        autoescape=True,
        finalize=prose,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # to fold a template's constants takes longer than that saves
        keep_trailing_newline=True,
    )
    filters: Mapping[str, Callable[..., Any]] = {
        "code": code,
        "cell": lambda text: cell(prose(text)),
        "block": block,
        "summary": summary,
        "exact": figure,
        "number": "{:,}".format,
    }
    environment.filters.update(filters)
    environment.globals |= {
        "SYMBOLS": SYMBOLS,
        "WEIGHTS": WEIGHTS,
        "ACTIONS": ACTIONS,
        "TRENDS": TRENDS,
        "LINES": LINES,
        "NAMES": NAMES,
        "refused_alike": refused_alike,
        "verdict": verdict,
    }
    return environment
