"""Usage: the input of a charge model, aggregated from events or stated directly."""

from dataclasses import dataclass, field
from decimal import Decimal

from lago_gitops.pricing.base.numbers import ZERO


@dataclass(frozen=True, slots=True)
class Summed:
    """The values of individual events, in chronological order."""

    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Events, or distinct values, that count as one each."""

    units: int
    events: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The values of individual events; the first largest one is the usage."""

    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Untold:
    """An aggregation without values of individual events, such as a weighted sum."""


Transactions = Summed | Counted | Peak | Untold


@dataclass(frozen=True, slots=True)
class ProratedEvent:
    """One event of a prorated charge: units added, before and after proration."""

    full: Decimal
    prorated: Decimal


@dataclass(frozen=True, slots=True)
class Prorated:
    """What prorated units don't show: the full units, and the events behind them."""

    full_units: Decimal
    steps: tuple[ProratedEvent, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    units: Decimal  # the units that the price applies to; prorated if the charge is
    events_count: Decimal | int  # a decimal for unique counts, for which it equals the units
    transactions: Transactions = Untold()
    priced: Transactions | None = None  # the transactions priced one by one, if not all
    prorated: Prorated | None = None
    total_aggregated_units: Decimal | None = None  # None: the units that the fee shows
    precise_total_amount_cents: Decimal = field(default=ZERO)  # for dynamic charges, sent with the events

    @property
    def full_units(self) -> Decimal:
        """Units before proration: a fee shows them, and they determine the tier of a volume charge."""
        return self.prorated.full_units if self.prorated else self.units


NOTHING = Usage(ZERO, 0)


def counted(units: int) -> Usage:
    """This many events of one unit each."""
    return Usage(Decimal(units), units, Counted(units, units))


def summed(*values: Decimal) -> Usage:
    """One event per value, in chronological order."""
    return Usage(sum(values, ZERO), len(values), Summed(values))


def without_last(transactions: Transactions) -> Transactions:
    """The transactions without the last event; a distinct value that it may have added stays counted."""
    match transactions:
        case Summed(values):
            return Summed(values[:-1])
        case Counted(units, events):
            return Counted(units, max(events - 1, 0))
    return transactions
