"""A bill for people: fees with their components, in columns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from lago_gitops.pricing.base.numbers import ceiling, quot, significant
from lago_gitops.pricing.base.words import decimals, figure, money, money_of
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.render.base.columns import table
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.document import Document

RANKS: Final = (*ItemType, "coupons", "taxes")
"""The types of fees in the order in which people look for them; true-ups come last."""
SHOWN_DECIMALS: Final = 12  # decimals of a price; one with more is a quotient, and is shown to six digits


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table; `units` and `prices` are empty when they have no meaning."""

    label: str
    amount: str = ""
    units: str = ""
    price: str = ""
    flat: str = ""


def bill_text(document: Document, paint: Paint) -> str:
    """The itemised bill: fees with their tiers, coupons, taxes and the total, in columns."""
    rows = [row for fee in sorted(document["fees"], key=rank) for row in _fee_rows(fee)]
    lines = _table([_Row("", "amount", "units", "per unit", "flat"), *rows, *_total_rows(document)])
    head, *body = lines
    ruler = "─" * max(map(len, lines))
    items, totals = body[: len(rows)], body[len(rows) :]
    shown = [heading(document), "", head, *items, ruler, *totals[:-1], paint(totals[-1], "green")]
    return "\n".join([*shown, *note_lines(document["notes"])])


def price(amount: Decimal, currency: str) -> str:
    """A price in units of the currency, with all of its decimals, and at least the currency's."""
    if decimals(amount) <= SHOWN_DECIMALS:
        return money(amount, currency)
    return f"≈{money(significant(float(amount), 6), currency)}"


def rank(fee: Document) -> int:
    """Plan fees first: Lago puts the fee of a plan billed in advance after the usage."""
    return RANKS.index(fee["item"]["type"])


def heading(document: Document) -> str:
    plan = document["plan"]
    name = printable(f"{plan['name']} ({plan['code']})")
    first, last = (date.fromisoformat(document[key]) for key in ("from_date", "to_date"))
    days = (last - first).days + 1
    return f"{name}, {plan['interval']}, {document['currency']}, {_day(first)} – {_day(last)} ({days} days)"


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def note_lines(notes: Iterable[str]) -> list[str]:
    lines = [f"note: {printable(note)}" for note in notes]
    return ["", *lines] if lines else []


def _fee_rows(fee: Document) -> Iterator[_Row]:
    currency, details = fee["amount_currency"], fee["amount_details"]
    parts = tuple(_part_rows(details, currency)) if not fee["true_up"] else ()
    per_unit, flat = ("", "") if parts or fee["true_up"] else _unit_prices(fee)
    shown_units = "" if fee["item"]["type"] in {"subscription", "commitment"} or fee["true_up"] else fee["units"]
    yield _Row(
        label=_label(fee),
        amount=("≈" if fee.get("approximate") else "") + money_of(fee["amount_cents"], currency),
        units=figure(Decimal(shown_units)) if shown_units else "",
        price=per_unit,
        flat=flat,
    )
    yield from parts
    yield from _conversion_rows(fee)


def _label(fee: Document) -> str:
    item = fee["item"]
    code = fee["charge_code"] or fee["fixed_charge_code"]
    name = f"{item['name']} ({code})" if code and code != item["name"] else item["name"]
    if fee["true_up"]:
        return printable(f"Minimum of {name}")
    which = [item["filter_invoice_display_name"] or "" if item["filters"] else ""]
    which += [f"{key}={'–' if value is None else value}" for key, value in item["grouped_by"].items()]
    return printable(" · ".join((name, *filter(None, which))))


def _unit_prices(fee: Document) -> tuple[str, str]:
    """Price and flat amount of a fee whose model has no details, or only one line of them."""
    currency, details = fee["amount_currency"], fee["amount_details"]
    if fee["item"]["type"] in {"subscription", "commitment"}:
        plan_cents = details.get("plan_amount_cents")
        part = plan_cents is not None and plan_cents != fee["amount_cents"]
        return (f"of {money_of(plan_cents, currency)}" if part else ""), ""
    flat = Decimal(details.get("flat_unit_amount", "0"))
    per_unit = Decimal(details.get("per_unit_amount", fee["precise_unit_amount"]))
    return price(per_unit, currency), price(flat, currency) if flat else ""


def _part_rows(details: Document, currency: str) -> Iterator[_Row]:
    """The components of a fee's amount, tier by tier."""
    for tier in details.get("graduated_ranges", ()):
        yield _tier_row(tier, currency, price(Decimal(tier["per_unit_amount"]), currency))
    for tier in details.get("graduated_percentage_ranges", ()):
        yield _tier_row(tier, currency, _rate(tier["rate"]))
    if details.get("per_package_size"):
        yield from _package_rows(details, currency)
    if "paid_events" in details:
        yield from _percentage_rows(details, currency)


def _tier_row(tier: Document, currency: str, per_unit: str) -> _Row:
    flat = Decimal(tier["flat_unit_amount"])
    return _Row(
        label=f"  {_bound(tier['from_value'])} – {_bound(tier['to_value'])}",
        amount=price(Decimal(tier["total_with_flat_amount"]), currency),
        units=figure(Decimal(tier["units"])),
        price=per_unit,
        flat=price(flat, currency) if flat else "",
    )


def _bound(value: float | None) -> str:
    return "∞" if value is None else figure(Decimal(str(value)))


def _rate(rate: str) -> str:
    return f"{figure(Decimal(rate))}%"


def _package_rows(details: Document, currency: str) -> Iterator[_Row]:
    free, paid = Decimal(details["free_units"]), Decimal(details["paid_units"])
    size, amount = details["per_package_size"], Decimal(details["per_package_unit_amount"])
    if free:
        yield _Row("  free", price(Decimal(0), currency), figure(free))
    packages = ceiling(quot(paid, Decimal(size)))
    label = f"  {figure(packages)} package{'' if packages == 1 else 's'} of {figure(Decimal(size))}"
    yield _Row(label, price(packages * amount, currency), figure(paid), f"{price(amount, currency)} each")


def _percentage_rows(details: Document, currency: str) -> Iterator[_Row]:
    free_units, free_events = Decimal(details["free_units"]), Decimal(str(details["free_events"]))
    if free_units or free_events:
        events = f" ({_events(free_events)})" if free_events else ""
        yield _Row(f"  free{events}", price(Decimal(0), currency), figure(free_units))
    share = Decimal(str(details["per_unit_total_amount"]))
    yield _Row("  share", price(share, currency), figure(Decimal(details["paid_units"])), _rate(details["rate"]))
    if fixed := Decimal(details["fixed_fee_total_amount"]):
        each = price(Decimal(details["fixed_fee_unit_amount"]), currency)
        yield _Row(f"  {_events(Decimal(str(details['paid_events'])))}", price(fixed, currency), "", f"{each} each")
    if adjustment := Decimal(details["min_max_adjustment_total_amount"]):
        yield _Row("  minimum and maximum per event", price(adjustment, currency))


def _events(number: Decimal) -> str:
    return f"{figure(number)} event{'' if number == 1 else 's'}"


def _conversion_rows(fee: Document) -> Iterator[_Row]:
    details = fee["pricing_unit_details"]
    if details is not None:
        amount = figure(Decimal(details["amount_cents"]).scaleb(-2))
        rate = price(Decimal(details["conversion_rate"]), fee["amount_currency"])
        yield _Row(f"  {amount} in the pricing unit", price=f"{rate} each")


def _total_rows(document: Document) -> Iterator[_Row]:
    """Totals; those that only repeat the sum of the fees are left out."""
    currency = document["currency"]
    if document["coupons"] or document["taxes"]:
        yield _Row("Fees", money_of(document["fees_amount_cents"], currency))
    for coupon in document["coupons"]:
        yield _Row(f"Coupon {printable(coupon['code'])}", money_of(-coupon["amount_cents"], currency))
    if document["coupons"] and document["taxes"]:
        yield _Row("Subtotal", money_of(document["sub_total_excluding_taxes_amount_cents"], currency))
    for tax in document["taxes"]:
        base = money_of(tax["fees_amount_cents"], currency)
        rate = figure(Decimal(str(tax["rate"])))
        yield _Row(f"Tax {printable(tax['code'])}, {rate}% of {base}", money_of(tax["amount_cents"], currency))
    yield _Row("Total", money_of(document["total_amount_cents"], currency))


def _table(rows: Sequence[_Row]) -> list[str]:
    """The rows in columns; columns that are empty in all rows but the first are left out."""
    return list(table([(row.label, row.units, row.price, row.flat, row.amount) for row in rows]))
