"""Metrics: filter values that no number in an event can equal, and units that change under existing prices.

Lago stores any text as a value of a filter, and compares it with the event's property as PostgreSQL prints it: the
number 1.5 is `1.5`, never `1.50`, `+1.5` or `15e-1`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.plurals import counted, listed
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.model.resources import Address, Change, Create, Delete, FieldChange, Update
from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.lint.rule import LintFinding, Rule
from lago_gitops.pricing.lint.subject import METRIC, Catalogue, Subject

UNITS_CHANGE: Final = "metric-units-change"
UNIT_FIELDS: Final = frozenset(
    {"aggregation_type", "field_name", "expression", "recurring", "rounding_function", "rounding_precision"}
)
"""The fields that determine how events become units."""

_PLAIN: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9]|\.0)?", re.ASCII)
_SHOWN: Final = 3  # most charges named in a sentence


def numeral_values(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for at, each in enumerate(subject.data.get("filters") or ()):
        for index, value in enumerate(each["values"]):
            number = _number(value)
            if number is not None and not _PLAIN.fullmatch(value):
                yield Finding(
                    ("filters", at, "values", index),
                    f"an event with the number {value.strip()} doesn't have the value {value!r}, but "
                    f"{_as_printed(number)!r}",
                    "write the number without sign, exponent and trailing zeros, unless events send exactly this text",
                )


def metric_unit_changes(changes: Iterable[Change], plans: Mapping[Address, Mapping[str, Any]]) -> Iterator[LintFinding]:
    """Metrics whose units change while charges keep the prices for the old units.

    `plans` are Lago's, in canonical form; they are considered with the changes applied.
    """
    all_ = tuple(changes)
    unit_changes = [each for change in all_ for each in _unit_fields(change)]
    kept = _kept_prices(plans, all_) if unit_changes else {}
    for change, field in unit_changes:
        if charges := kept.get((change.live.address.key, change.address.key)):
            yield _unit_change(change, field, charges)


RULES: Final = (
    Rule(
        "numeral-values",
        Severity.WARNING,
        "A filter value that no number sent by an event can equal",
        numeral_values,
        (METRIC,),
    ),
)


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None  # a code such as 1e999 isn't a number


def _as_printed(number: Decimal) -> str:
    return str(int(number)) if number == number.to_integral_value() else text(number)


def _unit_fields(change: Change) -> Iterator[tuple[Update, FieldChange]]:
    """The first field, if any, by which a metric's units change."""
    if isinstance(change, Update) and change.address.kind == METRIC:
        yield from islice(((change, field) for field in change.fields if field.keys[0] in UNIT_FIELDS), 1)


def _kept_prices(
    plans: Mapping[Address, Mapping[str, Any]], changes: Iterable[Change]
) -> Mapping[tuple[str, str], list[str]]:
    """The charges that were there before and have the same price after, by the codes that their metric had and has."""
    keeping: dict[tuple[str, str], list[str]] = {}
    for address, before, after in _staying(plans, changes):
        charges = before.get("charges") or {}
        for code, charge in (after.get("charges") or {}).items():
            old = charges.get(code)
            if old and _price(old) == _price(charge):
                metrics = old["billable_metric_code"], charge["billable_metric_code"]
                keeping.setdefault(metrics, []).append(f"{address.key}.{code}")
    return keeping


def _staying(
    plans: Mapping[Address, Mapping[str, Any]], changes: Iterable[Change]
) -> Iterator[tuple[Address, Mapping[str, Any], Mapping[str, Any]]]:
    """The plans that are there before and after the changes, by the address that they will have."""
    changed = {one.live.address: one for one in changes if not isinstance(one, Create)}
    for address, before in plans.items():
        change = changed.get(address)
        if change is None:
            yield address, before, before
        elif not isinstance(change, Delete):
            yield change.desired.address, before, change.desired.fields


def _price(charge: Mapping[str, Any]) -> tuple[Any, ...]:
    return charge["charge_model"], charge["properties"], charge["filters"]


def _unit_change(change: Update, field: FieldChange, kept: Sequence[str]) -> LintFinding:
    named = listed(kept, _SHOWN)
    return LintFinding(
        change.address,
        (field.path[0],),
        f"{field.where} changes from {field.before!r} to {field.after!r}: the unit changes, but "
        f"{counted(len(kept), 'charge')} keep{'s' if len(kept) == 1 else ''} its price: {named}",
        "change the prices too, or give the new units a metric of their own",
        UNITS_CHANGE,
        Severity.WARNING,
    )
