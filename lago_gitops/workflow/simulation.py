"""A simulation with the manifests of one revision or two: the invoices of a private sandbox."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from lago_gitops.access import Access
from lago_gitops.core.validation.validate import Checked, is_tombstone
from lago_gitops.kinds.billable_metric.table import BILLABLE_METRIC
from lago_gitops.kinds.webhook_endpoint.table import WEBHOOK_ENDPOINT
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.project import SANDBOX, Environment
from lago_gitops.simulations.population import Simulation
from lago_gitops.simulations.running import Document, SandboxClient, SimulationRefusedError, invoices, run
from lago_gitops.simulations.sending import CUSTOM_FIELD
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import make_plan

_INTEGRATIONS = ["progressive_billing", "events_targeting_wallets", "multi_entities_enterprise"]
"""Jobs that affect invoices. Lifetime usage is not among them: it would be recomputed every day."""


def simulated(simulation: Simulation, checked: Checked) -> tuple[Document, ...]:
    """All invoices, by the manifests' prices from the start. Raises RefusedError, UnfitManifestsError."""
    with laid_out(simulation, (checked,)) as lago:
        lago.apply(checked)
        run(simulation, lago.client)
        return invoices(lago.client)


def changed_during(simulation: Simulation, before: Checked, after: Checked, on: date) -> tuple[Document, ...]:
    """Like `simulated`, with the first manifests, and the others from the start of that day on."""
    with laid_out(simulation, (before, after)) as lago:
        lago.apply(before)
        run(simulation, lago.client, [(on, lambda _: lago.apply(after))])
        return invoices(lago.client)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A sandbox in this process, as seen by a customer's program and by this tool."""

    access: Access
    client: SandboxClient

    def apply(self, checked: Checked) -> None:
        """Make it match the manifests, except webhook endpoints: a simulation notifies nobody.

        Raises RefusedError, UnfitManifestsError.
        """
        manifests = {
            address: one for address, one in checked.manifests.items() if address.kind != WEBHOOK_ENDPOINT.name
        }
        with self.access.writer() as writer:
            planned = make_plan(replace(checked, manifests=manifests), Environment(SANDBOX), writer, self.access)
            for refusal in planned.plan.refusals:
                raise SimulationRefusedError(f"{refusal.address}: {refusal.message}")
            for outcome in carry_out(planned, writer, lambda _: None):
                if not outcome.status.is_good:
                    raise SimulationRefusedError(f"{outcome.task.change.address} {outcome.status}: {outcome.message}")


@contextmanager
def laid_out(simulation: Simulation, revisions: Iterable[Checked]) -> Iterator[Simulated]:
    """With everything the manifests need that Lago's API can't create."""
    import httpx

    from lago_gitops.lago.http.inprocess import InProcess
    from lago_gitops.sandbox.base.settings import Settings
    from lago_gitops.sandbox.serving.app import Sandbox

    settings = Settings(premium=simulation.licensed, starts_at=simulation.start)
    sandbox = Sandbox(replace(settings, lago_version=simulation.lago_version or settings.lago_version))
    transport, key = InProcess(sandbox), settings.api_key
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx.Client(transport=transport, base_url=IN_PROCESS.origin, headers=headers) as http:
            lago = SandboxClient(http)
            lago.send("POST", "/sandbox/seed", _seed(tuple(revisions)))
            yield Simulated(Access(IN_PROCESS, Secret(key), transport), lago)
    finally:
        sandbox.close()


def _seed(revisions: Iterable[Checked]) -> Document:
    """Pricing units, and metrics that no manifest describes: those whose code runs inside Lago."""
    manifests = [one for checked in revisions for one in checked.manifests.values() if not is_tombstone(one)]
    charges = [charge for one in manifests for charge in one.data.get("charges") or ()]
    described = {one.data.get("code") for one in manifests if one.kind == BILLABLE_METRIC.name}
    metrics = dict.fromkeys(each["billable_metric_code"] for each in charges)
    units = dict.fromkeys(unit["code"] for each in charges if (unit := each.get("applied_pricing_unit")))
    return {
        "premium_integrations": _INTEGRATIONS,
        "pricing_units": [{"code": code} for code in units],
        "custom_metrics": [
            {"code": code, "field_name": CUSTOM_FIELD, "bills_as": "sum_agg"}
            for code in metrics
            if code not in described
        ],
    }
