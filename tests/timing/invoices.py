"""Every invoice that follows from the line of a change: which of its fees have the old prices, which the new ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.timing.line import Line
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.billing import Start
from tests.timing.experiments import Experiment, Subscriber
from tests.timing.lago import Json, PriceList
from tests.timing.prediction import class_of, lines_by_item
from tests.timing.rating import Made, Rating

Amounts = tuple[int, ...]
REACHES_OPEN = {Timing.ALL, Timing.LOST, Timing.DOUBLE, Timing.SPLIT, Timing.NOW_BILL}
"""What is not finalized yet is priced again."""
REACHES_NEW = {Timing.NEW_EVENTS, Timing.NEXT, *REACHES_OPEN}
"""What is billed in advance from the change on has the new price."""
NEXT_AMOUNTS = {Timing.MOVES_NEXT: 1550, Timing.MOVES_NOW: 6200}  # of the plans that experiments moved to
OVERRIDDEN = {"O1", "O2", "O3"}
OWN_PRICES: dict[str, Json] = {"O1": {"amount_cents": 5000}, "O3": {"std": {"amount": "1.5"}}}


def predicted(experiment: Experiment, subscriber: Subscriber, name: str = "") -> dict[date, Amounts]:
    """By day what is invoiced: fees and taxes; of a whole plan fees, coupons, taxes and progressive credits."""
    case = _Case(experiment, subscriber, name, class_of(experiment))
    if experiment.class_ is None and not case.follows:
        case = replace(case, line=None)
    match case.timing:
        case Timing.ENDS:
            found = dict(case.ended())
        case Timing.MOVES_NEXT | Timing.MOVES_NOW:
            found = dict(case.moved())
        case _:
            found = dict(case.changed())
    return case.with_progressive(found)


@dataclass(frozen=True)
class _Case:
    experiment: Experiment
    subscriber: Subscriber
    name: str  # of one with prices of its own
    line: Line | None

    @property
    def timing(self) -> Timing:
        return Timing.NONE if self.line is None else self.line.timing

    @property
    def changed_on(self) -> date:
        return self.experiment.changed_at.date()

    @property
    def boundary(self) -> date:
        """The first day of the next period."""
        return (self.changed_on.replace(day=1) + timedelta(days=32)).replace(day=1)

    @cached_property
    def before(self) -> Rating:
        return Rating(self.experiment, _own(self.experiment.before, self), self.subscriber)

    @cached_property
    def after(self) -> Rating:
        """Overridden plans follow when told to, where they have not got a price of their own."""
        return Rating(self.experiment, _own(self.experiment.after, self), self.subscriber)

    def is_open(self, day: date) -> bool:
        """Whether an invoice of that day is a draft, or not even made, when the change comes.

        Where there are days of grace, nothing was finalized before: the job ran after the change for the first time.
        """
        return day >= self.changed_on or self.subscriber.grace > 0

    @property
    def follows(self) -> bool:
        """Whether the change is one for this subscription: one with own prices has to be told to follow."""
        return self.name[-2:] not in OVERRIDDEN or "'cascade_updates': True" in str(self.experiment.requests)

    # A change --------------------------------------------------------------------------------------------------------

    def changed(self) -> Iterator[tuple[date, Amounts]]:
        before, after = self.before.schedule(), self.after.schedule()
        own = lines_by_item(self.experiment) if self.follows else {}
        for day in sorted({*before, *after, self.changed_on}):
            fees = (*self._chosen(day, before, after, own), *self._at_once(day, before, after, own))
            if fees:
                yield day, self._amounts(day, fees)

    def _chosen(
        self, day: date, before: dict[date, Made], after: dict[date, Made], own: dict[str, Line]
    ) -> Iterator[Fee]:
        was, is_ = before.get(day, Made((), ())), after.get(day, Made((), ()))
        for key in dict.fromkeys(_key(fee) for fee in (*was.arrears, *is_.arrears)):
            old, new = _of(key, was.arrears), _of(key, is_.arrears)
            yield from self._arrears(day, old, new, own.get(key, self.line))
        for key in dict.fromkeys(_key(fee) for fee in (*was.advance, *is_.advance)):
            line = own.get(key, self.line)
            yield from _of(key, is_.advance if self._has_new_advance(day, line) else was.advance)

    def _arrears(self, day: date, old: tuple[Fee, ...], new: tuple[Fee, ...], line: Line | None) -> tuple[Fee, ...]:
        timing = Timing.NONE if line is None else line.timing
        if timing is Timing.NEXT:
            return new if day > self.boundary else old
        if timing is Timing.SPLIT and day == self.boundary:
            return (_mixed(old[0], new[0], self._days_left()),)
        return new if timing in REACHES_OPEN and self.is_open(day) else old

    def _has_new_advance(self, day: date, line: Line | None) -> bool:
        timing = Timing.NONE if line is None else line.timing
        if timing is Timing.ALL or (line is not None and line.drafts is Timing.ALL):
            return self.is_open(day)
        return timing in REACHES_NEW and day >= self.changed_on

    def _at_once(
        self, day: date, before: dict[date, Made], after: dict[date, Made], own: dict[str, Line]
    ) -> Iterator[Fee]:
        """What units more cost, on an invoice of their own; over nothing where they are fewer."""
        if day != self.changed_on:
            return
        was, is_ = before.get(self.boundary, Made((), ())), after.get(self.boundary, Made((), ()))
        for fee in is_.advance:
            line = own.get(_key(fee))
            if line is not None and line.timing is Timing.NOW_BILL:
                old = sum(each.amount_cents for each in _of(_key(fee), was.advance))
                share = self._days_left() if self._is_prorated(_key(fee)) else Decimal(1)
                yield _with_amount(fee, max(Decimal(0), fee.amount_cents - old) * share)

    def _is_prorated(self, code: str) -> bool:
        return any(one.code == code and one.prorated for one in self.after.plan.fixed_charges)

    def _days_left(self) -> Decimal:
        """Of the running period, as a share: the day of the change is one of them."""
        first = self.changed_on.replace(day=1)
        return Decimal((self.boundary - self.changed_on).days) / Decimal((self.boundary - first).days)

    def _amounts(self, day: date, fees: Iterable[Fee], *, rating: Rating | None = None) -> Amounts:
        """With the coupons and taxes of the price list that the line lets the invoice have."""
        reaches = self.timing in REACHES_OPEN and self.is_open(day)
        made = (rating or (self.after if reaches else self.before)).invoiced(tuple(fees))
        if not self.subscriber.whole:
            return made.fees_amount_cents, made.taxes_amount_cents
        return made.fees_amount_cents, made.coupons_amount_cents, made.taxes_amount_cents, 0

    # A plan that goes ------------------------------------------------------------------------------------------------

    def ended(self) -> Iterator[tuple[date, Amounts]]:
        """Drafts are finalized, without what was billed on them for a period that is cut short."""
        for day, made in self.before.schedule().items():
            running = self.is_open(day) and day >= self.changed_on.replace(day=1)
            ahead = [fee for fee in made.advance if not running or fee.item_type is not ItemType.FIXED_CHARGE]
            if day < self.changed_on and (made.arrears or ahead):
                yield day, self._amounts(day, (*made.arrears, *ahead))
        yield self.changed_on, self._amounts(self.changed_on, self.before.ending(self.experiment.changed_at).arrears)

    # A move ----------------------------------------------------------------------------------------------------------

    def moved(self) -> Iterator[tuple[date, Amounts]]:
        """The old plan until the move, the new one from then on."""
        old, new = self.before.schedule(), self._of_new_plan(self.subscriber).schedule()
        at = self.boundary if self.timing is Timing.MOVES_NEXT else self.changed_on
        if self.timing is Timing.MOVES_NOW:
            new = self._of_new_plan(replace(self.subscriber, start=self.experiment.changed_at)).schedule()
            old[at], new[at] = self._upgrade()
        nothing = Made((), ())
        for day in sorted({*old, *new}):
            was, is_ = old.get(day, nothing), new.get(day, nothing)
            fees = (*(was.arrears if day <= at else is_.arrears), *(was.advance if day < at else is_.advance))
            if fees:
                yield day, self._amounts(day, fees)

    def _of_new_plan(self, subscriber: Subscriber) -> Rating:
        amount = {"amount_cents": NEXT_AMOUNTS[self.timing]}
        return Rating(self.experiment, _with_plan(self.experiment.before, self.experiment.plan, amount), subscriber)

    def _upgrade(self) -> tuple[Made, Made]:
        """The day of a move to a dearer plan is the new plan's."""
        midnight = datetime.combine(self.changed_on, time(), UTC) - timedelta(seconds=1)
        new = self._of_new_plan(replace(self.subscriber, start=self.experiment.changed_at))
        return self.before.ending(midnight), new.made(Start())

    # Usage thresholds ------------------------------------------------------------------------------------------------

    def with_progressive(self, found: dict[date, Amounts]) -> dict[date, Amounts]:
        """With thresholds: an invoice of the usage so far once it passes one, which that of the period takes off."""
        credit = 0
        for at in self._moments():
            prices = self.after if at >= self.experiment.changed_at else self.before
            used = sum(fee.amount_cents for fee in self.before.ending(at).arrears if fee.item_type is ItemType.CHARGE)
            thresholds = prices.prices.objects["plan"].get(self.experiment.plan, {}).get("usage_thresholds") or ()
            passed = [one for one in thresholds if credit < one["amount_cents"] <= used]
            if passed and self.experiment.item is None:
                found[at.date()] = (used - credit, 0, 0, 0)
                credit = used
        if credit:
            fees, coupons, taxes, _ = found[self.boundary]
            found[self.boundary] = (fees, coupons, taxes, credit)
        return found

    def _moments(self) -> list[datetime]:
        """When usage is looked at in the running period: at each event and at the change."""
        events = {event.at + timedelta(seconds=1) for event in self.before.events if event.at.date() < self.boundary}
        first = self.changed_on.replace(day=1)
        return sorted(at for at in {*events, self.experiment.changed_at} if at.date() >= first)


def _key(fee: Fee) -> str:
    return fee.charge_code or ""


def _of(key: str, fees: Iterable[Fee]) -> tuple[Fee, ...]:
    return tuple(fee for fee in fees if _key(fee) == key)


def _mixed(old: Fee, new: Fee, share: Decimal) -> Fee:
    return _with_amount(new, old.amount_cents * (1 - share) + new.amount_cents * share)


def _with_amount(fee: Fee, cents: Decimal) -> Fee:
    amount = cents.quantize(Decimal(1), ROUND_HALF_UP)
    return replace(fee, amount_cents=int(amount), precise_amount_cents=amount)


def _own(prices: PriceList, case: _Case) -> PriceList:
    """A price list as one with prices of its own has it."""
    if case.name[-2:] not in OVERRIDDEN:
        return prices
    base = prices if case.follows else case.experiment.before
    own = OWN_PRICES.get(case.name[-2:], {})
    plan = base.objects["plan"][case.experiment.plan]
    charges = [{**one, "properties": own.get(one["code"], one["properties"])} for one in plan["charges"]]
    changes: Json = {"charges": charges} | {name: value for name, value in own.items() if name == "amount_cents"}
    return _with_plan(base, case.experiment.plan, changes)


def _with_plan(prices: PriceList, code: str, changes: Json) -> PriceList:
    plan = {**prices.objects["plan"][code], **changes}
    return replace(prices, objects={**prices.objects, "plan": {code: plan}})
