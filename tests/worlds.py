"""An organization in the sandbox, and the tool at work on it, without files or sockets."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from lago_gitops.access import Access
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.http.inprocess import InProcess
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.writer import write
from lago_gitops.project import Environment
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import Planned, make_plan
from lago_gitops.workflow.organization.reading import read_organization
from lago_gitops.workflow.pulling.expressible import Expressible, exported, expressible

ENVIRONMENT = Environment("test", url="http://sandbox.invalid")
SHAPES = Shapes(KINDS.values())


@dataclass(frozen=True, slots=True)
class World:
    """`requests` are all that were sent, as "METHOD path"."""

    access: Access
    requests: list[str]
    http: httpx.Client  # for what the tool does not do: customers, subscriptions, changes by other hands

    def plan(self, *texts: str) -> Planned:
        return self.plan_manifests(checked(*texts))

    def plan_manifests(self, manifests: Checked) -> Planned:
        with self.access.reader() as client:
            return make_plan(manifests, ENVIRONMENT, client, self.access)

    def apply(self, *texts: str) -> tuple[Outcome, ...]:
        return self.apply_manifests(checked(*texts))

    def apply_manifests(self, manifests: Checked) -> tuple[Outcome, ...]:
        with self.access.writer() as client:
            planned = make_plan(manifests, ENVIRONMENT, client, self.access)
            return carry_out(planned, client, lambda _: None)

    def carry_out(self, planned: Planned) -> tuple[Outcome, ...]:
        with self.access.writer() as client:
            return carry_out(planned, client, lambda _: None)

    def pull(self) -> Expressible:
        with self.access.reader() as client:
            return pulled(client, self.access)

    def writes(self) -> list[str]:
        return [request for request in self.requests if not request.startswith("GET")]

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def pulled(client: Reader, access: Access) -> Expressible:
    """The whole organization as manifests."""
    live = read_organization(client, access, ENVIRONMENT).live
    wanted = (one for one in live.values() if not one.pending_deletion and not KINDS[one.address.kind].fixed)
    return expressible(map(exported, wanted), (), live, External())


def reread(found: Expressible) -> Checked:
    """Manifests as they are when they have been files in between; what none can describe, and some refer to, is named
    as external, as `pull` advises."""
    readings = [read_text(one.source, write(one.data)) for one in found.manifests]
    assert [reading.problems for reading in readings] == [()] * len(readings)
    external = External(dict.fromkeys(found.dangling, Mark("lago-gitops.yaml")))
    checked = check((one for reading in readings for one in reading.manifests), KINDS, SHAPES, external)
    assert checked.problems == ()
    return checked


def plan_is_empty(lago: World, manifests: Checked) -> bool:
    return lago.plan_manifests(manifests).plan.changes == ()


@contextmanager
def world(**settings: Any) -> Iterator[World]:
    """An empty organization; `settings` are the sandbox's."""
    sandbox = Sandbox(Settings(**settings))
    with world_in(sandbox) as found:
        yield found
    sandbox.close()


@contextmanager
def world_in(sandbox: Sandbox) -> Iterator[World]:
    """The organization of a sandbox, which stays open."""
    requests: list[str] = []

    def counted(environ: Any, start_response: Any) -> Iterable[bytes]:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix('/api/v1')}{query}")
        return sandbox(environ, start_response)

    key = sandbox.settings.api_key
    own = httpx.Client(
        transport=InProcess(sandbox),
        base_url="http://sandbox.invalid",
        headers={"Authorization": f"Bearer {key}"},
    )
    yield World(Access(IN_PROCESS, Secret(key), InProcess(counted)), requests, own)
    own.close()


def checked(*texts: str) -> Checked:
    """Manifests that have to be right, from YAML."""
    manifests: list[Manifest] = []
    for number, text in enumerate(texts):
        reading = read_text(f"{number}.yaml", text)
        assert not reading.problems, [str(problem) for problem in reading.problems]
        manifests.extend(reading.manifests)
    found = check(manifests, KINDS, SHAPES, External())
    assert not found.problems, [str(problem) for problem in found.problems]
    return found


def statuses(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {str(one.task.change.address): str(one.status) for one in outcomes}
