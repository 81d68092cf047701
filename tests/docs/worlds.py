"""What a page takes for granted: files in the folder, a Lago, variables. By the page's name."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.conformance.replay import ORGANIZATIONS
from tests.conformance.test_rebuilt import rebuild
from tests.docs.console import Command, Variables, take
from tests.manifests.sources.test_revision import git
from tests.recorded_lago import FOLDER as RECORDED
from tests.recorded_lago import RecordedLago, answers
from tests.sandbox.calls import Calls
from tests.texts import GROWTH

EXAMPLES = Path(__file__).parents[2] / "examples"
KEY = "sandbox"
World = Callable[[Path], AbstractContextManager[Variables]]


def world(page: str, folder: Path) -> AbstractContextManager[Variables]:
    """The variables that the page's commands find."""
    return WORLDS[page](folder) if page in WORLDS else nullcontext({})


@contextmanager
def two_environments(folder: Path) -> Iterator[Variables]:
    """A change has been applied to staging, and not to production."""
    taxes = "kind: tax\ncode: vat\nname: VAT\nrate: {rate}\n---\nkind: tax\ncode: city\nname: City\nrate: 1\n"
    with _lago() as staging, _lago() as production:
        variables = {"LAGO_API_KEY_STAGING": KEY, "LAGO_API_KEY_PRODUCTION": KEY}
        project = (
            "manifests: [manifests]\nenvironments:\n"
            f"  staging: {{url: '{staging}', key_from: LAGO_API_KEY_STAGING, overlays: [overlays/staging]}}\n"
            f"  production: {{url: '{production}', key_from: LAGO_API_KEY_PRODUCTION}}\n"
        )
        _write(folder, {"lago-gitops.yaml": project, "manifests/taxes.yaml": taxes.format(rate=20)})
        _write(folder, {"overlays/staging/city.yaml": "kind: tax\ncode: city\nrate: 0\n"})
        _run(folder, variables, "lago-gitops apply --env production --auto-approve")
        _write(folder, {"manifests/taxes.yaml": taxes.format(rate=21)})
        _run(folder, variables, "lago-gitops apply --env staging --auto-approve")
        yield variables


@contextmanager
def price_list(_: Path) -> Iterator[Variables]:
    """An organization that a company could have, as it was recorded."""
    lago = Calls(organization="Recording", lago_version="1.51.0")
    rebuild(lago, json.loads((ORGANIZATIONS / "price_list.json").read_text(encoding="utf-8")))
    with serve(lago.sandbox) as url:
        token = "https://erp.example.com/in?token=s3cr3t"
        yield {"LAGO_API_URL": url, "LAGO_API_KEY": KEY, "WEBHOOK_URL_ERP_EXAMPLE_COM": token}


@contextmanager
def production(folder: Path) -> Iterator[Variables]:
    """A plan with one subscriber, in Lago as in Git."""
    with _lago() as url:
        variables = {"LAGO_API_KEY": KEY}
        project = f"manifests: [manifests]\nenvironments:\n  production: {{url: '{url}'}}\n"
        _write(folder, {"lago-gitops.yaml": project, "manifests/growth.yaml": GROWTH, ".gitignore": ".lago-gitops/\n"})
        _run(folder, variables, "lago-gitops apply --env production --auto-approve")
        with _client(url) as client:
            client.post("customers", json={"customer": {"external_id": "acme", "currency": "EUR"}})
            acme = {"external_customer_id": "acme", "plan_code": "growth", "external_id": "acme-1"}
            client.post("subscriptions", json={"subscription": acme}).raise_for_status()
        git(folder, "init", "-q", "-b", "main")
        for name, value in {"user.name": "A", "user.email": "a@example.com", "commit.gpgsign": "false"}.items():
            git(folder, "config", name, value)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "prices")
        yield {**variables, "URL": url}


@contextmanager
def changed_in_git(folder: Path) -> Iterator[Variables]:
    with production(folder) as variables:
        _write(folder, {"manifests/growth.yaml": GROWTH.replace('"0.10"', '"0.12"')})
        yield variables


@contextmanager
def changed_in_lago(folder: Path) -> Iterator[Variables]:
    with production(folder) as variables:
        with _client(variables["URL"]) as client:
            client.put("plans/growth", json={"plan": {"amount_cents": 1900}}).raise_for_status()
        yield variables


@contextmanager
def overridden(folder: Path) -> Iterator[Variables]:
    """Two subscribers, one of whom has a price of its own."""
    with _lago(premium=True) as url:
        project = f"manifests: [manifests]\nenvironments:\n  production: {{url: '{url}'}}\n"
        _write(folder, {"lago-gitops.yaml": project, "manifests/growth.yaml": GROWTH})
        _run(folder, {"LAGO_API_KEY": KEY}, "lago-gitops apply --env production --auto-approve")
        with _client(url) as client:
            for name, own in (("acme", {"plan_overrides": {"amount_cents": 1900}}), ("globex", {})):
                client.post("customers", json={"customer": {"external_id": name, "currency": "EUR"}})
                about = {"external_customer_id": name, "plan_code": "growth", "external_id": f"{name}-1", **own}
                client.post("subscriptions", json={"subscription": about}).raise_for_status()
        yield {"LAGO_API_KEY": KEY}


@contextmanager
def billed(folder: Path) -> Iterator[Variables]:
    """Ten customers whose usage of August has been billed; a lower fee and a dearer call are to come."""
    with _lago(starts_at=datetime(2026, 8, 1, tzinfo=UTC)) as url, _client(url) as client:
        project = f"manifests: [manifests]\nenvironments:\n  production: {{url: '{url}'}}\n"
        _write(folder, {"lago-gitops.yaml": project, "manifests/growth.yaml": GROWTH})
        _run(folder, {"LAGO_API_KEY": KEY}, "lago-gitops apply --env production --auto-approve")
        for number in range(1, 11):
            subscribed = {"external_id": f"{number}-1", "external_customer_id": str(number), "plan_code": "growth"}
            calls = {"code": "calls", "external_subscription_id": f"{number}-1", "timestamp": 1_786_000_000}
            calls |= {"transaction_id": str(number), "times": 70 * number}
            client.post("customers", json={"customer": {"external_id": str(number), "currency": "EUR"}})
            client.post("subscriptions", json={"subscription": subscribed}).raise_for_status()
            client.post(f"{url}/sandbox/events", json={"events": [calls]}).raise_for_status()
        client.post(f"{url}/sandbox/clock", json={"now": "2026-09-02T00:00:00Z"}).raise_for_status()
        _write(folder, {"manifests/growth.yaml": GROWTH.replace('"0.10"', '"0.12"').replace("2900", "2400")})
        yield {"LAGO_API_KEY": KEY}


@contextmanager
def burned_code(folder: Path) -> Iterator[Variables]:
    """A tax of the code `city` has been there and was deleted."""
    city, vat = "kind: tax\ncode: city\nname: City\nrate: 1\n", "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
    with _lago() as url:
        project = f"manifests: [manifests]\nenvironments:\n  production: {{url: '{url}'}}\n"
        _write(folder, {"lago-gitops.yaml": project, "manifests/taxes.yaml": f"{city}---\n{vat}"})
        with _client(url) as client:
            client.post("taxes", json={"tax": {"code": "city", "name": "City", "rate": 2}}).raise_for_status()
            client.delete("taxes/city").raise_for_status()
        yield {"LAGO_API_KEY": KEY}


@contextmanager
def other_tools(folder: Path) -> Iterator[Variables]:
    """A Terraform state, an export of Stripe's, and what a script sends."""
    metric = {"code": "calls", "name": "Calls", "aggregation_type": "count_agg", "id": "calls"}
    plan = {
        "code": "starter",
        "name": "Starter",
        "interval": "monthly",
        "amount_cents": 1000,
        "amount_currency": "USD",
        "pay_in_advance": False,
        "charges": [{"billable_metric_id": "calls", "charge_model": "standard", "properties_json": '{"amount": "1"}'}],
    }
    resources = {"lago_plan.starter": plan, "lago_billable_metric.calls": metric, "lago_customer.acme": {"id": "acme"}}
    named = ((*address.split("."), attributes) for address, attributes in resources.items())
    state = [
        {"mode": "managed", "type": type_, "name": name, "instances": [{"attributes": attributes}]}
        for type_, name, attributes in named
    ]
    monthly = {"object": "price", "product": "prod_1", "currency": "usd", "recurring": {"interval": "month"}}
    usage = {"unit_amount_decimal": "0.5", "nickname": "API calls"}
    metered = {**monthly, "id": "price_2", **usage, "recurring": {"interval": "month", "usage_type": "metered"}}
    prices = {"object": "list", "has_more": True, "data": [{**monthly, "id": "price_1", "unit_amount": 900}, metered]}
    products = [
        {"id": "prod_1", "object": "product", "name": "Team"},
        {"id": "prod_2", "object": "product", "name": "Old"},
        {"id": "HALF", "object": "coupon"},
    ]
    steps = [{"tax": {"code": "city", "name": "City", "rate": 1}}, {"customer": {"external_id": "acme"}}]
    texts = {
        "lago-gitops.yaml": "manifests: [manifests]\n",
        "terraform.tfstate": json.dumps({"version": 4, "resources": state}, indent=2),
        "stripe/prices.json": json.dumps(prices, indent=2),
        "stripe/products.json": json.dumps(products, indent=2),
        "seed.json": json.dumps({"steps": steps}, indent=2),
    }
    _write(folder, texts)
    yield {}


@contextmanager
def starter(folder: Path) -> Iterator[Variables]:
    _run(folder, {}, "lago-gitops init")
    yield {}


@contextmanager
def audited(folder: Path) -> Iterator[Variables]:
    """Two revisions of a price list, and fees of which some follow neither. Recorded: audit."""
    with serve(RecordedLago(answers("audit"))) as url:
        project = f"manifests: [manifests]\nenvironments:\n  production: {{url: '{url}'}}\n"
        git(folder, "init", "-q", "-b", "main")
        for revision, at in (("v1", "2026-08-25T09:00:00Z"), ("v2", "2026-10-10T12:00:00Z")):
            shutil.rmtree(folder / "manifests", ignore_errors=True)
            source = RECORDED / "audit" / "git" / revision / "manifests"
            shutil.copytree(source, folder / "manifests", copy_function=shutil.copyfile)  # Git goes by times of files
            _write(folder, {"lago-gitops.yaml": project, ".gitignore": ".lago-gitops/\n"})
            git(folder, "add", "-A")
            with mock.patch.dict(os.environ, {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}):
                git(folder, "commit", "-qm", revision)
        yield {"LAGO_API_KEY": "k3y"}


@contextmanager
def mistaken(folder: Path) -> Iterator[Variables]:
    _write(folder, {"manifests/vat.yaml": "kind: tax\ncode: vat\nname: VAT\nrate: 20%\n"})
    yield {}


@contextmanager
def webhook(_: Path) -> Iterator[Variables]:
    yield {"HARBOR_WEBHOOK_URL": "https://hooks.example.com/lago?token=s3cr3t"}


@contextmanager
def _copy_of(example: str, folder: Path) -> Iterator[Variables]:
    shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True)
    yield {}


def _lago(**settings: Any) -> AbstractContextManager[str]:
    return serve(Sandbox(Settings(api_key=KEY, **settings)))


def _client(url: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {KEY}"}
    return httpx.Client(base_url=f"{url}/api/v1/", headers=headers, verify=False, timeout=120)


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _run(folder: Path, variables: Variables, line: str) -> None:
    take(Command(line, ()), folder, variables)


WORLDS: Mapping[str, World] = {
    **{name: partial(_copy_of, name) for name in ("ai-api", "payments", "saas-seats")},
    "adopt": price_list,
    "approve": changed_in_git,
    "audit": audited,
    "warehouse": audited,
    "documents": mistaken,
    "drift": changed_in_lago,
    "overrides": overridden,
    "past-usage": billed,
    "first-pull-request": production,
    "import": other_tools,
    "price-tests": starter,
    "promote": two_environments,
    "recover": burned_code,
    "secrets": webhook,
}
