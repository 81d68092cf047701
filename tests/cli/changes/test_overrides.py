"""`drift --overrides`: subscriptions that don't follow their plan."""

import json
from collections.abc import Iterator

import httpx
import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell

PROJECT = """\
manifests: [manifests]
environments:
  production: {{url: "{url}", key_from: KEY, agreed_overrides: [{agreed}]}}
"""
PLAN = """\
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 2900
amount_currency: EUR
pay_in_advance: false
"""


@pytest.fixture
def lago(shell: Shell) -> Iterator[str]:
    """A plan that is as its manifest says, with two subscribers, one of whom pays another fee."""
    with serve(Sandbox(Settings(api_key="k", premium=True))) as url:
        shell.monkeypatch.setenv("KEY", "k")
        shell.write("manifests/plan.yaml", PLAN)
        agree(shell, url)
        shell.run("apply", "--env", "production", "--auto-approve")
        with httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": "Bearer k"}, verify=False, timeout=120
        ) as client:
            for name, own in (("acme", {"plan_overrides": {"amount_cents": 1900}}), ("globex", {})):
                client.post("/customers", json={"customer": {"external_id": name, "currency": "EUR"}})
                about = {"external_customer_id": name, "plan_code": "growth", "external_id": f"{name}-1", **own}
                client.post("/subscriptions", json={"subscription": about}).raise_for_status()
        yield url


def agree(shell: Shell, url: str, *subscriptions: str) -> None:
    shell.write("lago-gitops.yaml", PROJECT.format(url=url, agreed=", ".join(subscriptions)))


def test_a_subscription_with_a_price_of_its_own_is_reported(shell: Shell, lago: str) -> None:
    ran = shell.run("drift", "--env", "production", "--overrides")

    assert ran.code == 2
    assert "Overridden subscriptions, which don't follow their plan: 1 subscription." in ran.out
    assert "  acme-1 of plan/growth\n    amount_cents is 1900, in the plan 2900\n" in ran.out
    assert shell.run("drift", "--env", "production").code == 0


def test_what_is_agreed_is_no_drift(shell: Shell, lago: str) -> None:
    agree(shell, lago, "'acme-*'")

    ran = shell.run("drift", "--env", "production", "--overrides", "--format", "json")

    assert ran.code == 0
    assert [(one["subscription"], one["agreed"]) for one in json.loads(ran.out)["overrides"]] == [("acme-1", True)]
    assert "0 subscriptions; 1 more as agreed." in shell.run("drift", "--env", "production", "--overrides").out


def test_an_old_lago_that_does_not_tell_is_no_all_clear(shell: Shell) -> None:
    with serve(Sandbox(Settings(api_key="k", lago_version="1.38.0"))) as url:
        shell.monkeypatch.setenv("KEY", "k")
        shell.write("manifests/plan.yaml", PLAN)
        agree(shell, url)

        ran = shell.run("drift", "--env", "production", "--overrides")

    assert ran.code == 4
    assert "before 1.39" in ran.err
