"""The bills of all profiles before and after a plan of changes, as plain JSON data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lago_gitops.bills.price_list import Fields, PriceList
from lago_gitops.bills.profiles.billed import paid
from lago_gitops.bills.profiles.catalogue import Choices, catalogue, choices
from lago_gitops.bills.profiles.profile import Profile
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.render.bill.document import percent

Document = dict[str, Any]
ASSUMPTION: Final = (
    "the usage of each profile in lago-gitops.yaml, over a whole billing period of the plan, with coupons and taxes"
)
PLANS_RATED: Final = 200  # each with every profile, before and after


@dataclass(frozen=True, slots=True)
class Markets:
    """The price lists to compare: the current one, the one after the plan of changes, and other candidates by name.

    `renamed`: current codes of plans by their new code.
    """

    before: PriceList
    after: PriceList
    rules: Rules
    candidates: Mapping[str, PriceList] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    def was(self, code: str) -> str:
        return self.renamed.get(code, code)


def profile_impact(profiles: Sequence[Profile], markets: Markets) -> Document:
    """Bills on each plan whose price changes on any side, and which of all plans each profile would choose.

    Amounts are in cents; null when there is no such plan, or no bill: then `reason` says why.
    """
    touched = tuple(_touched(markets))
    return {
        "assumption": ASSUMPTION,
        "profiles": [{"name": each.name, "description": each.description} for each in profiles],
        "candidates": list(markets.candidates),
        "bills": list(_bills(profiles, touched[:PLANS_RATED], markets)),
        "plans_left_out": len(touched[PLANS_RATED:]),
        "catalogue": catalogue(*(_choices(profiles, markets) if touched else ({}, {})), profiles),
    }


def _touched(markets: Markets) -> Iterator[str]:
    """Codes of plans whose price for anybody changes in one of the price lists."""
    others = (markets.after, *markets.candidates.values())
    shared = any(_shared(other) != _shared(markets.before) for other in others)
    for code in dict.fromkeys(code for prices in (*others, markets.before) for code in prices.plans):
        if code in markets.renamed.values() and code not in markets.after.plans:
            continue
        was = _inputs(markets.before, markets.was(code))
        if shared or any(_inputs(other, code) != was for other in others):
            yield code


def _shared(prices: PriceList) -> tuple[object, ...]:
    """What a bill depends on besides its plan."""
    return prices.coupons, prices.taxes, prices.everyones_taxes


def _inputs(prices: PriceList, code: str) -> tuple[object, ...] | None:
    """Everything about the plan that bills depend on; None when there is no such plan."""
    if code not in prices.plans:
        return None
    plan = {name: value for name, value in prices.plans[code].items() if name not in {"kind", "code"}}
    metrics = [prices.metrics.get(each["billable_metric_code"]) for each in _items(plan, "charges")]
    taxes = [prices.add_on_taxes.get(each["add_on_code"]) for each in _items(plan, "fixed_charges")]
    return plan, metrics, taxes


def _items(plan: Fields, name: str) -> Sequence[Fields]:
    return plan.get(name) or ()


def _bills(profiles: Sequence[Profile], codes: Sequence[str], markets: Markets) -> Iterator[Document]:
    for code in codes:
        for profile in profiles:
            if profile.is_for(code) or profile.is_for(markets.was(code)):
                yield _bill(profile, code, markets)


def _bill(profile: Profile, code: str, markets: Markets) -> Document:
    before = paid(profile, markets.was(code), markets.before, markets.rules)
    after = paid(profile, code, markets.after, markets.rules)
    others = {name: paid(profile, code, prices, markets.rules) for name, prices in markets.candidates.items()}
    there = [each for each in (after, before, *others.values()) if each is not None]
    cents = tuple(each.cents if each and each.currency == there[0].currency else None for each in (before, after))
    known = None not in cents
    return {
        "profile": profile.name,
        "address": f"plan/{code}",
        "currency": there[0].currency,
        "interval": there[0].interval.value,
        "before_cents": cents[0],
        "after_cents": cents[1],
        "difference_cents": (cents[1] or 0) - (cents[0] or 0) if known else None,
        "difference_percent": _share(cents[0] or 0, cents[1] or 0) if known else None,
        "candidates": [{"ref": name, "cents": each and each.cents} for name, each in others.items()],
        "unbilled": sorted({name for each in there for name in each.unbilled}),
        "reason": next((each.reason for each in there if each.reason), None),
    }


def _share(before: int, after: int) -> float | None:
    shown = percent(before, after)
    return None if shown is None else float(shown)


def _choices(profiles: Sequence[Profile], markets: Markets) -> tuple[Choices, Choices]:
    before, after = (
        choices(profiles, prices, markets.rules) if len(prices.plans) <= PLANS_RATED else {}
        for prices in (markets.before, markets.after)
    )
    return before, after
