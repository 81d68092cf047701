"""The audit itself: every fee of the period, judged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lago_gitops.access import Access
from lago_gitops.bills.audit.billed import BilledFee, billed_fee
from lago_gitops.bills.audit.document import stamp
from lago_gitops.bills.audit.expectations import Expectations
from lago_gitops.bills.audit.summary import OTHER, Entry, Summary, entry
from lago_gitops.bills.audit.verdicts import Differs, verdict
from lago_gitops.core.plan import Organization
from lago_gitops.lago.client import Reader
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.reading.licence import has_licence
from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.project import Environment
from lago_gitops.workflow.audit.lago import AskedLago
from lago_gitops.workflow.audit.log import Line, Log
from lago_gitops.workflow.audit.pages import Cursor, fee_pages
from lago_gitops.workflow.audit.price_lists import PriceLists
from lago_gitops.workflow.organization.reading import read_organization

Progress = Callable[[Summary, int], None]
"""Called with the counts so far, and the total number of fees."""


@dataclass(frozen=True, slots=True)
class FeePeriod:
    """When fees were created: from an instant on, and before another; None for no bound."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    organization: Organization
    summary: Summary


@dataclass(frozen=True, slots=True)
class Audit:
    """What to audit. The log has the results, page by page; with `goes_on`, including those of an earlier run."""

    client: Reader
    lists: PriceLists
    period: FeePeriod
    log: Log
    goes_on: bool = False


def audited(audit: Audit, access: Access, environment: Environment, progress: Progress) -> Audited:
    """Raises LagoError, ForeignOrganizationError, RevisionError, NotWrittenError."""
    inventory = read_organization(audit.client, access, environment)
    lago = AskedLago(audit.client, inventory, audit.lists.desired())
    rules = rules_of(inventory.server.at_most, licensed=has_licence(audit.client) is not False)
    expectations = Expectations(audit.lists.book, lago.listing(), lago, rules)
    summary = Summary()
    cursor = _begun(audit, inventory.organization, summary)
    for at, rows in fee_pages(audit.client, period_params(audit.period), cursor):
        entries = list(_entries(audit.period, rows, expectations, lago))
        audit.log.add(at, entries)
        _take(summary, entries)
        progress(summary, at.total)
    return Audited(inventory.organization, summary)


def _begun(audit: Audit, organization: Organization, summary: Summary) -> Cursor:
    """Where to continue, with everything already known counted."""
    about = _about(audit, organization)
    cursor = Cursor()
    if not (audit.goes_on and audit.log.resume(about)):
        audit.log.begin(about)
        return cursor
    for at, entries in audit.log.pages():
        cursor = at
        _take(summary, entries)
    return cursor


def _about(audit: Audit, organization: Organization) -> Line:
    """Parameters that must be the same for an audit to continue an earlier one."""
    return {
        "audit": organization.lago_id,
        "url": organization.url,
        "price_lists": audit.lists.name,
        **period_params(audit.period),
    }


def _take(summary: Summary, entries: list[Entry]) -> None:
    for each in entries:
        summary.take(each)


def period_params(period: FeePeriod) -> dict[str, str]:
    bounds = {"created_at_from": period.start, "created_at_to": period.end}
    return {name: stamp(bound) for name, bound in bounds.items() if bound is not None}


def _entries(period: FeePeriod, rows: list[JsonObject], expectations: Expectations, lago: AskedLago) -> Iterator[Entry]:
    for row in rows:
        fee = billed_fee(row)
        if fee is None:
            yield OTHER
        elif _is_in(period, fee):
            judged = verdict(fee, expectations)
            yield entry(judged, expectations.lago, lago.invoice_number(fee) if isinstance(judged, Differs) else "")


def _is_in(period: FeePeriod, fee: BilledFee) -> bool:
    """Lago takes both bounds for inclusive."""
    earliest = datetime.min.replace(tzinfo=UTC)
    return (period.start or earliest) <= fee.created_at and (period.end is None or fee.created_at < period.end)
