"""Past usage at the prices before and after a plan: read from Lago, or from the cache of an earlier run."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lago_gitops.bills.audit.billed import moment
from lago_gitops.bills.audit.document import stamp
from lago_gitops.bills.price_list import PriceList, plan_named
from lago_gitops.bills.profiles.impact import Markets
from lago_gitops.bills.usage.rated import Tariff
from lago_gitops.bills.usage.recorded import UsagePeriod, usage_period
from lago_gitops.bills.usage.subscription import Subscriber, is_changed, outcome
from lago_gitops.bills.usage.summary import Draw, LeftOut, UsageOutcome, hashed, usage_document
from lago_gitops.lago.client import Reader
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.errors import BadAnswer, Call, NotFound
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.http.transport import Params, api_path
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.workflow.changes.plan import Planned
from lago_gitops.workflow.impact.cache import UsageCache
from lago_gitops.workflow.impact.profiles import markets
from lago_gitops.workflow.impact.subscribers import drawn, subscribed
from lago_gitops.workflow.organization.asking import SUBSCRIBED

Row = dict[str, Any]
AT_ONCE: Final = 200  # most subscriptions whose usage is in memory at a time
_KEPT: Final = ("from_datetime", "to_datetime", "currency", "charges_usage")
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """Which past usage to rate: the latest `periods` of all subscriptions, or of a sample."""

    periods: int = 1
    sample: int | None = None
    seed: int = 0
    shows_customers: bool = False


def impact_on_usage(planned: Planned, client: Reader, ask: Ask, cache: UsageCache, now: datetime) -> Row:
    """The usage part of a plan's impact: past usage of the subscribers of plans with changed prices.

    Raises LagoError.
    """
    tariffs = dict(_tariffs(planned, markets(planned, {})))
    currencies = {code: tariff.old.currency for code, tariff in tariffs.items()}
    subscribers = subscribed(client, currencies, planned.inventory.server)
    chosen = drawn(subscribers.subscribers, ask.sample, ask.seed)
    outcomes, left_out, unused = list[UsageOutcome](), list[LeftOut](), Counter[str]()
    for subscriber, periods in _usage(chosen, client, ask.periods, cache, now):
        match outcome(subscriber, periods, tariffs[subscriber.plan]) if periods else None:
            case None:
                unused[subscriber.currency] += 1
            case LeftOut() as one:
                left_out.append(one)
            case one:
                outcomes.append(one)
    population = Counter(one.currency for one in subscribers.subscribers)
    draw = Draw(population, ask.periods, unused, subscribers.overridden, ask.sample, ask.seed)
    return {"usage": usage_document(outcomes, left_out, draw, _pseudonym(ask, cache))}


def _pseudonym(ask: Ask, cache: UsageCache) -> Callable[[str], str]:
    if ask.shows_customers:
        return str
    salt = cache.salt
    return lambda customer: hashed(customer, salt)


def _tariffs(planned: Planned, sides: Markets) -> Iterator[tuple[str, Tariff]]:
    """The tariff of each plan with changed prices, by its current code."""
    new_codes = {old: new for new, old in sides.renamed.items()}
    for code in sides.before.plans:
        after = new_codes.get(code, code)
        old, new = _plan(sides.before, code), _plan(sides.after, after)
        if old is not None and (new is not None or after not in sides.after.plans):
            tariff = Tariff(old, new, sides.rules, _charge_codes(planned, code))
            if is_changed(tariff):
                yield code, tariff


def _plan(prices: PriceList, code: str) -> Plan | None:
    try:
        return plan_named(prices, code)
    except PricingError:
        return None


def _charge_codes(planned: Planned, plan_code: str) -> Mapping[str, str]:
    """Codes of a plan's charges by their ids: before 1.39, usage has no codes."""
    live = planned.inventory.live
    ids = next(one.ids for one in live.values() if one.address.kind == SUBSCRIBED.name and one.address.key == plan_code)
    return {id_: str(code) for (collection, code), id_ in ids.items() if collection == "charges"}


def _usage(
    chosen: Sequence[Subscriber], client: Reader, periods: int, cache: UsageCache, now: datetime
) -> Iterator[tuple[Subscriber, list[UsagePeriod]]]:
    """Each subscription with its latest finished periods; those not cached yet are read from Lago."""
    for at in range(0, len(chosen), AT_ONCE):
        some = chosen[at : at + AT_ONCE]
        known = {one.lago_id: cache.get(one.lago_id, periods, stamp(now)) for one in some if not _is_new(one)}
        missing = [one for one in some if one.lago_id in known and known[one.lago_id] is None]
        client.announce(len(missing))
        with threads(CONCURRENCY, "usage") as pool:
            asked = pool.map(lambda one: _asked(client, one, periods), missing)
            for one, rows in zip(missing, asked, strict=True):
                known[one.lago_id] = rows
                cache.put(one.lago_id, periods, _until(one, rows), rows)
        cache.keep()
        for one in some:
            yield one, [_period(row, one) for row in known.get(one.lago_id) or ()]


def _is_new(subscriber: Subscriber) -> bool:
    """Whether it has no finished period yet."""
    return bool(subscriber.period_started_at) and moment(subscriber.started_at) >= moment(subscriber.period_started_at)


def _asked(client: Reader, subscriber: Subscriber, periods: int) -> list[Row]:
    """The latest first."""
    params: Params = {"external_subscription_id": subscriber.external_id, "page": 1, "per_page": periods}
    try:
        rows = client.get("customers", subscriber.customer, "past_usage", params=params).get("usage_periods")
    except NotFound:
        return []
    if not isinstance(rows, list):
        raise _bad(subscriber, "no list under 'usage_periods'")
    return [{name: row.get(name) for name in _KEPT} for row in rows[:periods]]


def _until(subscriber: Subscriber, rows: Sequence[Row]) -> str:
    """When the next period will end; empty if unknown."""
    if not rows:
        return subscriber.period_ends_at
    start, end = moment(rows[0]["from_datetime"]), moment(rows[0]["to_datetime"])
    return stamp(end + (end - start) + _SECOND)


def _period(row: Row, subscriber: Subscriber) -> UsagePeriod:
    try:
        return usage_period(row)
    except (KeyError, TypeError, ValueError, AttributeError, PricingError) as error:
        raise _bad(subscriber, f"no period of usage: {error}") from None


def _bad(subscriber: Subscriber, wrong: str) -> BadAnswer:
    call = Call("GET", api_path("customers", subscriber.customer, "past_usage"))
    return BadAnswer(call, f"an unexpected answer: {wrong}", status=200)
