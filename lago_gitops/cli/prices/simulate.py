"""lago-gitops simulate"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import ReportType
from lago_gitops.disk import write_whole

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.bills.price_list import PriceList
    from lago_gitops.cli.base.session import Session
    from lago_gitops.core.validation.validate import Checked
    from lago_gitops.manifests.sources.folders import File
    from lago_gitops.render.plan.document import Document
    from lago_gitops.render.simulation.document import RevisionShown
    from lago_gitops.simulations.documents import Simulations
    from lago_gitops.simulations.population import Simulation
    from lago_gitops.workflow.manifests.revisions import BaseRevision

FORMATS = ("csv", "html", "json", "text")


@click.command("simulate")
@click.argument("paths", nargs=-1)
@click.option("--base", metavar="REF", help="Compare with the manifests at REF.")
@click.option(
    "--change-on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Start with the manifests at --base, and switch to the present ones on this day, as `apply` would.",
)
@click.option(
    "--report",
    "reports",
    type=ReportType(FORMATS),
    multiple=True,
    metavar="FORMAT=PATH",
    help=f"Also write a report: {', '.join(FORMATS)}. Repeatable.",
)
@shared_options
def command(
    *,
    options: Options,
    paths: tuple[str, ...],
    base: str | None,
    day: datetime | None,
    reports: tuple[tuple[str, Path], ...],
) -> None:
    """Show what customers would be invoiced, month by month: events, usage, fees and invoices, without network access.

    PATHS are simulations (NAME.simulation.yaml) or folders with some; without any, the whole project is searched.

    \b
    first_month: 2026-01
    months: 3
    customers:
      - name: small
        count: 20
        subscriptions:
          - plan: growth
            usage: {api_requests: {between: [0, 20000]}}

    Each simulation runs in a sandbox of its own, on a simulated clock. With --base it runs twice, at the prices at REF
    and at the present ones, for the same customers with the same usage.
    """
    from lago_gitops.bills.price_list import price_list
    from lago_gitops.cli.base.session import begin_offline, paint, readable_manifests
    from lago_gitops.render.simulation.text import simulation_text

    if day is not None and base is None:
        raise StoppedError(Exit.USAGE, "--change-on needs --base: the manifests to start with")
    session = begin_offline(options)
    checked = readable_manifests(session, ())
    chosen = _simulations(session, paths, price_list(checked.manifests))
    if not chosen:
        raise StoppedError(Exit.USAGE, "no simulation here: write one, *.simulation.yaml; --help shows how it looks")
    before = None if base is None else _base(session, base)
    documents = [_document(session, each, checked, before, None if day is None else day.date()) for each in chosen]
    session.document(_whole(documents))
    session.result("\n\n".join(simulation_text(each, paint) for each in documents))
    for format_, path in reports:
        write_whole(path, _written(documents, format_))


def _written(documents: list[Document], format_: str) -> str:
    from lago_gitops.render.base.json import dump
    from lago_gitops.render.html.simulation import simulations_html
    from lago_gitops.render.simulation.csv import simulations_csv
    from lago_gitops.render.simulation.text import simulation_text

    match format_:
        case "csv":
            return simulations_csv(documents)
        case "html":
            return simulations_html(documents)
        case "json":
            return dump(_whole(documents)) + "\n"
        case _:
            return "\n\n".join(simulation_text(each, lambda text, _: text) for each in documents) + "\n"


def _whole(documents: Iterable[Document]) -> Document:
    from lago_gitops.render.plan.document import FORMAT

    return {"format_version": FORMAT, "simulations": list(documents)}


def _base(session: Session, ref: str) -> BaseRevision:
    """Raises StoppedError, also where its manifests can't be used."""
    from lago_gitops.cli.base.session import base_of

    base = base_of(session, ref)
    if not base.checked.is_valid:
        raise StoppedError(
            Exit.INVALID, f"the manifests at {base.commit[:7]} can't be used: {base.checked.problems[0]}"
        )
    return base


def _document(
    session: Session, simulation: Simulation, checked: Checked, before: BaseRevision | None, day: date | None
) -> Document:
    """Raises StoppedError where something of it is refused."""
    from lago_gitops.cli.base.session import report
    from lago_gitops.lago.errors import LagoError
    from lago_gitops.render.simulation.document import simulation_document
    from lago_gitops.simulations.running import SimulationRefusedError
    from lago_gitops.workflow.changes.plan import UnfitManifestsError

    months = [f"{month:%Y-%m}" for month in simulation.months]
    try:
        revisions = tuple(_revisions(simulation, checked, before, day))
    except UnfitManifestsError as error:
        report(session, error.problems)
        raise
    except (SimulationRefusedError, LagoError) as error:
        raise StoppedError(Exit.INVALID, f"{simulation.source}: {error}") from None
    return simulation_document(simulation.source, months, revisions)


def _revisions(
    simulation: Simulation, checked: Checked, before: BaseRevision | None, day: date | None
) -> Iterator[RevisionShown]:
    from lago_gitops.render.simulation.document import RevisionShown
    from lago_gitops.workflow.simulation import changed_during, simulated

    if before is None:
        yield RevisionShown("", "", simulated(simulation, checked))
        return
    yield RevisionShown(before.ref, before.commit, simulated(simulation, before.checked))
    if day is None:
        yield RevisionShown("now", "", simulated(simulation, checked))
    else:
        yield RevisionShown(f"changed on {day}", "", changed_during(simulation, before.checked, checked, day))


def _simulations(session: Session, paths: tuple[str, ...], prices: PriceList) -> tuple[Simulation, ...]:
    """Those of all files. Raises StoppedError, everything wrong with them being said."""
    from lago_gitops.cli.base.session import report
    from lago_gitops.manifests.sources.companion_files import SIMULATIONS, files_of

    root = session.project.root
    files = files_of(SIMULATIONS, [root / path for path in paths] or [root], root)
    read = [_read(file, prices) for file in files.files]
    problems = (*files.problems, *(problem for each in read for problem in each.problems))
    if problems:
        report(session, tuple(sorted(problems, key=lambda problem: problem.mark)))
    return tuple(one for each in read for one in each.simulations)


def _read(file: File, prices: PriceList) -> Simulations:
    from lago_gitops.core.model.problem import Problem
    from lago_gitops.manifests.reading.reader import read_text
    from lago_gitops.manifests.sources.files import FileText, text_in
    from lago_gitops.simulations.documents import Simulations, simulations

    match text_in(file):
        case FileText(source, text):
            reading = read_text(source, text)
            if reading.problems:
                return Simulations((), reading.problems)
            return simulations(source, reading.manifests, prices)
        case Problem() as problem:
            return Simulations((), (problem,))
