"""lago-gitops price"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.bills.scenario import DEFAULT_MONTH
from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.bills.bill import Bill
    from lago_gitops.bills.notation import UsageLine
    from lago_gitops.bills.price_list import PriceList
    from lago_gitops.bills.scenario import Scenario
    from lago_gitops.cli.base.session import Session


@click.command("price")
@click.argument("paths", nargs=-1)
@click.option("--plan", required=True, metavar="CODE", help="The plan to price.")
@click.option("--usage", "lines", multiple=True, metavar="NAME=UNITS", help="Usage of the period; repeatable.")
@click.option(
    "--usage-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML or JSON file with usage, written as in pricing tests.",
)
@click.option("--compare", metavar="CODE", help="Another plan to compare with.")
@click.option(
    "--coupon", "coupons", multiple=True, metavar="CODE", help="A coupon applied to the customer; repeatable."
)
@click.option("--tax", "taxes", multiple=True, metavar="CODE", help="A tax of the customer; repeatable.")
@click.option(
    "--period",
    default=f"{DEFAULT_MONTH:%Y-%m}",
    show_default=True,
    help="Billing period: a month, or any day in it.",
)
@click.option("--days", type=click.IntRange(min=1), help="Subscribed for only the last DAYS of the period.")
@click.option("--unlicensed", is_flag=True, help="Price as Lago does without a licence: minimums are ignored.")
@shared_options
def command(*, options: Options, paths: tuple[str, ...], compare: str | None, **asked: Any) -> None:
    """Show what usage costs on a plan: the bill Lago would create, item by item, without network access.

    PATHS are files or folders with manifests; without any, those of the project.

    \b
    Usage names a charge by its code, or by its metric's code if only one charge prices the metric:
      --usage api_requests=250000
      --usage 'storage{region=eu,team=a}=12'   properties, for filters and groups
      --usage payments=125000,events=40        events, for percentage charges
      --usage rides=12,cents=4310.5            the amount of the events, for dynamic charges

    The bill is the one at the end of a billing period, for a subscription that started before it; items billed in
    advance are on it for the next period. With --days the subscription is new, and everything that those days cost is
    added up.
    """
    from lago_gitops.bills.notation import usage_line
    from lago_gitops.bills.price_list import price_list
    from lago_gitops.cli.base.session import begin_offline, readable_manifests
    from lago_gitops.pricing.base.errors import PricingError, UnratableError
    from lago_gitops.render.plan.document import FORMAT

    session = begin_offline(options)
    prices = price_list(readable_manifests(session, paths).manifests)
    try:
        lines = (*_from_file(session, asked["usage_file"]), *map(usage_line, asked["lines"]))
        if compare is None:
            _show_bill(session, _scenario(asked, session), lines, prices)
        else:
            _show_comparison(session, _scenario(asked, session), compare, lines, prices)
    except UnratableError as error:
        session.document({"format_version": FORMAT, "no_invoice": str(error)})
        session.result(str(error))
        sys.exit(Exit.INVALID)
    except PricingError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None


def _scenario(asked: Mapping[str, Any], session: Session) -> Scenario:
    """What the options say; its usage is still to come."""
    from lago_gitops.bills.scenario import Scenario, day_of
    from lago_gitops.pricing.base.rules import rules_of

    return Scenario(
        plan=asked["plan"],
        coupons=asked["coupons"],
        taxes=asked["taxes"],
        day=day_of(asked["period"]),
        days=asked["days"],
        rules=rules_of(session.environment.server.at_most, licensed=not asked["unlicensed"]),
    )


def _show_bill(session: Session, scenario: Scenario, lines: tuple[UsageLine, ...], prices: PriceList) -> None:
    from lago_gitops.bills.bill import period_bill
    from lago_gitops.bills.price_list import plan_named
    from lago_gitops.bills.scenario import usage_of
    from lago_gitops.cli.base.session import paint
    from lago_gitops.render.bill.text import bill_text

    usage = usage_of(plan_named(prices, scenario.plan), lines)
    document = session.document(_document(period_bill(replace(scenario, usage=usage), prices), prices))
    session.result(bill_text(document, paint))


def _show_comparison(
    session: Session, scenario: Scenario, other: str, lines: tuple[UsageLine, ...], prices: PriceList
) -> None:
    from lago_gitops.bills.bill import period_bill
    from lago_gitops.bills.price_list import plan_named
    from lago_gitops.bills.scenario import moved, usage_of
    from lago_gitops.cli.base.session import paint
    from lago_gitops.render.bill.comparison import comparison_text
    from lago_gitops.render.bill.document import comparison_document

    plans = plan_named(prices, scenario.plan), plan_named(prices, other)
    usage = usage_of(plans[0], lines)
    there = moved(usage, *plans)
    before = _document(period_bill(replace(scenario, usage=usage), prices), prices)
    after = _document(
        period_bill(replace(scenario, plan=other, usage=there.usage), prices),
        prices,
        tuple(f"plan {other} does not bill {code}: it has no charge on that metric" for code in there.unpriced),
    )
    document = session.document(comparison_document(before, after))
    session.result(comparison_text(document, paint))


def _document(bill: Bill, prices: PriceList, notes: tuple[str, ...] = ()) -> dict[str, object]:
    from lago_gitops.bills.bill import about
    from lago_gitops.render.bill.document import bill_document

    return bill_document(about(bill, prices, notes), bill.invoice)


def _from_file(session: Session, path: Path | None) -> tuple[UsageLine, ...]:
    """One document, whose keys name charges. Raises StoppedError, everything wrong with it being said."""
    from lago_gitops.bills.notation import UsageLine, stated_usages
    from lago_gitops.cli.base.session import report
    from lago_gitops.core.model.problem import Problem
    from lago_gitops.core.validation.schema_errors import Shape
    from lago_gitops.manifests.reading.reader import read_text
    from lago_gitops.manifests.sources.files import read
    from lago_gitops.pricetests.schema import HINTS, usage_schema

    if path is None:
        return ()
    try:
        text = read(path, path.as_posix())  # of a pipe, too
    except OSError as error:
        raise StoppedError(Exit.USAGE, f"{path} can't be read: {error.strerror}") from None
    if isinstance(text, Problem):
        report(session, (text,))
        return ()
    reading = read_text(text.source, text.text)
    shape = Shape(usage_schema(), HINTS)
    problems = (*reading.problems, *(problem for each in reading.manifests for problem in shape.problems(each)))
    if problems:
        report(session, problems)
    return tuple(
        UsageLine(name, usage)
        for each in reading.manifests
        for name, value in each.data.items()
        for usage in stated_usages(value)
    )
