"""lago-gitops test"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported
from lago_gitops.disk import write_whole

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.bills.price_list import PriceList
    from lago_gitops.cli.base.session import Session
    from lago_gitops.core.model.problem import Problem
    from lago_gitops.manifests.sources.folders import File
    from lago_gitops.policytests.documents import Known
    from lago_gitops.policytests.report import PolicyResult
    from lago_gitops.pricetests.documents import PriceTests
    from lago_gitops.pricetests.runs import FileRun


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option(
    "-k", "words", default="", metavar="WORDS", help="Run only tests with these words in their name, plan or file."
)
@click.option("--record", is_flag=True, help="Write today's bills into the files as expected results.")
@shared_options
@reported("test")
def command(*, options: Options, paths: tuple[str, ...], words: str, record: bool) -> None:
    """Run pricing tests: usage on a plan, and the bill expected for it.

    PATHS are pricing tests (NAME.test.yaml) or folders with some; without any, the whole project is searched.

    \b
    plan: growth
    tests:
      - name: a small customer pays the fee only
        usage: {api_requests: 9000, storage: {units: 12, properties: {region: eu}}}
        expect: {charges: {api_requests: "0.00"}, total: {at_most: "99.00"}}

    Amounts are in units of the plan's currency, as prices are, not in cents: 198.00 is 198 euros, 198 is 198 yen. All
    fields are in the schema of pricing tests. Exits with 3 if a test fails.

    The same files can hold `policy_tests`: facts, or a change of manifests, and the policies expected to match.
    """
    from lago_gitops.bills.price_list import price_list
    from lago_gitops.cli.base.session import begin_offline, readable_manifests
    from lago_gitops.pricetests.runs import run_all
    from lago_gitops.workflow.changes.policy_tests import run_policy_tests

    session = begin_offline(options)
    prices = price_list(readable_manifests(session, ()).manifests)
    chosen = _chosen(session, paths, words, prices)
    runs = run_all(chosen, prices)
    policies = tuple(run_policy_tests((test for each in chosen for test in each.policies), session.project))
    if not runs and not policies:
        none = f"no pricing test about {words!r}" if words else "no pricing tests here: write some, *.test.yaml"
        raise StoppedError(Exit.USAGE, none)
    if record:
        _record(session, runs)
        runs = run_all(_chosen(session, paths, words, prices), prices)
    _report(session, runs, policies, prices)
    passed = all(each.passed for run in runs for each in run.results) and all(each.passed for each in policies)
    sys.exit(Exit.FINE if passed else Exit.INVALID)


def _report(session: Session, runs: tuple[FileRun, ...], policies: tuple[PolicyResult, ...], prices: PriceList) -> None:
    from lago_gitops.cli.base.session import paint
    from lago_gitops.policytests.report import policy_report_text, policy_suites, with_policies
    from lago_gitops.pricetests.report import report_document, report_text, suites

    session.options.record.tests = (*suites(runs, prices), *policy_suites(policies))
    session.document(with_policies(report_document(runs, prices), policies))
    if runs:
        session.result(report_text(runs, prices, paint))
    if policies:
        session.result(policy_report_text(policies, paint))


def _chosen(session: Session, paths: tuple[str, ...], words: str, prices: PriceList) -> list[PriceTests]:
    """The tests with these words, by file. Raises StoppedError, everything wrong with any being said."""
    from lago_gitops.pricetests.runs import selected

    return [selected(each, words) for each in _tests(session, paths, prices)]


def _tests(session: Session, paths: tuple[str, ...], prices: PriceList) -> tuple[PriceTests, ...]:
    """The tests of all files. Raises StoppedError, everything wrong with them being said."""
    from lago_gitops.cli.base.session import report
    from lago_gitops.manifests.sources.companion_files import PRICE_TESTS, files_of
    from lago_gitops.policytests.documents import Known
    from lago_gitops.project import SANDBOX

    root = session.project.root
    test_files = files_of(PRICE_TESTS, [root / path for path in paths] or [root], root)
    project = session.project
    known = Known({*project.environments, SANDBOX}, [one.name for one in project.policies])
    files = tuple(_read(file, prices, known) for file in test_files.files)
    problems = (*test_files.problems, *(problem for file in files for problem in file.problems))
    if problems:
        report(session, tuple(sorted(problems, key=lambda problem: problem.mark)))
    return files


def _read(file: File, prices: PriceList, known: Known) -> PriceTests:
    from lago_gitops.manifests.reading.reader import read_text
    from lago_gitops.manifests.sources.files import FileText, text_in
    from lago_gitops.pricetests.documents import PriceTests, price_tests

    match text_in(file):
        case FileText(source, text):
            reading = read_text(source, text)
            if reading.problems:
                return PriceTests(source, (), reading.problems)
            return price_tests(source, reading.manifests, prices, known)
        case problem:
            return PriceTests(str(file.path), (), (problem,))


def _record(session: Session, runs: Iterable[FileRun]) -> None:
    """Writes the files that change. Raises StoppedError for those that can't be written to."""
    from lago_gitops.cli.base.session import report
    from lago_gitops.manifests.sources.files import FileText, text_of
    from lago_gitops.pricetests.recording import recorded

    problems: list[Problem] = []
    root = session.project.root
    for run in runs:
        match text_of(root / run.source, root):
            case FileText(source, text):
                made = recorded(source, text, run.results)
                problems.extend(made.problems)
                if made.text != text:
                    write_whole(root / source, made.text)
                    session.note(f"recorded {source}")
            case problem:
                problems.append(problem)
    if problems:
        report(session, tuple(problems))
