"""The tool against a server, from an empty organization to an empty one: each story is a project and what is done."""

import json
import time
from collections.abc import Callable, Iterator

import yaml

from lago_gitops.core.assessment.guard import WAIVERS
from lago_gitops.kinds import KINDS
from lago_gitops.workflow.manifests.business_models import MODELS
from tests.e2e.server import PATIENCE_S, PAUSE_S, Server
from tests.e2e.tool import Tool

Story = Callable[[Tool], None]
PRICES = """\
kind: billable_metric
code: e2e_units
name: Units
aggregation_type: sum_agg
field_name: units
---
kind: plan
code: e2e_plan
name: End to end
interval: monthly
amount_cents: 4900
amount_currency: EUR
pay_in_advance: false
charges:
  - code: units
    billable_metric_code: e2e_units
    charge_model: graduated
    properties:
      graduated_ranges:
        - {{from_value: 0, to_value: 1000, per_unit_amount: "0", flat_amount: "0"}}
        - {{from_value: 1001, to_value: null, per_unit_amount: "{price}", flat_amount: "5"}}
---
kind: add_on
code: e2e_setup
name: Set-up
amount_cents: 10000
amount_currency: EUR
"""
CUSTOMER, SUBSCRIPTION, UNITS = "e2e-customer", "e2e-subscription", 2500


def stories() -> Iterator[tuple[str, Story]]:
    """By name. Each leaves the organization as empty as it was."""
    yield "a price list in use", price_list_in_use
    for model in MODELS:
        yield f"the starter {model}", starter(model)


def starter(model: str) -> Story:
    """Written, applied, and pulled by somebody else."""

    def story(tool: Tool) -> None:
        tool.run("init", "--template", model)
        tool.run("validate")
        tool.run("test")
        _applied(tool)
        _pulled(tool)
        _removed(tool)

    return story


def price_list_in_use(tool: Tool) -> None:
    """A price changes under a subscriber; Lago and `price` agree on the bill; somebody changes Lago by hand."""
    tool.write("lago-gitops.yaml", "manifests: [manifests]\n")
    tool.write("manifests/prices.yaml", PRICES.format(price="0.01"))
    tool.run("doctor")
    _applied(tool)
    _subscribed(tool.server)
    _agree_on_the_bill(tool)

    tool.write("manifests/prices.yaml", PRICES.format(price="0.02"))
    plan = json.loads(tool.run("plan", "--format", "json"))
    stops = [(one["waiver"], one["subscriptions"]) for one in plan["guards"]]
    assert stops == [("changes-bills", 1)], stops
    tool.run("apply", "--auto-approve", code=4)
    tool.run("apply", "--auto-approve", "--approved", plan["digest"])
    tool.run("plan", "--detailed-exitcode")
    _agree_on_the_bill(tool)

    tool.server.put("add_ons/e2e_setup", {"add_on": {"name": "By hand"}})
    tool.run("drift", code=2)
    tool.run("pull")
    tool.run("drift")

    tool.server.delete(f"subscriptions/{SUBSCRIPTION}")
    tool.server.delete(f"customers/{CUSTOMER}")
    _removed(tool)


def _applied(tool: Tool) -> None:
    """A second plan and a second apply have nothing to do."""
    tool.run("plan", "--out", "first.lagoplan.json")
    tool.run("apply", "first.lagoplan.json", "--auto-approve")
    tool.run("plan", "--detailed-exitcode")
    assert "Nothing to apply" in tool.run("apply", "--auto-approve")


def _pulled(tool: Tool) -> None:
    """A project of what is there plans nothing."""
    other = Tool(tool.folder / ".pulled", tool.server, said=tool.said)
    other.folder.mkdir()
    other.run("init", "--pull")
    pulled = Tool(other.folder, tool.server, "production", tool.said)
    pulled.run("validate")
    pulled.run("test")
    pulled.run("plan", "--detailed-exitcode")


def _removed(tool: Tool) -> None:
    """By tombstones, in whatever order Lago needs."""
    files = sorted((tool.folder / "manifests").rglob("*.yaml"))
    manifests = [one for path in files for one in yaml.safe_load_all(path.read_text()) if one]
    gone = [_tombstone(one) for one in manifests if not KINDS[one["kind"]].undeletable]
    tool.write("gone/all.yaml", yaml.safe_dump_all(gone))
    project = yaml.safe_load((tool.folder / "lago-gitops.yaml").read_text())
    tool.write("lago-gitops.yaml", yaml.safe_dump({**project, "manifests": ["gone"]}))
    tool.run("apply", "--auto-approve", *(word for waiver in WAIVERS for word in ("--allow", waiver)))
    tool.run("plan", "--detailed-exitcode")
    tool.server.wait_for_deletes()
    left = tuple(tool.server.left_behind())
    assert not left, f"the organization is not empty: {', '.join(left)}"


def _tombstone(manifest: dict[str, object]) -> dict[str, object]:
    return {"kind": manifest["kind"], "code": manifest["code"], "state": "absent"}


def _subscribed(server: Server) -> None:
    server.post("customers", {"customer": {"external_id": CUSTOMER, "name": "End to end", "currency": "EUR"}})
    subscription = {"external_customer_id": CUSTOMER, "plan_code": "e2e_plan", "external_id": SUBSCRIPTION}
    server.post("subscriptions", {"subscription": subscription})
    event = {
        "transaction_id": f"e2e-{time.time_ns()}",
        "external_subscription_id": SUBSCRIPTION,
        "code": "e2e_units",
        "properties": {"units": UNITS},
    }
    server.post("events", {"event": event})


def _agree_on_the_bill(tool: Tool) -> None:
    """Events, and new prices, reach Lago's usage a moment later."""
    bill = json.loads(tool.run("price", "--plan", "e2e_plan", "--usage", f"units={UNITS}", "--format", "json"))
    expected = sum(fee["amount_cents"] for fee in bill["fees"] if fee["item"]["type"] == "charge")
    until = time.monotonic() + PATIENCE_S
    path = f"customers/{CUSTOMER}/current_usage?external_subscription_id={SUBSCRIPTION}&apply_taxes=false"
    while (found := tool.server.get(path)["customer_usage"]["amount_cents"]) != expected:
        assert time.monotonic() < until, f"Lago has {found} cents of usage, price has {expected}"
        time.sleep(PAUSE_S)
