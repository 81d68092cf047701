"""`plan PATHS`, `apply PATHS` and a saved plan are about what is in them; nothing else is done, or stops them."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.cli.organizations import Organization, organization
from tests.cli.running import Shell
from tests.texts import BASIC, METRIC

PLAN = (
    BASIC
    + """\
charges:
  - {code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: "2"}}
"""
)
TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
HEADERS = {"Authorization": "Bearer key"}


@pytest.fixture(scope="module")
def subscribed() -> Iterator[Organization]:
    """A metric and a plan with one subscriber."""
    with organization(METRIC, PLAN, api_key="key") as found:
        found.world.send("POST", "customers", {"customer": {"external_id": "acme", "currency": "EUR"}})
        subscription = {"external_customer_id": "acme", "plan_code": "basic", "external_id": "s"}
        found.world.send("POST", "subscriptions", {"subscription": subscription})
        found.remember()
        yield found


@pytest.fixture
def lago(shell: Shell, subscribed: Organization) -> str:
    """The URL of an organization as the manifests say."""
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    shell.write("lago-gitops.yaml", f"manifests: [m]\nenvironments:\n  live: {{url: '{subscribed.url}'}}\n")
    shell.write("m/metric.yaml", METRIC)
    shell.write("m/plan.yaml", PLAN)
    return subscribed.restored().url


def send(url: str, path: str, body: Any) -> None:
    assert httpx.post(f"{url}/api/v1/{path}", json=body, headers=HEADERS, verify=False, timeout=120).status_code == 200


def codes(url: str, collection: str) -> set[str]:
    return {
        one["code"]
        for one in httpx.get(f"{url}/api/v1/{collection}", headers=HEADERS, verify=False, timeout=120).json()[
            collection
        ]
    }


def run(shell: Shell, command: str, *args: str) -> Any:
    return shell.run(command, "--env", "live", *args)


REFUSED = ("interval: monthly", "interval: yearly")
GUARDED = ('amount: "2"', 'amount: "3"')


@pytest.mark.parametrize(("old", "new"), [REFUSED, GUARDED])
def test_what_other_files_say_neither_stops_a_plan_nor_is_touched_by_it(
    shell: Shell, lago: str, old: str, new: str
) -> None:
    shell.write("m/plan.yaml", PLAN.replace(old, new))
    shell.write("m/tax.yaml", TAX)
    assert run(shell, "plan", "m/tax.yaml", "--out", "p.json").code == 0
    document = json.loads((shell.folder / "p.json").read_text())

    assert [change["address"] for change in document["changes"]] == ["tax/vat"]
    assert document["unmanaged"] == ["billing_entity/sandbox"]
    assert run(shell, "apply", "p.json", "--auto-approve").out == "Applied: 1 done.\n"
    assert codes(lago, "taxes") == {"vat"}
    shell.write("m/tax.yaml", TAX.replace("vat", "city"))
    assert run(shell, "apply", "m/tax.yaml", "--auto-approve").out == "Applied: 1 done.\n"
    assert codes(lago, "taxes") == {"vat", "city"}
    assert run(shell, "apply", "--auto-approve").code == 4


def test_what_is_wrong_in_other_files_is_not_said(shell: Shell, lago: str) -> None:
    shell.write("m/tax.yaml", TAX)
    shell.write("m/broken.yaml", "kind: tax\ncode: x\n")
    shell.write("m/torn.yaml", "kind: [")

    assert run(shell, "validate", "m/tax.yaml").code == 0
    assert run(shell, "apply", "m/tax.yaml", "--auto-approve").code == 0
    assert run(shell, "validate", "m/broken.yaml").code == 3
    assert run(shell, "plan").code == 3


def test_what_is_chosen_is_held_against_all_that_is_described(shell: Shell, lago: str) -> None:
    shell.write("m/second.yaml", PLAN.replace("code: basic", "code: second"))
    assert run(shell, "validate", "m/second.yaml").out == "1 resource, no problems.\n"
    assert run(shell, "apply", "m/second.yaml", "--auto-approve").out == "Applied: 1 done.\n"
    shell.write("m/twice.yaml", TAX)
    shell.write("m/more/twice.yaml", TAX)
    assert "described twice" in run(shell, "validate", "m/twice.yaml").out


def test_what_a_chosen_change_needs_and_is_nowhere_yet_is_named(shell: Shell, lago: str) -> None:
    shell.write("m/metric2.yaml", METRIC.replace("code: calls", "code: seats"))
    shell.write("m/second.yaml", PLAN.replace("basic", "second").replace("metric_code: calls", "metric_code: seats"))
    ran = run(shell, "plan", "m/second.yaml")

    assert ran.code == 4
    assert "it refers to billable_metric/seats, which is neither in Lago nor in this plan" in ran.out
    assert run(shell, "apply", "m/second.yaml", "m/metric2.yaml", "--auto-approve").code == 0


def test_resources_outside_are_not_absent_and_prune_scopes_are_not_chosen(shell: Shell, lago: str) -> None:
    project = (shell.folder / "lago-gitops.yaml").read_text()
    shell.write("lago-gitops.yaml", project + "prune: [{kind: billable_metric, codes: ['*']}]\n")
    send(lago, "billable_metrics", {"billable_metric": {"code": "old", "name": "O", "aggregation_type": "count_agg"}})
    shell.write("m/tax.yaml", TAX)
    assert run(shell, "apply", "m/tax.yaml", "--auto-approve").out == "Applied: 1 done.\n"
    assert codes(lago, "billable_metrics") == {"calls", "old"}
    run(shell, "plan", "--out", "p.json")
    allow = [flag for waiver in ("delete", "cascades", "many-deletes") for flag in ("--allow", waiver)]
    assert run(shell, "apply", "p.json", "--auto-approve", *allow).code == 0
    assert codes(lago, "billable_metrics") == {"calls"}


def test_a_deletion_that_is_done_is_done(shell: Shell, lago: str) -> None:
    shell.write("m/tax.yaml", TAX)
    run(shell, "apply", "m/tax.yaml", "--auto-approve")
    shell.write("m/tax.yaml", TAX + "state: absent\n")
    run(shell, "plan", "m/tax.yaml", "--out", "p.json")
    allow = [flag for waiver in ("delete", "cascades", "code-burned") for flag in ("--allow", waiver)]
    assert run(shell, "apply", "p.json", "--auto-approve", *allow).code == 0
    again = run(shell, "apply", "p.json", "--auto-approve", *allow)
    assert (again.code, again.err.count("already")) == (0, 1)


def test_what_the_manifests_no_longer_say_is_never_called_done(shell: Shell, lago: str) -> None:
    shell.write("m/tax.yaml", TAX)
    run(shell, "plan", "m/tax.yaml", "--out", "p.json")
    shell.write("m/tax.yaml", TAX.replace("vat", "city"))
    ran = run(shell, "apply", "p.json", "--auto-approve")

    assert (ran.code, codes(lago, "taxes")) == (5, set())
    assert "stale      tax/vat" in ran.err


def test_a_change_that_is_held_back_is_no_reason_to_stop(shell: Shell, lago: str) -> None:
    """The price was planned as 3 and is 4 by now: that is stale, and its guard is nobody's concern."""
    shell.write("m/tax.yaml", TAX)
    shell.write("m/plan.yaml", PLAN.replace("name: Basic", "name: Basis"))
    run(shell, "plan", "--out", "p.json")
    shell.write("m/plan.yaml", PLAN.replace(*GUARDED))
    ran = run(shell, "apply", "p.json", "--auto-approve")

    assert (ran.code, ran.out) == (6, "Applied: 1 done, 1 stale.\n")


def test_files_beside_the_project_are_meant_instead_of_its_own(shell: Shell, lago: str) -> None:
    shell.write("beside/plan.yaml", PLAN.replace("name: Basic", "name: Beside"))
    shell.write("m/tax.yaml", TAX)

    assert run(shell, "apply", "beside", "--auto-approve").out == "Applied: 1 done.\n"
    assert codes(lago, "taxes") == set()


def test_a_saved_plan_of_files_beside_the_project_is_of_them_when_it_is_applied(shell: Shell, lago: str) -> None:
    shell.write("beside/plan.yaml", PLAN.replace("name: Basic", "name: Beside"))
    shell.write("beside/tax.yaml", TAX)
    run(shell, "plan", "beside", "--out", "p.json")

    assert run(shell, "apply", "p.json").out == "Applied: 2 done.\n"
    assert codes(lago, "taxes") == {"vat"}


def test_what_has_become_wrong_elsewhere_does_not_stop_a_saved_plan_of_some_files(shell: Shell, lago: str) -> None:
    shell.write("m/tax.yaml", TAX)
    run(shell, "plan", "m/tax.yaml", "--out", "p.json")
    shell.write("m/other.yaml", "kind: tax\ncode: [1]\n")

    assert run(shell, "apply", "p.json").out == "Applied: 1 done.\n"


def test_an_overlay_chooses_what_it_patches(shell: Shell, lago: str) -> None:
    project = (shell.folder / "lago-gitops.yaml").read_text().replace("url:", "overlays: [prod], url:")
    shell.write("lago-gitops.yaml", project)
    shell.write("prod/plan.yaml", "kind: plan\ncode: basic\nname: Production\n")
    shell.write("m/tax.yaml", TAX)

    assert run(shell, "apply", "prod", "--auto-approve").out == "Applied: 1 done.\n"
    assert codes(lago, "taxes") == set()


def test_a_saved_plan_is_given_alone(shell: Shell, lago: str) -> None:
    shell.write("m/tax.yaml", TAX)
    run(shell, "plan", "--out", "p.json")
    assert run(shell, "apply", "p.json", "m").code == 64
    shell.write("tax.json", json.dumps({"kind": "tax", "code": "city", "name": "City", "rate": 1}))
    assert run(shell, "apply", "tax.json", "--auto-approve").code == 0
    assert codes(lago, "taxes") == {"city"}
    shell.write("torn.json", "{")
    assert run(shell, "apply", "torn.json").code == 5


def test_paths_that_choose_nothing_are_an_error(shell: Shell, lago: str) -> None:
    shell.write("m/empty.yaml", "")
    assert run(shell, "plan", "m/empty.yaml").code == 3
