"""Which plan a profile would choose, and which plan nobody would."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from lago_gitops.bills.price_list import PriceList
from lago_gitops.bills.profiles.billed import paid
from lago_gitops.bills.profiles.profile import Profile
from lago_gitops.pricing.base.numbers import whole
from lago_gitops.pricing.base.rules import Rules

Choices = Mapping[tuple[str, str], Mapping[str, Decimal]]
"""By profile and currency: cents a month, before coupons and taxes, of every plan that bills all of its usage."""
Document = dict[str, Any]


def choices(profiles: Sequence[Profile], prices: PriceList, rules: Rules) -> Choices:
    """A plan without a price for something the profile uses is not a choice for it."""
    offered: dict[tuple[str, str], dict[str, Decimal]] = {}
    for code in prices.plans:
        for profile in profiles:
            bill = paid(profile, code, prices, rules) if profile.is_for(code) else None
            if bill is not None and bill.monthly is not None and not bill.unbilled:
                offered.setdefault((profile.name, bill.currency), {})[code] = bill.monthly
    return offered


def catalogue(before: Choices, after: Choices, profiles: Sequence[Profile]) -> Document:
    """The cheapest plan of each profile in each currency, and plans that are dearer than another for every profile."""
    known = dict(_dominated(before, profiles))
    return {
        "cheapest": [
            {
                "profile": profile,
                "currency": currency,
                "before": _cheapest(before.get((profile, currency), {})),
                "after": _cheapest(after.get((profile, currency), {})),
            }
            for profile, currency in dict.fromkeys((*before, *after))
        ],
        "dominated": [
            {"address": f"plan/{code}", "by": f"plan/{better}", "new": code not in known}
            for code, better in _dominated(after, profiles)
        ],
    }


def _cheapest(plans: Mapping[str, Decimal]) -> Document | None:
    """The first, if several cost the same."""
    if not plans:
        return None
    code = min(plans, key=lambda each: plans[each])
    return {"address": f"plan/{code}", "cents_a_month": whole(plans[code])}


def _dominated(offered: Choices, profiles: Sequence[Profile]) -> Iterator[tuple[str, str]]:
    """Each such plan, with one that is cheaper for every profile; plans that can't bill every profile are left out."""
    mine: dict[tuple[str, str], list[Mapping[str, Decimal]]] = {}
    for (_, currency), plans in offered.items():
        for code in plans:
            mine.setdefault((code, currency), []).append(plans)
    for (code, _), chosen in mine.items():
        if len(chosen) == sum(profile.is_for(code) for profile in profiles):
            others = dict.fromkeys(other for plans in chosen for other in plans)
            better = (one for one in others if all(one in plans and plans[one] < plans[code] for plans in chosen))
            yield from ((code, one) for one in islice(better, 1))
