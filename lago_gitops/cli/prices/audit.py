"""lago-gitops audit"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.bills.audit.summary import Summary
    from lago_gitops.cli.base.session import Session
    from lago_gitops.render.plan.document import Document
    from lago_gitops.workflow.audit.log import Log
    from lago_gitops.workflow.audit.price_lists import PriceLists, Stated
    from lago_gitops.workflow.audit.run import Audited, Progress

DAY = timedelta(days=1)
FOLDER = ".lago-gitops"


class MomentArg(click.ParamType[datetime]):
    """A day or an instant, in UTC where it names no time zone."""

    name = "date or time"

    def __init__(self, *, closing: bool = False) -> None:
        """`closing`: a day means its end."""
        self._closing = closing

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        text = str(value)
        try:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC) + (DAY if self._closing else timedelta())
        except ValueError:
            pass
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is neither a date nor a time: write 2026-10-01 or 2026-10-01T12:00Z", param, ctx)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class PriceListType(click.ParamType["Stated"]):
    """WHEN=DIR"""

    name = "price list"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Stated:
        when, equals, folder = str(value).partition("=")
        if not equals or not Path(folder).is_dir():
            self.fail(f"{value!r} is not a price list: write WHEN=DIR, with a folder of manifests", param, ctx)
        from lago_gitops.workflow.audit.price_lists import Stated

        return Stated(MomentArg().convert(when, param, ctx), Path(folder))


@click.command("audit")
@click.option("--from", "start", type=MomentArg(), metavar="WHEN", help="Only fees created from this date or time on.")
@click.option(
    "--to", "end", type=MomentArg(closing=True), metavar="WHEN", help="Only fees created up to this date or time."
)
@click.option(
    "--price-list",
    "stated",
    type=PriceListType(),
    multiple=True,
    metavar="WHEN=DIR",
    help="The manifests in DIR were live from WHEN on; repeatable.  [default: the Git history of the project]",
)
@click.option("--resume", is_flag=True, help="Resume where the last audit of the same fees stopped.")
@shared_options
def command(
    *, options: Options, start: datetime | None, end: datetime | None, stated: Sequence[Stated], resume: bool
) -> None:
    """Re-rate the fees that Lago created, and list those that don't follow the price list.

    Each fee is rated from its units with the manifests that were live when Lago created it: for usage billed in
    arrears, at the invoice; for usage billed in advance, at the event. Without --price-list, the manifests are those of
    the commits on this branch, each from the time it was committed or merged. Times are in UTC.

    Exits with 2 when fees differ. What can't be checked is listed, never guessed.
    """
    from lago_gitops.cli.base.session import begin, organization
    from lago_gitops.workflow.audit.log import Log
    from lago_gitops.workflow.audit.run import Audit, FeePeriod, audited

    session = begin(options)
    lists = _price_lists(session, stated)
    log = Log(session.project.root / FOLDER / f"audit-{session.environment.name}.jsonl")
    with organization(session) as way, way.reader() as client:
        audit = Audit(client, lists, FeePeriod(start, end), log, goes_on=resume)
        result = audited(audit, way, session.environment, _progress(session))
    _show(session, result, log)
    log.remove()
    sys.exit(Exit.CHANGES if result.summary.differing else Exit.FINE)


def _price_lists(session: Session, stated: Sequence[Stated]) -> PriceLists:
    from lago_gitops.cli.base.session import report
    from lago_gitops.manifests.sources.revision import RevisionError
    from lago_gitops.workflow.audit.price_lists import BadPriceListError, committed_price_lists, stated_price_lists

    try:
        if stated:
            return stated_price_lists(stated, session.environment)
        return committed_price_lists(session.project, session.environment)
    except BadPriceListError as error:
        report(session, error.problems)
        raise
    except RevisionError as error:
        raise StoppedError(Exit.USAGE, f"{error}; or name each price list: --price-list WHEN=DIR") from None


def _progress(session: Session) -> Progress:
    def tell(summary: Summary, total: int) -> None:
        session.progress.at(f"Checking fees ({summary.differing:,} differ)", summary.fees, total)

    return tell


def _show(session: Session, result: Audited, log: Log) -> None:
    from lago_gitops.bills.audit.summary import summary_document
    from lago_gitops.cli.base.session import paint
    from lago_gitops.render.audit.text import audit_text
    from lago_gitops.render.plan.document import FORMAT

    head: Document = {
        "format_version": FORMAT,
        "organization": {"lago_id": result.organization.lago_id, "name": result.organization.name},
        **summary_document(result.summary),
    }
    session.long_document(head, "differences", log.differences())
    for line in audit_text(head, log.differences(), paint):
        session.result(line)
