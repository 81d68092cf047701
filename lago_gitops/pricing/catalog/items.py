"""The price list as the engine sees it: metrics, plans with their charges, coupons and taxes, all frozen."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lago_gitops.pricing.models import Price

ALL_VALUES = "__ALL_FILTER_VALUES__"  # Lago's word for every value that the metric declares for a key


class Aggregation(StrEnum):
    COUNT = "count_agg"
    SUM = "sum_agg"
    MAX = "max_agg"
    UNIQUE_COUNT = "unique_count_agg"
    WEIGHTED_SUM = "weighted_sum_agg"
    LATEST = "latest_agg"
    CUSTOM = "custom_agg"


class Rounding(StrEnum):
    CEIL = "ceil"
    FLOOR = "floor"
    ROUND = "round"


class Interval(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Metric:
    code: str
    aggregation: Aggregation
    field_name: str | None = None
    recurring: bool = False
    rounding: Rounding | None = None
    rounding_precision: int = 0
    filter_values: tuple[tuple[str, tuple[str, ...]], ...] = ()  # key → declared values


@dataclass(frozen=True, slots=True)
class ChargeFilter:
    """A price for events whose properties have these values; group keys are its own, never the charge's."""

    values: tuple[tuple[str, tuple[str, ...]], ...]  # key → values, as sent
    price: Price
    group_keys: tuple[str, ...] = ()
    invoice_display_name: str | None = None
    custom_properties: str = ""  # properties passed to a custom metric's code, as JSON
    is_lost: bool = False  # whether an old server bills none of its events


@dataclass(frozen=True, slots=True)
class PricingUnit:
    """A charge priced in credits: one of them is worth `conversion_rate` of the plan's currency."""

    conversion_rate: Decimal
    code: str = ""
    short_name: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    code: str
    metric: Metric
    price: Price
    group_keys: tuple[str, ...] = ()
    filters: tuple[ChargeFilter, ...] = ()  # the oldest first
    pay_in_advance: bool = False
    invoiceable: bool = True
    regroups_paid_fees: bool = False  # calls for a statement of what was paid without an invoice
    prorated: bool = False
    min_amount_cents: int = 0  # in cents of the pricing unit, if there is one
    pricing_unit: PricingUnit | None = None
    tax_codes: tuple[str, ...] = ()
    custom_properties: str = ""  # properties passed to a custom metric's code, as JSON


@dataclass(frozen=True, slots=True)
class FixedCharge:
    code: str
    add_on_code: str
    price: Price
    units: Decimal = Decimal(0)
    pay_in_advance: bool = False
    prorated: bool = False
    tax_codes: tuple[str, ...] = ()  # its own or, where it has none, those of its add-on


@dataclass(frozen=True, slots=True)
class MinimumCommitment:
    amount_cents: int
    tax_codes: tuple[str, ...] = ()
    name: str = "Minimum commitment"  # that of its fee


@dataclass(frozen=True, slots=True)
class UsageThreshold:
    """An amount of usage at which an invoice is created before the period ends. At most one per plan recurs."""

    amount_cents: int
    recurring: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    code: str
    interval: Interval
    amount_cents: int
    currency: str
    pay_in_advance: bool = False
    trial_days: Decimal = Decimal(0)
    bill_charges_monthly: bool = False
    bill_fixed_charges_monthly: bool = False
    charges: tuple[Charge, ...] = ()
    fixed_charges: tuple[FixedCharge, ...] = ()
    minimum_commitment: MinimumCommitment | None = None
    usage_thresholds: tuple[UsageThreshold, ...] = ()
    tax_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tax:
    code: str
    rate: float  # per cent; Lago itself keeps it as a float


class Frequency(StrEnum):
    ONCE = "once"
    RECURRING = "recurring"
    FOREVER = "forever"


@dataclass(frozen=True, slots=True)
class Percentage:
    rate: Decimal  # per cent


@dataclass(frozen=True, slots=True)
class FixedAmount:
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Coupon:
    code: str
    discount: Percentage | FixedAmount
    frequency: Frequency = Frequency.ONCE
    frequency_duration: int | None = None  # number of invoices, for a recurring coupon
    plan_codes: frozenset[str] = field(default_factory=frozenset)  # empty: not limited to plans
    metric_codes: frozenset[str] = field(default_factory=frozenset)  # empty: not limited to metrics
