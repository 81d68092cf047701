"""Impact in words and tables, for every output format."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from lago_gitops.core.model.plurals import counted, enumerated, listed
from lago_gitops.pricing.base.words import MINUS, money_of, percent, signed_money
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.render.prices.sides import PERIODS

K = TypeVar("K")
Document = Mapping[str, Any]
Table = list[list[str]]
"""Rows of cells, titles first."""


CENTS_ROWS = 3  # of a plan in the table of profiles: now, after, change


@dataclass(frozen=True, slots=True)
class Section:
    """A plan's impact by one measure; `heading` has the assumption, `notes` say what is left out."""

    title: str
    heading: str
    table: Table
    notes: tuple[str, ...]
    step: int = 1  # rows that belong together

    def rows(self, most: int) -> Table:
        """As many whole steps as fit into so many rows, at least one, below the titles."""
        return self.table[1 : max(most // self.step, 1) * self.step + 1]

    def more(self, most: int) -> int:
        """How many steps `rows` leaves out."""
        return (len(self.table) - 1 - len(self.rows(most))) // self.step if self.table else 0


def sections(impact: Document) -> Iterator[Section]:
    """Sections with content, in the order in which they are shown."""
    fees, profiles, usage = impact["fees"], impact.get("profiles"), impact.get("usage")
    if any(one["subscriptions"] != 0 for one in fees["plans"]):
        yield Section("Fees", fee_heading(fees), fee_table(fees), tuple(fee_notes(fees)))
    if usage and usage["subscriptions"]["all"]:
        yield Section("Past usage", usage_heading(usage), usage_table(usage), tuple(usage_notes(usage)))
    if profiles and profiles["bills"]:
        heading = profile_heading(profiles)
        step = CENTS_ROWS + len(profiles["candidates"])
        yield Section("Profile bills", heading, profile_table(profiles), tuple(profile_notes(profiles)), step)


def fee_words(fees: Document) -> str:
    """`+€1,200.00 and −$3.00 a month`: the certain effect of changed fees; empty if there is none."""
    if any(one["difference_cents_a_month"] is None for one in fees["by_currency"]):
        return ""
    said = [
        signed_money(one["difference_cents_a_month"], one["currency"])
        for one in fees["by_currency"]
        if one["difference_cents_a_month"]
    ]
    return f"{enumerated(said)} a month" if said else ""


def fee_heading(fees: Document) -> str:
    """One line above the table of fees: how much, for how many, and how certain that is."""
    parts = [f"{_difference(one)} for {_people(one)}" for one in fees["by_currency"]]
    return f"{'; '.join(parts)} (exact: {fees['assumption']})"


def fee_table(fees: Document) -> Table:
    """The largest differences first: of each currency those that matter most in it. Without plans that nobody has."""
    rows = [["Fees", "Now", "After", "Subscriptions", "Difference"]]
    of_all = Counter[str]()
    for one in fees["plans"]:
        of_all[one["currency"]] += abs(one["difference_cents_a_month"] or 0)
    plans = [one for one in fees["plans"] if one["subscriptions"] != 0]
    for one in sorted(plans, key=lambda one: _share(one, of_all[one["currency"]]), reverse=True):
        sides = (_side(one, "before_cents"), _side(one, "after_cents"))
        number = "unknown" if one["subscriptions"] is None else f"{one['subscriptions']:,}"
        rows.append([one["address"], *sides, number, _difference(one)])
    return rows


def fee_notes(fees: Document) -> Iterator[str]:
    """What the table and the totals leave out."""
    if unused := sum(one["subscriptions"] == 0 for one in fees["plans"]):
        yield f"{counted(unused, 'plan')} without subscriptions not shown"
    for one in fees["plans"]:
        if one["overridden"]["subscriptions"] is None and one["subscriptions"] is not None:
            yield f"{one['address']}: at most this many: Lago before 1.39 doesn't tell which ones are overridden"
    follow = "the change affects only prices that they don't override"
    for follows, why in ((True, follow), (False, "their prices don't change")):
        own = [one for one in fees["plans"] if one["overridden"]["follow"] is follows]
        if number := sum(one["overridden"]["subscriptions"] or 0 for one in own):
            of = [one["address"] for one in own if one["overridden"]["subscriptions"]]
            where = of[0] if len(of) == 1 else f"{len(of):,} plans"
            yield f"{counted(number, 'overridden subscription')} of {where} not counted: {why}"


def profile_heading(profiles: Document) -> str:
    return f"assuming {profiles['assumption']}"


def profile_table(profiles: Document) -> Table:
    """One column per profile, with rows for what it pays on a plan now, after, and by each candidate. The plan on which
    a bill changes by the largest share is first.

    Leaves out plans on which nothing changes for anybody; empty if there are no others.
    """
    names = [each["name"] for each in profiles["profiles"]]
    bills = {(one["address"], one["profile"]): one for one in profiles["bills"]}
    rows = [["Plan", *names]]
    shown = [one for one in profiles["bills"] if _differs(one)]
    for address in dict.fromkeys(one["address"] for one in sorted(shown, key=_moved, reverse=True)):
        mine = [bills.get((address, name)) for name in names]
        period = next(PERIODS[Interval(one["interval"])] for one in mine if one)
        is_new = all(one is None or one["before_cents"] is None for one in mine)
        rows.append([f"{address}, {'new' if is_new else 'now'}", *(_cents(one, "before_cents") for one in mine)])
        rows.append([f"after, per {period}", *(_cents(one, "after_cents") for one in mine)])
        rows.append(["change", *map(_change, mine)])
        for at, ref in enumerate(profiles["candidates"]):
            rows.append([f"at {ref}", *(_candidate(one, at) for one in mine)])
    return rows if rows[1:] else []


def profile_notes(profiles: Document) -> Iterator[str]:
    """What the bills leave out, and how the choice of plans changes."""
    for one in profiles["catalogue"]["cheapest"]:
        yield from _cheapest(one)
    shown = dict.fromkeys(one["address"] for one in profiles["bills"] if _differs(one))
    if alike := [each for each in dict.fromkeys(one["address"] for one in profiles["bills"]) if each not in shown]:
        yield f"no profile pays more or less on {listed(alike)}"
    for (by, is_new), plans in _alike(
        ((one["by"], one["new"]), one["address"]) for one in profiles["catalogue"]["dominated"]
    ):
        addresses = [each for each in plans if is_new or each in shown]
        if addresses:
            verb, they_are = ("is", "it is") if len(addresses) == 1 else ("are", "they are")
            since = "" if is_new else f", as {they_are} already"
            yield f"{listed(addresses)} {verb} dearer than {by} for every profile{since}"
    mine = [one for one in profiles["bills"] if one["address"] in shown and one["unbilled"]]
    for (profile, items), plans in _alike(((one["profile"], tuple(one["unbilled"])), one["address"]) for one in mine):
        yield f"{listed(plans)} {'does' if len(plans) == 1 else 'do'} not bill {enumerated(items)} of profile {profile}"
    unknown = _alike(((one["address"], one["reason"]), one["profile"]) for one in profiles["bills"] if one["reason"])
    for (names, reason), plans in _alike(((tuple(names), reason), plan) for (plan, reason), names in unknown):
        yield f"{listed(plans)}, {'profile' if len(names) == 1 else 'profiles'} {enumerated(names)}: {reason}"
    if profiles["plans_left_out"]:
        yield f"{counted(profiles['plans_left_out'], 'more plan')} not shown"


def _alike(pairs: Iterable[tuple[K, str]]) -> Iterable[tuple[K, list[str]]]:
    """The plans, or profiles, of which the same is said, in the order of the first of each."""
    found: dict[K, list[str]] = {}
    for key, name in pairs:
        found.setdefault(key, []).append(name)
    return found.items()


def usage_heading(usage: Document) -> str:
    """Totals by currency, and how certain they are."""
    numbers = usage["subscriptions"]
    rated = f"{numbers['rated'] + numbers['without_usage']:,} of {counted(numbers['all'], 'subscription')}"
    if numbers["without_usage"]:
        rated += f", {numbers['without_usage']:,} of them without a finished period"
    seed = "" if usage["seed"] is None else f", seed {usage['seed']}"
    said = "; ".join(map(_usage_sum, usage["by_currency"])) if numbers["rated"] else "not known"
    periods = "the last period" if usage["periods"] == 1 else f"the last {usage['periods']} periods"
    return f"{said} ({usage['basis']} for {rated}{seed}, {periods} of each: {usage['assumption']})"


def usage_words(usage: Document | None) -> str:
    """`past usage: +€5,535.65, 942 subscriptions pay more and 12 less`; empty where nothing was rated, or nobody pays
    anything else."""
    if usage is None:
        return ""
    sums = [one for one in usage["by_currency"] if one["more"] or one["less"]]
    said = [
        f"{'about ' if one['estimate'] else ''}"
        f"{signed_money((one['estimate'] or one)['difference_cents'], one['currency'])}"
        for one in sums
    ]
    more, less = (sum(one[name] for one in sums) for name in ("more", "less"))
    in_sample = " in the sample" if usage["basis"] == "sampled" else ""
    if not said:
        return ""
    verb = "pays" if more == 1 else "pay"
    return f"past usage: {enumerated(said)}, {counted(more, 'subscription')} {verb} more and {less:,} less{in_sample}"


def _usage_sum(one: Document) -> str:
    before, after = (money_of(one[side], one["currency"]) for side in ("before_cents", "after_cents"))
    said = f"{before} → {after}, {signed_money(one['difference_cents'], one['currency'])}"
    if one["estimate"] is None:
        return said
    estimate = one["estimate"]
    middle, low, high = (
        signed_money(estimate[name], one["currency"]) for name in ("difference_cents", "low_cents", "high_cents")
    )
    return (
        f"{said} in the sample; {middle} of {counted(estimate['subscriptions'], 'subscription')}, 95% {low} to {high}"
    )


def usage_table(usage: Document) -> Table:
    """The largest changes, of usage and fees together."""
    rows = [["Largest changes", "Plan", "Before", "After", "Difference"]]
    for one in usage["movers"]:
        sides = (money_of(one[side], one["currency"]) for side in ("before_cents", "after_cents"))
        difference = signed_money(one["difference_cents"], one["currency"])
        rows.append([one["customer"], one["address"], *sides, difference])
    return rows if rows[1:] else []


def usage_notes(usage: Document) -> Iterator[str]:
    """Winners and losers, bands, and what isn't included."""
    for one in usage["by_currency"]:
        yield from _winners(one)
    for one in usage["left_out"]:
        who = counted(one["subscriptions"], "subscription")
        yield f"not included: {who} of {one['address']}, because of charge {one['charge']}: {one['why']}"
    if own := usage["subscriptions"]["overridden"]:
        yield f"not included: {counted(own, 'overridden subscription')}"


def _winners(one: Document) -> Iterator[str]:
    if one["more"] or one["less"]:
        more = f"{counted(one['more'], 'subscription')} {'pays' if one['more'] == 1 else 'pay'} more"
        if one["more"]:
            typical, most = (money_of(one[name], one["currency"]) for name in ("median_more_cents", "most_more_cents"))
            more += f" (median {typical}, at most {most})"
        less = f"{one['less']:,} less"
        if one["less"]:
            less += f" (at most {money_of(-one['most_less_cents'], one['currency'])})"
        yield f"{one['currency']}: {more}, {less}, {one['same']:,} the same"
        yield f"{one['currency']}, by change: {', '.join(map(_band, one['bands']))}"


def _band(band: Document) -> str:
    low, high = band["from_percent"], band["to_percent"]
    if low is None:
        said = f"below {MINUS}{-high}%"
    elif high is None:
        said = f"from +{low}%"
    else:
        said = f"{_bound(low)} to {_bound(high)}"
    return f"{said}: {band['subscriptions']:,}"


def _bound(percent: int) -> str:
    return f"{MINUS}{-percent}%" if percent < 0 else f"+{percent}%" if percent else "0%"


def _differs(one: Document) -> bool:
    """Whether a bill differs on any side, or is missing on one."""
    cents = {one["before_cents"], one["after_cents"], *(each["cents"] for each in one["candidates"])}
    return len(cents) > 1


def _cheapest(one: Document) -> Iterator[str]:
    """The cheapest plan of a profile, if that changes."""
    before, after = one["before"], one["after"]
    if before and after and before["address"] != after["address"]:
        amount = money_of(after["cents_a_month"], one["currency"])
        yield (
            f"the cheapest plan that bills all usage of {one['profile']} will be {after['address']} ({amount} a month "
            f"before taxes and coupons), and is {before['address']}"
        )


def _cents(one: Document | None, side: str) -> str:
    if one is None:
        return ""
    return "–" if one[side] is None else money_of(one[side], one["currency"])


def _change(one: Document | None) -> str:
    if one is None or one["difference_cents"] is None:
        return ""
    share = one["difference_percent"]
    shown = signed_money(one["difference_cents"], one["currency"])
    return shown if share is None or not one["difference_cents"] else f"{shown} ({_shown_percent(one)})"


def _shown_percent(one: Document) -> str:
    """Of the amounts themselves: a small share is not none."""
    return percent(Decimal(one["before_cents"]), Decimal(one["after_cents"]))


def _moved(one: Document) -> float:
    """By which share a bill changes; one that is new, or gone, by more than any share."""
    before, after = one["before_cents"], one["after_cents"]
    if before and after is not None:
        return float(abs(after - before) / before)
    return math.inf if before != after else 0.0


def _candidate(one: Document | None, at: int) -> str:
    return "" if one is None else _cents({**one, **one["candidates"][at]}, "cents")


def _share(one: Document, of_all: int) -> float:
    """Of all the difference in its currency; what isn't known is the most."""
    difference = one["difference_cents_a_month"]
    return math.inf if difference is None else abs(difference) / of_all if of_all else 0.0


def _people(one: Document) -> str:
    most = "at most " if one["at_most"] and one["subscriptions"] is not None else ""
    return f"{most}{counted(one['subscriptions'], 'subscription')}"


def _difference(one: Document) -> str:
    cents = one["difference_cents_a_month"]
    return "not known" if cents is None else f"{signed_money(cents, one['currency'])} a month"


def _side(one: Document, side: str) -> str:
    return ", ".join(_fee(fee, fee[side], one["currency"]) for fee in one["fees"])


def _fee(fee: Document, cents: int | None, currency: str) -> str:
    amount = "–" if cents is None else f"{money_of(cents, currency)} a {fee['period']}"
    return f"{fee['charge']} {amount}" if fee["charge"] else amount
