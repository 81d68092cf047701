"""What a test expects of a bill, and how the bill differs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.bills.bill import Bill
from lago_gitops.pricing.base.numbers import from_cents
from lago_gitops.pricing.fees.fee import Fee, ItemType

TOTALS = ("coupons", "subtotal", "taxes", "total")
FEES = {"subscription": ItemType.SUBSCRIPTION, "commitment": ItemType.COMMITMENT}
ITEMS = {"charges": ItemType.CHARGE, "fixed_charges": ItemType.FIXED_CHARGE}


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount compared: a total, the fees of one type, or those of one charge whose events have certain properties.

    `key` is the charge as the test writes it, `code` the charge that it means.
    """

    name: str
    key: str = ""
    code: str = ""
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name, self.key) if self.key else (self.name,)

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Exactly:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds, both inclusive."""

    at_least: Decimal | None
    at_most: Decimal | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """Amounts are in units of the plan's currency."""

    amount: Amount
    wanted: Exactly | Between


@dataclass(frozen=True, slots=True)
class Miss:
    """`difference` is got minus expected, or the distance to the bound that is missed."""

    expectation: Expectation
    got: Decimal
    difference: Decimal


def misses(bill: Bill, expectations: Iterable[Expectation]) -> Iterator[Miss]:
    """The expectations that the bill does not meet."""
    for each in expectations:
        got = amount_of(bill, each.amount)
        if difference := _difference(got, each.wanted):
            yield Miss(each, got, difference)


def amount_of(bill: Bill, amount: Amount) -> Decimal:
    """In units of the plan's currency; 0 for anything not on the bill."""
    return from_cents(_cents(bill, amount), bill.plan.currency)


def _difference(got: Decimal, wanted: Exactly | Between) -> Decimal:
    match wanted:
        case Exactly(value):
            return got - value
        case Between(at_least, _) if at_least is not None and got < at_least:
            return got - at_least
        case Between(_, at_most) if at_most is not None and got > at_most:
            return got - at_most
    return Decimal(0)


def _cents(bill: Bill, amount: Amount) -> int:
    invoice = bill.invoice
    match amount.name:
        case "total":
            return invoice.total_amount_cents
        case "subtotal":
            return invoice.sub_total_excluding_taxes_amount_cents
        case "coupons":
            return invoice.coupons_amount_cents
        case "taxes":
            return invoice.taxes_amount_cents
        case name if name in FEES:
            return sum(fee.amount_cents for fee in invoice.fees if fee.item_type == FEES[name])
    return sum(fee.amount_cents for fee in invoice.fees if _is_meant(fee, amount))


def _is_meant(fee: Fee, amount: Amount) -> bool:
    return (
        fee.item_type == ITEMS[amount.name]
        and fee.charge_code == amount.code
        and all(_has(fee, key, value) for key, value in amount.properties)
    )


def _has(fee: Fee, key: str, value: str) -> bool:
    """Whether the fee's filter or group has these properties. True-ups to a minimum have none."""
    if fee.true_up:
        return False
    return value in dict(fee.filters or ()).get(key, ()) or (key, value or None) in fee.grouped_by
