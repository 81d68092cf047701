"""Organizations on loopback that the tests of a module share: built once, and as they were before each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.worlds import World, world_in


@dataclass(frozen=True, slots=True)
class Organization:
    """`world` is the way to it without a network."""

    url: str
    sandbox: Sandbox
    world: World

    def remember(self) -> None:
        """What is there now is what `restored` brings back."""
        assert self.world.http.post("/sandbox/snapshot").status_code == 200

    def restored(self) -> "Organization":
        assert self.world.http.post("/sandbox/restore").status_code == 200
        return self


@contextmanager
def organization(*manifests: str, **settings: Any) -> Iterator[Organization]:
    """One that has what the manifests say; `settings` are the sandbox's."""
    sandbox = Sandbox(Settings(**settings))
    with world_in(sandbox) as lago, serve(sandbox) as url:
        lago.apply(*manifests)
        found = Organization(url, sandbox, lago)
        found.remember()
        yield found
    sandbox.close()
