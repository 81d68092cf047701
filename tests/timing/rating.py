"""What a price list that stays as it is makes of a subscriber: the fees of each day, by the rating engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property

from lago_gitops.pricing.base.rules import Rules, rules_of
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.billing import Occasion, Periodic, Setting, Start, Termination, bill
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.history import History
from lago_gitops.pricing.invoicing.invoice import Invoice, invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.events import Event
from tests.timing.experiments import BILLING_DAYS, Experiment, Subscriber
from tests.timing.lago import Json, PriceList

NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """An invoice of a day: `advance` are fees for what is to come, `arrears` for what was."""

    arrears: tuple[Fee, ...]
    advance: tuple[Fee, ...]


@dataclass(frozen=True)
class Rating:
    """A price list and whom it bills."""

    experiment: Experiment
    prices: PriceList
    subscriber: Subscriber

    @cached_property
    def rules(self) -> Rules:
        return rules_of((1, 38) if self.experiment.is_old else (1, 51), licensed=self.experiment.is_licensed)

    @cached_property
    def plan(self) -> Plan:
        """Without fixed charges on a Lago that never bills them."""
        fields: Json = self.prices.objects["plan"][self.experiment.plan]
        metrics = {code: reading.metric(one) for code, one in self.prices.objects["billable_metric"].items()}
        own = {"charges": [one for one in fields["charges"] if one["billable_metric_code"] in metrics]}
        fixed = {"fixed_charges": [] if self.experiment.is_old else fields["fixed_charges"]}
        return reading.plan({**fields, **own, **fixed}, metrics, {})

    @cached_property
    def subscription(self) -> Subscription:
        return Subscription(self.plan, self.subscriber.start)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        return tuple(Event(code, datetime.combine(day, NOON), dict(what)) for day, code, what in self.subscriber.events)

    def schedule(self) -> dict[date, Made]:
        """Every invoice until the end of the experiment."""
        found: dict[date, Made] = {}
        for day, occasion in self._occasions():
            found[day] = self.made(occasion)
        for each in advance_fees(self.subscription, self.events, self.rules):
            fees = tuple(self._mine(fee for fee in each.fees))
            if fees:
                day = each.event.at.date()
                found[day] = Made((), (*(found[day].advance if day in found else ()), *fees))
        return found

    def made(self, occasion: Occasion) -> Made:
        billed = bill(self.subscription, occasion, self.events, self._history(occasion), self._setting)
        fees = tuple(self._mine(billed.invoice.fees))
        ahead = {id(fee) for fee in fees if self._is_ahead(fee, occasion)}
        return Made(tuple(fee for fee in fees if id(fee) not in ahead), tuple(fee for fee in fees if id(fee) in ahead))

    def ending(self, at: datetime) -> Made:
        return self.made(Termination(at))

    def _occasions(self) -> Iterator[tuple[date, Occasion]]:
        start = self.subscriber.start.date()
        yield start, Start()
        yield from ((day, Periodic(day)) for day in BILLING_DAYS if day > start)

    def _history(self, occasion: Occasion) -> History:
        """Enough to know what earlier invoices were towards the minimum commitment: the fee in advance."""
        if isinstance(occasion, Start) or not self.plan.minimum_commitment or not self.plan.pay_in_advance:
            return History()
        return bill(self.subscription, Start(), (), setting=self._setting).history

    def _mine(self, fees: Iterator[Fee] | tuple[Fee, ...]) -> Iterator[Fee]:
        """Those of the item that the experiment is about."""
        for fee in fees:
            if self.experiment.item is None or fee.charge_code:
                yield fee

    def _is_ahead(self, fee: Fee, occasion: Occasion) -> bool:
        if fee.item_type is ItemType.SUBSCRIPTION:
            return self.plan.pay_in_advance
        if fee.item_type is ItemType.FIXED_CHARGE:
            return any(one.code == fee.charge_code and one.pay_in_advance for one in self.plan.fixed_charges)
        return False

    def invoiced(self, fees: tuple[Fee, ...]) -> Invoice:
        """With coupons and taxes as this price list has them."""
        coupons = tuple(applied(reading.coupon(one)) for one in self.prices.objects["coupon"].values())
        levels, plan = self._setting.taxes, self.plan
        own = {item.code: item.tax_codes for item in (*plan.charges, *plan.fixed_charges)}
        codes = (own.get(fee.charge_code or "", ()) or plan.tax_codes for fee in fees)
        known = (
            replace(fee, tax_codes=_known(each, levels.taxes), taxes=()) for fee, each in zip(fees, codes, strict=True)
        )
        return invoice(tuple(known), "USD", levels, coupons)

    @cached_property
    def _setting(self) -> Setting:
        objects = self.prices.objects
        taxes = {code: reading.tax(one) for code, one in objects["tax"].items()}
        entity = tuple(objects["billing_entity"]["default"].get("tax_codes") or ())
        return Setting(TaxLevels(taxes, billing_entity=_known(entity, taxes)), self.rules)


def _known(codes: tuple[str, ...], taxes: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in taxes)
