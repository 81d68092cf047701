"""Usage of a closed period as Lago reports it, as rows: one per bucket of a charge."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.bills.audit.billed import BilledFee, moment
from lago_gitops.bills.audit.listings import Place
from lago_gitops.bills.partitions.rows import FeeRow
from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import number, quot
from lago_gitops.pricing.fees.fee import ItemType

Document = Mapping[str, Any]


def usage_rows(period: Document, subscription: str, plan: str) -> Iterator[FeeRow]:
    """Rows of one of the `usage_periods`, with amounts in whole cents. Raises KeyError, ValueError."""
    for usage in period["charges_usage"]:
        for bucket in usage.get("grouped_usage") or (usage,):
            for one in bucket.get("filters") or (bucket,):
                yield FeeRow(_fee(period, usage, bucket, one, subscription), Place(plan, usage["charge"]["code"]))


def _fee(period: Document, usage: Document, bucket: Document, one: Document, subscription: str) -> BilledFee:
    cents, currency = int(one["amount_cents"]), usage["amount_currency"]
    end = moment(period["to_datetime"])
    values = one.get("values")
    return BilledFee(
        lago_id="",
        item_type=ItemType.CHARGE,
        item_code=usage["billable_metric"]["code"],
        item_id="",
        subscription=subscription,
        subscription_id=subscription,
        customer="",
        invoice_id="",
        created_at=end,
        start=moment(period["from_datetime"]),
        end=end,
        currency=currency,
        amount_cents=cents,
        precise_amount=quot(number(cents), number(subunits(currency))),
        unit_amount=number(0),
        units=number(one["units"]),
        events_count=int(one.get("events_count") or 0),
        details={},
        filters=frozenset((key, frozenset(words)) for key, words in values.items()) if values else None,
        group=frozenset((bucket.get("grouped_by") or {}).items()),
    )
