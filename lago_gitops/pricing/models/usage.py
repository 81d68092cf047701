"""Usage: what a charge model is applied to, whether it was added up from events or simply given."""

from dataclasses import dataclass, field
from decimal import Decimal

from lago_gitops.pricing.base.numbers import ZERO


@dataclass(frozen=True, slots=True)
class Summed:
    """The values of single events, in order of time."""

    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Events, or distinct values, that count one each."""

    units: int
    events: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The values of single events, of which the first largest one is the usage."""

    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Untold:
    """An aggregation of which single events have no part, such as a weighted sum."""


Transactions = Summed | Counted | Peak | Untold


@dataclass(frozen=True, slots=True)
class ProratedEvent:
    """One event of a prorated charge: units that it adds, and what is left of them after proration."""

    full: Decimal
    prorated: Decimal


@dataclass(frozen=True, slots=True)
class Prorated:
    """What proration leaves out of sight: the units themselves, and the way to them."""

    full_units: Decimal
    steps: tuple[ProratedEvent, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    units: Decimal  # that the price applies to; prorated where the charge is
    events_count: Decimal | int  # a decimal for unique counts, where it is the units
    transactions: Transactions = Untold()
    priced: Transactions | None = None  # those that are priced one by one, where they aren't all of `transactions`
    prorated: Prorated | None = None
    total_aggregated_units: Decimal | None = None  # None: the units that the fee shows
    precise_total_amount_cents: Decimal = field(default=ZERO)  # of dynamic charges, given by the events

    @property
    def full_units(self) -> Decimal:
        """Units before proration: those that a fee shows and by which a tier of a volume charge is chosen."""
        return self.prorated.full_units if self.prorated else self.units


NOTHING = Usage(ZERO, 0)


def counted(units: int) -> Usage:
    """So many events of one unit each."""
    return Usage(Decimal(units), units, Counted(units, units))


def summed(*values: Decimal) -> Usage:
    """One event a value, in order of time."""
    return Usage(sum(values, ZERO), len(values), Summed(values))


def without_last(transactions: Transactions) -> Transactions:
    """The transactions before the last event came; the distinct values that it may have added stay counted."""
    match transactions:
        case Summed(values):
            return Summed(values[:-1])
        case Counted(units, events):
            return Counted(units, max(events - 1, 0))
    return transactions
