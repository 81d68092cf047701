"""One realistic change of each example as a reviewer sees it: `make reviews` writes it to examples/*/review.

What differs from run to run (ids, times, the server's address) is replaced, so that a test can hold the files current.
"""

import contextlib
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lago_gitops.access import Access
from lago_gitops.cli.pipeline.verdict import summary_text
from lago_gitops.kinds import KINDS
from lago_gitops.project import Environment, environment_of, find_project
from lago_gitops.render.html.report import run_html
from lago_gitops.render.markdown.run import run_markdown
from lago_gitops.render.plan.document import Document, plan_document
from lago_gitops.render.run.facts import Facts
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import make_plan
from lago_gitops.workflow.impact.profiles import impact_on_profiles
from lago_gitops.workflow.manifests.checking import checked_manifests
from tests.cli.running import ended
from tests.examples.playing import ROOT
from tests.worlds import World, world

TODAY = datetime(2026, 10, 14, 9, tzinfo=UTC)
POLICIES = "policies.test.yaml"
ABOUT = {"tool": "lago-gitops", "commit": "", "created_at": "2026-10-14T09:00:00Z"}
ORGANIZATION = {"url": "https://api.getlago.com", "lago_id": "1a901a90-1a90-1a90-1a90-1a901a901a90"}


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody does to an example: texts in files, and who is subscribed by then, by plan."""

    organization: str
    edits: Sequence[tuple[str, str, str]]
    subscribers: Mapping[str, int]


CHANGES: Mapping[str, Change] = {
    # Beyond ten million calls they get cheaper, below they get dearer; support costs more.
    "saas-seats": Change(
        "Harborline",
        (
            (
                "manifests/plans/business_monthly.yaml",
                '{from_value: 0, to_value: 1000000, per_unit_amount: "0.0002", flat_amount: "0"}',
                '{from_value: 0, to_value: 1000000, per_unit_amount: "0.00022", flat_amount: "0"}',
            ),
            (
                "manifests/plans/business_monthly.yaml",
                '{from_value: 10000001, to_value: null, per_unit_amount: "0.0001", flat_amount: "0"}',
                '{from_value: 10000001, to_value: null, per_unit_amount: "0.00008", flat_amount: "0"}',
            ),
            ("manifests/plans/business_monthly.yaml", 'amount: "249"', 'amount: "279"'),
            ("manifests/plans/team_monthly.yaml", "amount_cents: 2900", "amount_cents: 3400"),
        ),
        {"business_monthly": 7, "team_monthly": 12},
    ),
    # The margin rises; fewer payments are free. It is the production environment, which refuses such changes.
    "payments": Change(
        "Quayside",
        (
            ("manifests/plans/marketplace_eur.yaml", 'rate: "0.25"', 'rate: "0.29"'),
            ("manifests/plans/marketplace_eur.yaml", "free_units_per_events: 1000", "free_units_per_events: 500"),
        ),
        {"marketplace_eur": 3},
    ),
    # A new model gets a price of its own, the H100 gets dearer.
    "ai-api": Change(
        "Northlight AI",
        (
            ("manifests/plans/pay_as_you_go.yaml", 'amount: "6.9"', 'amount: "7.2"'),
            (
                "manifests/metrics/images.yaml",
                "values: [draft, standard, high]",
                "values: [draft, standard, high, ultra]",
            ),
            (
                "manifests/plans/pay_as_you_go.yaml",
                "      - values:\n          quality: [high]\n",
                "      - values: {quality: [ultra]}\n"
                "        invoice_display_name: Images, ultra\n"
                '        properties: {amount: "0.3"}\n'
                "      - values:\n          quality: [high]\n",
            ),
        ),
        {"pay_as_you_go": 41},
    ),
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The plan of an example's change, for the environment production, and the report of its price tests."""

    plan: Document
    tests: str


def reviewed(name: str) -> Reviewed:
    """The bills that the change is meant to change are recorded, as in a pull request."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        shutil.copytree(ROOT / "examples" / name, copy, ignore=shutil.ignore_patterns("review", ".lago-gitops"))
        with world(premium=True, starts_at=TODAY) as found:
            _applied(copy, found)
            _subscribed(found, CHANGES[name].subscribers)
            for file, old, new in CHANGES[name].edits:
                text = (copy / file).read_text(encoding="utf-8")
                assert text.count(old) == 1, (file, old, text.count(old))
                (copy / file).write_text(text.replace(old, new), encoding="utf-8")
            plan = _same_everywhere(_planned(copy, found), CHANGES[name].organization)
        return Reviewed(plan, _price_tests(copy))


def files(name: str) -> dict[str, str]:
    found = reviewed(name)
    facts = Facts("plan", ABOUT, plan=found.plan)
    comment = run_markdown(facts)
    return {
        "comment.md": comment,
        "report.html": run_html(facts),
        "summary.md": summary_text(comment, found.tests, ()) + "\n",
    }


def _price_tests(root: Path) -> str:
    """The report of `lago-gitops test`, as the pipeline's job has it, on price tests: those of policies go by what the
    prices were before."""
    files = [str(path.relative_to(root)) for path in sorted(root.rglob("*.test.yaml")) if path.name != POLICIES]
    for words in (("test", *files, "--record"), ("test", *files, "--report", "markdown=tests.md")):
        out = io.StringIO()
        with contextlib.chdir(root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            assert ended(words) == 0, out.getvalue()
    return (root / "tests.md").read_text(encoding="utf-8")


def _environment(root: Path) -> tuple[Any, Environment]:
    project = find_project(root).project
    environment = environment_of(project, "production", {})
    return project, replace(environment, url="http://sandbox.invalid", organization="")


def _applied(root: Path, found: World) -> None:
    project, environment = _environment(root)
    manifests = checked_manifests(project, environment)
    assert manifests.is_valid, manifests.problems
    with found.access.writer() as client:
        planned = make_plan(manifests, environment, client, found.access)
        outcomes = carry_out(planned, client, lambda _: None)
    assert all(one.status.is_good for one in outcomes), [one for one in outcomes if not one.status.is_good]


def _planned(root: Path, found: World) -> Document:
    project, environment = _environment(root)
    access: Access = found.access
    with access.reader() as client:
        planned = make_plan(checked_manifests(project, environment), environment, client, access)
    return plan_document(planned.plan, KINDS, impact_on_profiles(planned, project.profiles))


def _subscribed(found: World, subscribers: Mapping[str, int]) -> None:
    for plan, number in subscribers.items():
        for at in range(number):
            customer = f"{plan}-{at}"
            found.send("POST", "customers", {"customer": {"external_id": customer, "name": customer}})
            about = {"external_customer_id": customer, "plan_code": plan, "external_id": customer}
            found.send("POST", "subscriptions", {"subscription": about})


def _same_everywhere(document: Document, organization: str) -> Document:
    """The document without what only this run has."""
    about = {**document["organization"], **ORGANIZATION, "name": organization}
    return json.loads(json.dumps({**document, "organization": about}))  # type: ignore[no-any-return]


def main() -> None:
    """Writes the reviews, with screenshots where there is a browser."""
    from tests.examples.pictures import taken
    from tests.render.html.browser import CHROMIUM, DRIVER, browser, screenshot

    for name in CHANGES:
        folder = ROOT / "examples" / name / "review"
        folder.mkdir(exist_ok=True)
        for file, text in files(name).items():
            (folder / file).write_text(text, encoding="utf-8")
        if CHROMIUM and DRIVER:
            with browser(1200) as driver:
                driver.get((folder / "report.html").as_uri())
                screenshot(driver, folder / "report.png")
        else:
            sys.stderr.write(f"{name}: no screenshot, Chromium and its driver are not there\n")
    if CHROMIUM and DRIVER:
        taken()


if __name__ == "__main__":
    main()
