"""Bills: as plain JSON data, and as aligned text for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.currencies import exponent
from lago_gitops.pricing.base.numbers import ceiling, from_cents, half_up, quot, significant
from lago_gitops.pricing.base.words import MINUS, SYMBOLS
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.fees.fee import Fee, ItemType, to_json
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.render.document import FORMAT, Document
from lago_gitops.render.paint import Paint
from lago_gitops.render.values import printable

RANKS = (*ItemType, "coupons", "taxes")
"""What a bill consists of, in the order in which people look for it: what is missing to a minimum comes last."""
SHOWN_DECIMALS = 12  # of a price; one with more is the quotient of two others, and is shown to six digits


@dataclass(frozen=True, slots=True)
class About:
    """What a bill is of. `names` are those of fees, by their sort and the code of their charge or plan."""

    plan_code: str
    plan_name: str
    interval: Interval
    first: date
    last: date
    names: Mapping[tuple[ItemType, str], str]
    notes: tuple[str, ...] = ()


# Documents --------------------------------------------------------------------------------------------------------


def bill_document(about: About, invoice: Invoice) -> Document:
    """Fees are in the shape of Lago's own fee object; amounts are cents, decimals are text."""
    return {
        "format_version": FORMAT,
        "plan": {"code": about.plan_code, "name": about.plan_name, "interval": about.interval.value},
        "currency": invoice.currency,
        "from_date": about.first.isoformat(),
        "to_date": about.last.isoformat(),
        "fees": [_fee_document(fee, about) for fee in invoice.fees],
        "coupons": [{"code": each.coupon_code, "amount_cents": each.amount_cents} for each in invoice.credits],
        "taxes": [
            {
                "code": tax.code,
                "rate": tax.rate,
                "fees_amount_cents": tax.fees_amount_cents,
                "amount_cents": tax.amount_cents,
            }
            for tax in invoice.applied_taxes
        ],
        "fees_amount_cents": invoice.fees_amount_cents,
        "coupons_amount_cents": invoice.coupons_amount_cents,
        "sub_total_excluding_taxes_amount_cents": invoice.sub_total_excluding_taxes_amount_cents,
        "taxes_amount_cents": invoice.taxes_amount_cents,
        "total_amount_cents": invoice.total_amount_cents,
        "notes": list(about.notes),
    }


def comparison_document(before: Document, after: Document) -> Document:
    """Two bills and what separates their totals; nothing does where their currencies differ."""
    totals = before["total_amount_cents"], after["total_amount_cents"]
    same = before["currency"] == after["currency"]
    return {
        "format_version": FORMAT,
        "bills": [before, after],
        "difference_cents": totals[1] - totals[0] if same else None,
        "difference_percent": _percent(*totals) if same else None,
    }


def _fee_document(fee: Fee, about: About) -> Document:
    found = to_json(fee)
    name = about.names.get((fee.item_type, fee.charge_code or fee.item_code), fee.item_code)
    unit = fee.unit_amounts
    rate = {} if unit is None else {"conversion_rate": str(unit.conversion_rate), "amount_cents": unit.amount_cents}
    return found | {
        "item": found["item"] | {"name": name},
        "true_up": fee.true_up,
        "pricing_unit_details": rate or None,
    }


def _percent(before: int, after: int) -> str | None:
    """To one decimal; None where there is nothing to take a share of."""
    if before == after:
        return "0.0"
    return f"{half_up(quot(Decimal(after - before) * 100, Decimal(before)), 1):.1f}" if before else None


# Amounts ----------------------------------------------------------------------------------------------------------


def money(cents: int, currency: str) -> str:
    """Cents with the decimals of their currency: €1,234.50, KWD 1.500."""
    return _amount(from_cents(cents, currency), currency, exponent(currency))


def signed_money(cents: int, currency: str) -> str:
    """A difference: +€9.00, −€9.00; €0.00 without a sign."""
    return ("+" if cents > 0 else "") + money(cents, currency)


def price(amount: Decimal, currency: str) -> str:
    """A price in units of the currency, with as many decimals as it has, at least those of the currency."""
    if (exact := _decimals(amount)) <= SHOWN_DECIMALS:
        return _amount(amount, currency, max(exact, exponent(currency)))
    shown = significant(float(amount), 6)
    return "≈" + _amount(shown, currency, _decimals(shown))


def units(value: Decimal) -> str:
    """A number with thousands separated, without zeros at its end."""
    return f"{value.copy_abs():,.{_decimals(value)}f}" if value >= 0 else MINUS + units(value.copy_abs())


def _amount(amount: Decimal, currency: str, decimals: int) -> str:
    symbol = SYMBOLS.get(currency, f"{currency} ")
    sign = MINUS if amount < 0 else ""
    return f"{sign}{symbol}{amount.copy_abs():,.{decimals}f}"


def _decimals(value: Decimal) -> int:
    """Decimals that aren't zeros at the end."""
    _, _, decimals = format(value, "f").partition(".")
    return len(decimals.rstrip("0"))


# Text -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table; `units` and `prices` stay empty where they say nothing."""

    label: str
    amount: str = ""
    units: str = ""
    price: str = ""
    flat: str = ""


def bill_text(document: Document, paint: Paint) -> str:
    """The itemised bill: fees with their tiers, coupons, taxes and the total, in columns."""
    rows = [row for fee in sorted(document["fees"], key=_rank) for row in _fee_rows(fee)]
    table = _table([_Row("", "amount", "units", "per unit", "flat"), *rows, *_total_rows(document)])
    head, *body = table
    ruler = "─" * max(map(len, table))
    items, totals = body[: len(rows)], body[len(rows) :]
    lines = [_title(document), "", head, *items, ruler, *totals[:-1], paint(totals[-1], "green")]
    return "\n".join([*lines, *_notes(document["notes"])])


def comparison_text(document: Document, paint: Paint) -> str:
    """Both bills side by side, sums by charge."""
    before, after = document["bills"]
    head = ("", _column_title(before), _column_title(after), "difference", "")
    rows = [head, *_compared(before, after)]
    if document["difference_cents"] is None:
        rows = [row[:3] for row in rows]
    *lines, total = _columns(rows)
    colour = "yellow" if (document["difference_cents"] or 0) > 0 else "green"
    notes = tuple(dict.fromkeys((*before["notes"], *after["notes"])))
    title = f"{_title(before)}\n{_title(after)}"
    ruler = "─" * max(map(len, (*lines, total)))
    return "\n".join([title, "", *lines, ruler, paint(total, colour), *_notes(notes)])


def _rank(fee: Document) -> int:
    """Lago puts the fee of a plan in advance behind the usage."""
    return RANKS.index(fee["item"]["type"])


def _title(document: Document) -> str:
    plan = document["plan"]
    name = printable(f"{plan['name']} ({plan['code']})")
    first, last = (date.fromisoformat(document[key]) for key in ("from_date", "to_date"))
    days = (last - first).days + 1
    return f"{name}, {plan['interval']}, {document['currency']}, {_day(first)} – {_day(last)} ({days} days)"


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def _notes(notes: Iterable[str]) -> list[str]:
    lines = [f"note: {printable(note)}" for note in notes]
    return ["", *lines] if lines else []


def _fee_rows(fee: Document) -> Iterator[_Row]:
    currency, details = fee["amount_currency"], fee["amount_details"]
    parts = tuple(_part_rows(details, currency)) if not fee["true_up"] else ()
    per_unit, flat = ("", "") if parts or fee["true_up"] else _unit_prices(fee)
    shown_units = "" if fee["item"]["type"] in {"subscription", "commitment"} or fee["true_up"] else fee["units"]
    yield _Row(
        label=_label(fee),
        amount=money(fee["amount_cents"], currency),
        units=units(Decimal(shown_units)) if shown_units else "",
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
    """Price and flat amount of a fee whose model explains nothing, or explains it in one line."""
    currency, details = fee["amount_currency"], fee["amount_details"]
    if fee["item"]["type"] in {"subscription", "commitment"}:
        plan_cents = details.get("plan_amount_cents")
        part = plan_cents is not None and plan_cents != fee["amount_cents"]
        return (f"of {money(plan_cents, currency)}" if part else ""), ""
    flat = Decimal(details.get("flat_unit_amount", "0"))
    per_unit = Decimal(details.get("per_unit_amount", fee["precise_unit_amount"]))
    return price(per_unit, currency), price(flat, currency) if flat else ""


def _part_rows(details: Document, currency: str) -> Iterator[_Row]:
    """How the amount of a fee comes about, tier by tier."""
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
        units=units(Decimal(tier["units"])),
        price=per_unit,
        flat=price(flat, currency) if flat else "",
    )


def _bound(value: float | None) -> str:
    return "∞" if value is None else units(Decimal(str(value)))


def _rate(rate: str) -> str:
    return f"{units(Decimal(rate))} %"


def _package_rows(details: Document, currency: str) -> Iterator[_Row]:
    free, paid = Decimal(details["free_units"]), Decimal(details["paid_units"])
    size, amount = details["per_package_size"], Decimal(details["per_package_unit_amount"])
    if free:
        yield _Row("  free", price(Decimal(0), currency), units(free))
    packages = ceiling(quot(paid, Decimal(size)))
    label = f"  {units(packages)} package{'' if packages == 1 else 's'} of {units(Decimal(size))}"
    yield _Row(label, price(packages * amount, currency), units(paid), f"{price(amount, currency)} each")


def _percentage_rows(details: Document, currency: str) -> Iterator[_Row]:
    free_units, free_events = Decimal(details["free_units"]), Decimal(str(details["free_events"]))
    if free_units or free_events:
        events = f" ({_events(free_events)})" if free_events else ""
        yield _Row(f"  free{events}", price(Decimal(0), currency), units(free_units))
    share = Decimal(str(details["per_unit_total_amount"]))
    yield _Row("  share", price(share, currency), units(Decimal(details["paid_units"])), _rate(details["rate"]))
    if fixed := Decimal(details["fixed_fee_total_amount"]):
        each = price(Decimal(details["fixed_fee_unit_amount"]), currency)
        yield _Row(f"  {_events(Decimal(str(details['paid_events'])))}", price(fixed, currency), "", f"{each} each")
    if adjustment := Decimal(details["min_max_adjustment_total_amount"]):
        yield _Row("  minimum and maximum of events", price(adjustment, currency))


def _events(number: Decimal) -> str:
    return f"{units(number)} event{'' if number == 1 else 's'}"


def _conversion_rows(fee: Document) -> Iterator[_Row]:
    details = fee["pricing_unit_details"]
    if details is not None:
        amount = units(Decimal(details["amount_cents"]).scaleb(-2))
        rate = price(Decimal(details["conversion_rate"]), fee["amount_currency"])
        yield _Row(f"  {amount} in the pricing unit", price=f"{rate} each")


def _total_rows(document: Document) -> Iterator[_Row]:
    """What only repeats the sum of the fees is left out."""
    currency = document["currency"]
    if document["coupons"] or document["taxes"]:
        yield _Row("Fees", money(document["fees_amount_cents"], currency))
    for coupon in document["coupons"]:
        yield _Row(f"Coupon {printable(coupon['code'])}", money(-coupon["amount_cents"], currency))
    if document["coupons"] and document["taxes"]:
        yield _Row("Subtotal", money(document["sub_total_excluding_taxes_amount_cents"], currency))
    for tax in document["taxes"]:
        base = money(tax["fees_amount_cents"], currency)
        rate = units(Decimal(str(tax["rate"])))
        yield _Row(f"Tax {printable(tax['code'])}, {rate} % of {base}", money(tax["amount_cents"], currency))
    yield _Row("Total", money(document["total_amount_cents"], currency))


def _table(rows: Sequence[_Row]) -> list[str]:
    """The rows in columns; what no row but the first has is no column."""
    cells = [(row.label, row.units, row.price, row.flat, row.amount) for row in rows]
    return _columns(cells)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Texts to the left, figures to the right; a column that is empty below its title is left out."""
    used = [at for at in range(len(rows[0])) if at == 0 or any(row[at] for row in rows[1:])]
    widths = {at: max(len(row[at]) for row in rows) for at in used}
    return [
        "  ".join(row[at].ljust(widths[at]) if at == 0 else row[at].rjust(widths[at]) for at in used).rstrip()
        for row in rows
    ]


# Side by side -----------------------------------------------------------------------------------------------------

Key = tuple[str, str]


def _column_title(document: Document) -> str:
    return printable(str(document["plan"]["code"]))


def _compared(before: Document, after: Document) -> Iterator[tuple[str, ...]]:
    sums = _sums(before), _sums(after)
    for key in sorted(dict.fromkeys((*sums[0], *sums[1])), key=lambda each: RANKS.index(each[0])):
        label = next(found[key][0] for found in sums if key in found)
        amounts = tuple(found[key][1] if key in found else None for found in sums)
        yield _compared_row(label, amounts, (before["currency"], after["currency"]))
    totals = before["total_amount_cents"], after["total_amount_cents"]
    yield _compared_row("Total", totals, (before["currency"], after["currency"]))


def _compared_row(label: str, cents: tuple[int | None, ...], currencies: tuple[str, str]) -> tuple[str, ...]:
    shown = tuple("" if each is None else money(each, of) for each, of in zip(cents, currencies, strict=True))
    before, after = (each or 0 for each in cents)
    percent = _percent(before, after)
    share = "" if percent is None else f"{'+' if after > before else ''}{percent} %".replace("-", MINUS)
    return (label, *shown, signed_money(after - before, currencies[0]), share)


def _sums(document: Document) -> dict[Key, tuple[str, int]]:
    """Cents by what they are for: fees by their sort and metric or add-on, coupons and taxes each in one."""
    found: dict[Key, tuple[str, int]] = {}
    for fee in sorted(document["fees"], key=_rank):
        key = _key(fee)
        label, cents = found.get(key, (_sum_label(fee), 0))
        found[key] = label, cents + fee["amount_cents"]
    for name, cents in (("Coupons", -document["coupons_amount_cents"]), ("Taxes", document["taxes_amount_cents"])):
        if cents:
            found[name.lower(), ""] = name, cents
    return found


def _key(fee: Document) -> Key:
    """Plans to compare have different codes, and so may have their charges on the same metric."""
    sort = fee["item"]["type"]
    return sort, "" if sort in {"subscription", "commitment"} else fee["item"]["code"]


def _sum_label(fee: Any) -> str:
    """Both plans have a fee of their own name."""
    return "Subscription" if fee["item"]["type"] == "subscription" else printable(fee["item"]["name"])
