"""The pages about rules: their examples as manifests, and their tables of figures, computed again.

A page has an example that the rule finds fault with, and one that is fixed. A table under one says what its plans
bill: by `Usage` (`5 team=a; 3`: units with the properties of their events), by `Event` (the fees of events paid in
advance, one after the other) or by the day on which a subscription `Starts`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import from_cents
from lago_gitops.pricing.base.words import money
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Metric, Plan
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.invoicing.billing import Periodic, Setting, bill
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.history import History
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.events import Event
from lago_gitops.pricing.usage.given import Given, given_usages

DOCS = Path(__file__).parents[3] / "docs" / "lint"
BILLED_ON = {"monthly": date(2026, 2, 1), "quarterly": date(2026, 4, 1), "yearly": date(2027, 1, 1)}
EXEMPT = "exempt"  # the tax of the customer, where an example has it
NO_INVOICE = "no invoice"

Manifests = dict[Address, dict[str, Any]]


class _Exact(yaml.SafeLoader):
    """Numbers as the manifests' own reader has them."""


_Exact.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))
_Exact.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def plan_codes(self) -> tuple[str, ...]:
        return tuple(cell.strip("`") for cell in self.header[1:])


@dataclass(frozen=True, slots=True)
class Example:
    manifests: Manifests
    tables: tuple[Table, ...]


def examples(text: str) -> tuple[Example, ...]:
    """The YAML blocks of a page, each with the tables that follow it; what to silence is none."""
    blocks = re.findall(r"```yaml\n(.*?)```(.*?)(?=```yaml|\Z)", text, re.DOTALL)
    found = ((_manifests(code), tuple(_tables(rest))) for code, rest in blocks if "kind:" in code)
    return tuple(Example(*each) for each in found)


def computed(example: Example, table: Table) -> Table:
    """The table with the engine's figures."""
    rows = []
    for at, row in enumerate(table.rows):
        figures = (_figure(example.manifests, table, at, code) for code in table.plan_codes)
        rows.append((row[0], *figures))
    return Table(table.header, tuple(rows))


def _manifests(code: str) -> Manifests:
    documents = (each for each in yaml.load_all(code, _Exact) if each)
    return {Address(each["kind"], each["code"]): each for each in documents}


def _tables(text: str) -> Iterator[Table]:
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
        yield Table(tuple(header), tuple(tuple(row) for row in rows))


def _figure(manifests: Manifests, table: Table, at: int, code: str) -> str:
    plan = reading.plan(manifests[Address("plan", code)], _metrics(manifests), {})
    cell = table.rows[at][0]
    try:
        match table.header[0]:
            case "Usage":
                cents = _billed(manifests, plan, cell)
            case "Event":
                cents = _in_advance(plan, [row[0] for row in table.rows[: at + 1]])
            case "Starts":
                cents = _started(manifests, plan, date.fromisoformat(cell))
            case other:
                raise AssertionError(other)
    except UnratableError:
        return NO_INVOICE
    return "no fee" if cents is None else money(from_cents(cents, plan.currency), plan.currency)


def _metrics(manifests: Manifests) -> dict[str, Metric]:
    found = (reading.metric(data) for address, data in manifests.items() if address.kind == "billable_metric")
    return reading.by_code(found)


def _billed(manifests: Manifests, plan: Plan, usage: str) -> int:
    """The first whole period, taxes included; coupons of the example are the customer's."""
    given = tuple(_given(part) for part in usage.split(";") if part.strip() != "none")
    usages = {charge.code: given_usages(charge, given) for charge in plan.charges}
    subscription = Subscription(plan, datetime(2026, 1, 1, tzinfo=UTC))
    coupons = (reading.coupon(data) for address, data in manifests.items() if address.kind == "coupon")
    history = History(coupons=tuple(applied(coupon) for coupon in coupons))
    day = BILLED_ON[plan.interval.value]
    return bill(subscription, Periodic(day), usages, history, _setting(manifests)).invoice.total_amount_cents


def _started(manifests: Manifests, plan: Plan, day: date) -> int:
    subscription = Subscription(plan, datetime(day.year, day.month, day.day, tzinfo=UTC))
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return bill(subscription, Periodic(next_month), (), History(), _setting(manifests)).invoice.total_amount_cents


def _in_advance(plan: Plan, values: list[str]) -> int | None:
    """The fee of the last of these events."""
    metric = plan.charges[0].metric
    events = tuple(
        Event(metric.code, datetime(2026, 1, 1 + at, 12, tzinfo=UTC), {metric.field_name or "": value})
        for at, value in enumerate(values)
    )
    fees = advance_fees(Subscription(plan, datetime(2026, 1, 1, tzinfo=UTC)), events)[-1].fees
    return sum(fee.amount_cents for fee in fees) if fees else None


def _setting(manifests: Manifests) -> Setting:
    taxes = {address.key: reading.tax(data) for address, data in manifests.items() if address.kind == "tax"}
    return Setting(TaxLevels(taxes, customer=(EXEMPT,) if EXEMPT in taxes else ()))


def _given(part: str) -> Given:
    units, *pairs = part.replace(",", "").split()
    properties: Mapping[str, object] = dict(pair.split("=") for pair in pairs)
    return Given(Decimal(units), properties=properties)
