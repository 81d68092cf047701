"""One approval that works: what guards ask for is answered by a plan that showed it, or by its digest."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.cli.organizations import Organization, organization
from tests.cli.running import Shell
from tests.texts import PLAN

GONE = PLAN.format(amount=1000) + "state: absent\n"
HEADERS = {"Authorization": "Bearer key"}


@pytest.fixture(scope="module")
def of_one_plan() -> Iterator[Organization]:
    with organization(PLAN.format(amount=1000), api_key="key") as found:
        yield found


@pytest.fixture
def lago(shell: Shell, of_one_plan: Organization) -> str:
    """A server with a plan that the manifests say, and its URL."""
    shell.monkeypatch.setenv("LAGO_API_URL", of_one_plan.url)
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    costs(shell, 1000)
    return of_one_plan.restored().url


def costs(shell: Shell, amount: int) -> None:
    shell.write("p.yaml", PLAN.format(amount=amount))


def subscribe(url: str, name: str = "acme") -> None:
    subscription = {"external_customer_id": name, "plan_code": "p", "external_id": name}
    for path, body in (
        ("customers", {"customer": {"external_id": name, "currency": "EUR"}}),
        ("subscriptions", {"subscription": subscription}),
    ):
        assert (
            httpx.post(f"{url}/api/v1/{path}", json=body, headers=HEADERS, verify=False, timeout=120).status_code == 200
        )


def amount(url: str) -> int:
    found: int = httpx.get(f"{url}/api/v1/plans/p", headers=HEADERS, verify=False, timeout=120).json()["plan"][
        "amount_cents"
    ]
    return found


def planned(shell: Shell) -> str:
    """The digest of the plan that is saved in x.json."""
    assert shell.run("plan", "--out", "x.json").code == 0
    digest: str = json.loads((shell.folder / "x.json").read_text())["digest"]
    return digest


def test_a_saved_plan_that_showed_its_guards_answers_what_they_ask(shell: Shell, lago: str) -> None:
    subscribe(lago)
    costs(shell, 2000)
    planned(shell)

    assert shell.run("apply", "--auto-approve").code == 4
    assert shell.run("apply", "x.json").code == 0
    assert amount(lago) == 2000


def test_so_does_its_digest(shell: Shell, lago: str) -> None:
    subscribe(lago)
    costs(shell, 2000)
    digest = planned(shell)

    assert shell.run("apply", "--approved", f"SHA256:{digest[:12].upper()}").code == 0
    assert amount(lago) == 2000


def test_what_a_plan_did_not_show_it_did_not_have_approved(shell: Shell, lago: str) -> None:
    costs(shell, 2000)
    digest = planned(shell)
    subscribe(lago)

    assert shell.run("apply", "x.json").code == 4
    assert shell.run("apply", "--approved", digest).code == 5
    assert amount(lago) == 1000


def test_one_more_subscription_is_no_other_plan(shell: Shell, lago: str) -> None:
    subscribe(lago)
    costs(shell, 2000)
    digest = planned(shell)
    subscribe(lago, "other")

    assert shell.run("apply", "--approved", digest).code == 0


def test_what_is_refused_stays_refused(shell: Shell, lago: str) -> None:
    subscribe(lago)
    shell.write("p.yaml", GONE)
    digest = planned(shell)
    ran = shell.run("apply", "--approved", digest)

    assert ran.code == 4
    assert "nothing was changed. To go ahead: --allow ends-subscriptions --allow many-deletes\n" in ran.err
    allowed = ("--allow", "ends-subscriptions", "--allow", "many-deletes")
    assert shell.run("apply", "--approved", digest, *allowed).code == 0


@pytest.mark.parametrize("digits", ["", "a", "sha256:a", "sha256:0123456789a", "0123456789ag", "0" * 65])
def test_a_digest_needs_twelve_hex_digits(shell: Shell, lago: str, digits: str) -> None:
    assert shell.run("apply", "--auto-approve", "--approved", digits).code == 64


def test_a_plan_says_that_guards_stand_in_the_way(shell: Shell, lago: str) -> None:
    subscribe(lago)
    costs(shell, 2000)
    digest = planned(shell)
    summary = json.loads((shell.folder / "x.json").read_text())["summary"]
    ran = shell.run("plan", "--fail-on", "guards")

    assert (summary["guards_that_ask"], summary["guards_that_refuse"]) == (1, 0)
    assert ran.code == 4
    assert f"Guards block this plan: changes-bills needs approval (apply --approved {digest[:12]}" in ran.out
    assert shell.run("plan", "--fail-on", "refused").code == 0
    assert shell.run("plan", "--fail-on", "guards", "--allow", "changes-bills").code == 0


def test_a_plan_whose_guards_refuse_fails_on_them(shell: Shell, lago: str) -> None:
    subscribe(lago)
    shell.write("p.yaml", GONE)

    assert shell.run("plan").code == 0
    assert shell.run("plan", "--fail-on", "refused").code == 4


@pytest.mark.parametrize(("most", "code"), [("cosmetic", 4), ("price-decrease", 4), ("price-increase", 0)])
def test_a_plan_that_goes_further_than_it_may_fails(shell: Shell, lago: str, most: str, code: int) -> None:
    subscribe(lago)
    costs(shell, 2000)
    ran = shell.run("plan", "--max-class", most)

    assert ran.code == code
    assert "Class price-increase (plan/p: plan fee €10.00 a month → €20.00 a month)." in ran.out


def test_no_change_goes_too_far(shell: Shell, lago: str) -> None:
    assert shell.run("plan", "--max-class", "cosmetic").code == 0
