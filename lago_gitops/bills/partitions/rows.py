"""A billed fee as a flat row of a table in a file or a warehouse, and back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lago_gitops.bills.audit.billed import BilledFee, Filters, Group, moment
from lago_gitops.bills.audit.listings import Place
from lago_gitops.pricing.base.numbers import number
from lago_gitops.pricing.fees.fee import ItemType

Flat = Mapping[str, str | int]
NUMBERS: Final = ("amount_cents", "events_count")  # the columns that are integers; all others are texts
COLUMNS: Final = (
    *("lago_id", "item_type", "item_code", "plan", "charge", "subscription", "created_at", "from", "to", "currency"),
    *("amount_cents", "precise_amount", "unit_amount", "units", "events_count", "details", "filters", "group"),
    *("in_advance", "event", "true_up_of"),
)
REQUIRED: Final = ("item_type", "plan", "subscription", "from", "to", "currency", "amount_cents", "units")
"""Columns that a warehouse table must have; any other may be missing and counts as empty."""


class RowError(ValueError):
    """A row can't be read; the text says which column is wrong."""


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee, and where its price is found."""

    fee: BilledFee
    place: Place


def flat(row: FeeRow, *, hashes: bool = True) -> dict[str, str | int]:
    """Exact numbers are strings, lists and maps are JSON. Customers are left out; `hashes` hides subscriptions, too."""
    fee = row.fee
    return {
        "lago_id": fee.lago_id,
        "item_type": fee.item_type.value,
        "item_code": fee.item_code,
        "plan": row.place.plan,
        "charge": row.place.charge,
        "subscription": hidden(fee.subscription) if hashes else fee.subscription,
        "created_at": fee.created_at.isoformat(),
        "from": fee.start.isoformat(),
        "to": fee.end.isoformat(),
        "currency": fee.currency,
        "amount_cents": fee.amount_cents,
        "precise_amount": _plain(fee.precise_amount),
        "unit_amount": _plain(fee.unit_amount),
        "units": _plain(fee.units),
        "events_count": fee.events_count,
        "details": json.dumps(fee.details, sort_keys=True, default=str) if fee.details else "",
        "filters": "" if fee.filters is None else _words(fee.filters),
        "group": json.dumps(dict(sorted(fee.group))) if fee.group else "",
        "in_advance": "true" if fee.in_advance else "",
        "event": hidden(fee.event) if fee.event and hashes else fee.event,
        "true_up_of": fee.true_up_of,
    }


def read(values: Mapping[str, Any]) -> FeeRow:
    """Raises RowError."""
    missing = [name for name in REQUIRED if values.get(name) in (None, "")]
    if missing:
        raise RowError(f"{missing[0]} is missing")
    try:
        return _read({name: "" if value is None else value for name, value in values.items()})
    except (ValueError, TypeError, ArithmeticError) as error:
        raise RowError(str(error)) from None


def hidden(name: str) -> str:
    """A pseudonym: always the same for a name, without revealing it."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _read(values: Mapping[str, Any]) -> FeeRow:
    currency, cents = values["currency"], int(values["amount_cents"])
    return FeeRow(
        BilledFee(
            lago_id=values.get("lago_id", ""),
            item_type=ItemType(values["item_type"]),
            item_code=values.get("item_code", ""),
            item_id=values.get("charge", ""),
            subscription=values["subscription"],
            subscription_id=values["subscription"],
            customer="",
            invoice_id="",
            created_at=moment(values.get("created_at") or values["to"]),
            start=moment(values["from"]),
            end=moment(values["to"]),
            currency=currency,
            amount_cents=cents,
            precise_amount=number(values.get("precise_amount") or 0),
            unit_amount=number(values.get("unit_amount") or 0),
            units=number(values["units"]),
            events_count=int(values.get("events_count") or 0),
            details=json.loads(values.get("details") or "{}"),
            filters=_filters(values.get("filters") or ""),
            group=_group(values.get("group") or ""),
            in_advance=values.get("in_advance") in ("true", True),
            event=values.get("event", ""),
            true_up_of=values.get("true_up_of", ""),
        ),
        Place(values["plan"], values.get("charge", "")),
    )


def _words(filters: Filters) -> str:
    return json.dumps({key: sorted(words) for key, words in sorted(filters)})


def _filters(text: str) -> Filters | None:
    return frozenset((key, frozenset(words)) for key, words in json.loads(text).items()) if text else None


def _group(text: str) -> Group:
    return frozenset(json.loads(text).items()) if text else frozenset()


def _plain(value: Decimal) -> str:
    return format(value, "f")
