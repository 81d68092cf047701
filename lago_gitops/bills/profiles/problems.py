"""Problems of profiles beyond their form: codes and properties unknown to every plan."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from lago_gitops.bills.price_list import PriceList, plan_named
from lago_gitops.bills.profiles.profile import Profile, charges_named, fixed_charges_named
from lago_gitops.bills.scenario import known_properties
from lago_gitops.core.model.plurals import listed
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.suggestions import closest
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.catalog.items import Plan

RULE: Final = "profile"
SHOWN: Final = 8  # codes to choose from


def profile_problems(profiles: Iterable[Profile], prices: PriceList) -> Iterator[Problem]:
    """In the order of the project file."""
    plans = tuple(_readable(prices))
    for profile in profiles:
        mine = tuple(plan for plan in plans if profile.is_for(plan.code))
        yield from _unknown(profile, "plans", "plan", prices.plans)
        yield from _of_usage(profile, mine)
        yield from _of_units(profile, mine)
        yield from _unknown(profile, "coupons", "coupon", prices.coupons)
        yield from _unknown(profile, "taxes", "tax", prices.taxes)


def _readable(prices: PriceList) -> Iterator[Plan]:
    """Plans that can be read; other rules report the rest."""
    for code in prices.plans:
        try:
            yield plan_named(prices, code)
        except PricingError:
            continue


def _unknown(profile: Profile, section: str, noun: str, known: Collection[str]) -> Iterator[Problem]:
    for index, code in enumerate(getattr(profile, section)):
        if code not in known:
            yield _problem(profile, (section, index), f"there is no {noun} {code!r}", _hint(code, known))


def _of_usage(profile: Profile, plans: tuple[Plan, ...]) -> Iterator[Problem]:
    known = {name for plan in plans for charge in plan.charges for name in (charge.metric.code, charge.code)}
    for name, parts in profile.usage.items():
        charges = [charge for plan in plans for charge in charges_named(plan, name)]
        if not charges:
            message = f"none of its plans has a charge on a metric {name!r}, nor one with that code"
            yield _problem(profile, ("usage", name), message, _hint(name, known))
            continue
        keys = {key for charge in charges for key in known_properties(charge)}
        for key in dict.fromkeys(key for part in parts for key in part.properties if key not in keys):
            message = f"no charge for {name!r} has a filter or a group by {key!r}"
            yield _problem(profile, ("usage", name), message, _hint(key, keys))


def _of_units(profile: Profile, plans: tuple[Plan, ...]) -> Iterator[Problem]:
    known = {name for plan in plans for each in plan.fixed_charges for name in (each.add_on_code, each.code)}
    for name in profile.fixed_units:
        if not any(fixed_charges_named(plan, name) for plan in plans):
            message = f"none of its plans has a fixed charge for an add-on {name!r}, nor one with that code"
            yield _problem(profile, ("fixed_units", name), message, _hint(name, known))


def _problem(profile: Profile, keys: tuple[str | int, ...], message: str, hint: str) -> Problem:
    return Problem(profile.mark(*keys), f"profile {profile.name!r}: {message}", hint, RULE)


def _hint(word: str, known: Collection[str]) -> str:
    names = sorted(known)
    return closest(word, names) or (f"there is {listed(names, SHOWN)}" if names else "there is none")
