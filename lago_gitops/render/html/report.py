"""A run as one HTML file: no network, no script or style but its own, enforced by a policy of hashes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from markupsafe import Markup

from lago_gitops.pricing.base.words import SYMBOLS, money
from lago_gitops.render.html.page import hash_of, static, templates
from lago_gitops.render.html.svg import chart, difference
from lago_gitops.render.html.what_if import rated_plan
from lago_gitops.render.plan.document import Document
from lago_gitops.render.prices.costs import verdict
from lago_gitops.render.prices.model import PlanChange, PriceChange
from lago_gitops.render.prices.words import compact, cost_rows, currencies_of
from lago_gitops.render.review.groups import groups, hits_and_others, refused_alike
from lago_gitops.render.review.model import Mood, ReviewedChange
from lago_gitops.render.review.review import change_text, review
from lago_gitops.render.run.facts import Facts, findings

MOST_DETAILED: Final = 50  # most plans with curves and what-if boxes: the gravest
WORST: Final = 20  # of the gravest changes, all have their prices, also within groups
MOST_GROUPS: Final = 200  # most sorts of changes with their prices
MOST_SHOWN: Final = 500  # most changes with all of their fields; for others, only the name
MOODS: Final = {
    Mood.QUIET: "nothing changes",
    Mood.FINE: "harmless",
    Mood.CAUTION: "needs attention",
    Mood.DANGER: "dangerous",
    Mood.STOPPED: "refused",
}


@dataclass(frozen=True, slots=True)
class _Price:
    """One price with all details. `both`: it has a line before and after."""

    charge: str
    label: str
    chart: Markup
    difference: Markup
    both: bool
    break_even: tuple[str, ...]
    verdict: str
    table: list[list[str]]
    assumed: str


@dataclass(frozen=True, slots=True)
class _Detail:
    """A plan with all details; `what_if` is the index of its data among those of all boxes."""

    item: ReviewedChange
    prices: tuple[_Price, ...]
    what_if: int | None
    both: bool
    period: str
    left_out: tuple[str, ...]


def run_html(facts: Facts) -> str:
    """The page. Everything from manifests is escaped; control characters are removed."""
    plan = facts.plan
    reviewed = review(plan) if plan is not None else None
    items = reviewed.items if reviewed else ()
    hits, others = hits_and_others(reviewed) if reviewed else ((), ())
    worst = {item.address for item in items[:WORST]}
    shown = [(group, group.examples(worst)) for group in groups(items)[:MOST_GROUPS]]
    detailed, data = _details(items, (plan or {}).get("metrics") or {})
    script = static("rating.js") + static("report.js")
    style = static("report.css")
    page = (
        templates()
        .get_template("report.html.j2")
        .render(
            facts=facts,
            review=reviewed,
            findings=findings(replace(facts, plan=None, tests=None, outcomes=None, stopped="")),
            title=f"{reviewed.environment}: {reviewed.verdict}" if reviewed else f"lago-gitops {facts.command}",
            moods=MOODS,
            hits=hits,
            others=others,
            refused_alike=refused_alike,
            shown=shown,
            not_shown=len(items) - sum(len(group.items) for group, _ in shown),
            detailed=detailed,
            changes=[(item, change_text(item)) for item in items[:MOST_SHOWN]],
            named=items[MOST_SHOWN:],
            data=_json(data) if data else "",
            style=Markup(style),  # noqa: S704 -- ours
            style_hash=hash_of(style),
            script=Markup(script),  # noqa: S704 -- ours
            script_hash=hash_of(script),
        )
    )
    return page + "\n"


def _details(items: Sequence[ReviewedChange], metrics: Mapping[str, Any]) -> tuple[list[_Detail], list[Document]]:
    details: list[_Detail] = []
    data: list[Document] = []
    for item in items:
        if item.prices is None or len(details) == MOST_DETAILED:
            continue
        box = _what_if(item, item.prices, metrics)
        prices = tuple(drawn(item.prices))
        if prices or box:
            left_out = tuple(dict.fromkeys(one for side in ("before", "after") for one in _left_out(box, side)))
            at = len(data) if box else None
            both = box is not None and box["before"] is not None
            details.append(_Detail(item, prices, at, both, _period(item.prices), left_out))
            data += [box] if box else []
    return details, data


def _left_out(box: Document | None, side: str) -> Iterator[str]:
    if box is not None and box[side] is not None:
        yield from box[side]["left_out"]


def _period(prices: PlanChange) -> str:
    periods = (*(charge.period for charge in prices.charges[:1]), *(one.per[1] for one in prices.figures[-1:]))
    return next(filter(None, periods), "period")


def drawn(prices: PlanChange) -> Iterator[_Price]:
    """The prices with known costs, with all details."""
    for charge in prices.charges:
        currencies = currencies_of(charge, (prices.currency_before, prices.currency))
        for price in charge.prices:
            if price.costs:
                name = f"{charge.code} {price.label}".strip()
                yield _Price(
                    charge=charge.code,
                    label=price.label,
                    chart=chart(price, name, currencies[1], charge.period),
                    difference=difference(price, name, currencies[1]),
                    both=all(price.lines),
                    break_even=tuple(_break_even(price, currencies[1])),
                    verdict=verdict(price.comparison) if price.comparison else "",
                    table=cost_rows(price, currencies, f"Usage per {charge.period}"),
                    assumed=price.assumed,
                )


def _break_even(price: PriceChange, currency: str) -> Iterator[str]:
    for one in price.comparison.break_even if price.comparison else ():
        yield f"{compact(one.units)} units ({money(one.amount, currency)})"


def _what_if(item: ReviewedChange, prices: PlanChange, metrics: Mapping[str, Any]) -> Document | None:
    """A box's data: both sides in the form of its arithmetic, and the initial usage."""
    sides = {side: _side(item.change.get(side), metrics) for side in ("before", "after")}
    if sides["after"] is None or (item.action == "update" and sides["before"] is None):
        return None
    return {**sides, "usage": dict(_usage(prices))}


def _side(plan: Any, metrics: Mapping[str, Any]) -> Document | None:
    rated = None if plan is None else rated_plan(plan, metrics)
    return rated and {**rated, "symbol": SYMBOLS.get(rated["currency"], f"{rated['currency']} ")}


def _usage(prices: PlanChange) -> Iterator[tuple[str, Document]]:
    """For each price that changes, the middle one of the usages shown."""
    for charge in prices.charges:
        for price in charge.prices:
            if price.costs:
                point = price.costs[len(price.costs) // 2]
                key = f"{charge.code}[{price.label}]" if price.label else charge.code
                yield (
                    key,
                    {"units": format(point.units, "f"), "events": "" if point.events is None else str(point.events)},
                )


# Page ---------------------------------------------------------------------------------------------------------------


def _json(data: Any) -> Markup:
    """JSON that can't end its script element."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
