"""Manifests in the form that rules use: prices are read once, each with its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from lago_gitops.core.model.kind import Path
from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import number
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.models import Price, price
from lago_gitops.pricing.models.properties import with_numeric_bounds

Data = Mapping[str, Any]
PLAN: Final = "plan"
METRIC: Final = "billable_metric"
TIERS: Final = {
    "graduated": "graduated_ranges",
    "graduated_percentage": "graduated_percentage_ranges",
    "volume": "volume_ranges",
}
"""The property with the tiers, by charge model."""


@dataclass(frozen=True, slots=True)
class Priced:
    """One price: a charge's own, that of one of its filters, or a fixed charge's."""

    path: Path  # path of its charge, filter or fixed charge
    model: str
    price: Price
    group_keys: tuple[str, ...] = ()
    filter: Data | None = None

    def at(self, *steps: str | int) -> Path:
        """The path of a property."""
        return (*self.path, "properties", *steps)

    def tier(self, index: int, *steps: str) -> Path:
        return self.at(TIERS[self.model], index, *steps)


@dataclass(frozen=True, slots=True)
class ChargeSubject:
    """A charge. `metric` is None when no manifest describes it; prices that can't be read are left out."""

    path: Path
    data: Data
    metric: Metric | None
    in_advance: bool
    own: Priced | None  # the price of events that match no filter
    filters: tuple[Priced, ...]

    @property
    def prices(self) -> tuple[Priced, ...]:
        return self.filters if self.own is None else (self.own, *self.filters)


@dataclass(frozen=True, slots=True)
class FixedSubject:
    path: Path
    data: Data
    price: Priced
    units: Decimal


@dataclass(frozen=True, slots=True)
class Subject:
    """One manifest. Only plans have charges and fixed charges."""

    address: Address
    data: Data
    charges: tuple[ChargeSubject, ...] = ()
    fixed_charges: tuple[FixedSubject, ...] = ()

    @property
    def models(self) -> frozenset[str]:
        """The charge models of its prices."""
        priced = (*(one.data for one in self.charges), *(one.data for one in self.fixed_charges))
        return frozenset(each["charge_model"] for each in priced)

    @property
    def currency(self) -> str:
        """The currency of the plan, fixed coupon or add-on; empty when it has none."""
        return str(self.data.get("amount_currency") or "")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a rule may use besides its manifest: plans by code, and those worth comparing."""

    plan: Callable[[str], Subject]  # raises KeyError when no manifest describes the metric
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    plans: Mapping[str, Data] = field(default_factory=dict)
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # plan → others that sell the same
    periods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # plan → the same plan with other periods
    rules: Rules = LATEST  # billing rules of the Lago server


def subject(address: Address, data: Data, metrics: Mapping[str, Metric]) -> Subject:
    charges = enumerate(data.get("charges") or ())
    fixed_charges = enumerate(data.get("fixed_charges") or ())
    return Subject(
        address,
        data,
        tuple(_charge(each, ("charges", at), metrics) for at, each in charges),
        tuple(priced for at, each in fixed_charges for priced in _fixed_charge(each, ("fixed_charges", at))),
    )


def _charge(data: Data, path: Path, metrics: Mapping[str, Metric]) -> ChargeSubject:
    model = data["charge_model"]
    filters = (_priced(model, each, (*path, "filters", at), each) for at, each in enumerate(data.get("filters") or ()))
    return ChargeSubject(
        path,
        data,
        metrics.get(data["billable_metric_code"]),
        bool(data.get("pay_in_advance")),
        _priced(model, data, path, None),
        tuple(priced for priced in filters if priced is not None),
    )


def _priced(model: str, data: Data, path: Path, filter_: Data | None) -> Priced | None:
    """None for a price that can't be read: validation reports it."""
    properties = with_numeric_bounds(data.get("properties") or {})
    keys = properties.get("pricing_group_keys") or properties.get("grouped_by") or ()
    try:
        return Priced(path, model, price(model, properties), tuple(keys), filter_)
    except PricingError:
        return None


def _fixed_charge(data: Data, path: Path) -> Iterator[FixedSubject]:
    priced = _priced(data["charge_model"], data, path, None)
    if priced is not None:
        yield FixedSubject(path, data, priced, number(data.get("units") or 0))
