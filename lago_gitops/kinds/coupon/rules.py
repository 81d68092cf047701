"""What Lago asks of a coupon, and what it takes although it can't mean anything."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.kind import Finding, Lookup


def _belongs(coupon: Mapping[str, Any], field: str, deciding: str, value: str) -> Iterator[Finding]:
    """`field` is needed where `deciding` has the value, and means nothing elsewhere."""
    fits = coupon[deciding] == value
    if fits and coupon.get(field) is None:
        yield Finding((deciding,), f"{deciding}: {value} needs {field}", f"add {field}")
    if not fits and coupon.get(field) is not None:
        yield Finding(
            (field,), f"{field} has no effect with {deciding}: {coupon[deciding]}", f"leave it out, or use {value}"
        )


def amount_complete(coupon: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    yield from _belongs(coupon, "amount_cents", "coupon_type", "fixed_amount")
    yield from _belongs(coupon, "amount_currency", "coupon_type", "fixed_amount")
    yield from _belongs(coupon, "percentage_rate", "coupon_type", "percentage")


def duration_complete(coupon: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    yield from _belongs(coupon, "frequency_duration", "frequency", "recurring")


def expiration_complete(coupon: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    yield from _belongs(coupon, "expiration_at", "expiration", "time_limit")


def one_limit(coupon: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    limits = coupon.get("applies_to") or {}
    if limits.get("plan_codes") and limits.get("billable_metric_codes"):
        yield Finding(
            ("applies_to",), "a coupon can be limited to plans or to metrics, not to both", "make two coupons"
        )


COUPON_RULES = (amount_complete, duration_complete, expiration_complete, one_limit)
