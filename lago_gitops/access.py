"""How to get at an organization: the sandbox in this process, or a server and the key that opens it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lago_gitops.lago.client import Reader, Writer
from lago_gitops.lago.connect import connect_reader, connect_writer
from lago_gitops.lago.http.events import NOBODY, Observer, Tracker, both, unobserved
from lago_gitops.lago.target import IN_PROCESS, Secret, Target, parse_key, parse_target
from lago_gitops.project import SANDBOX_DATABASE, Environment, Project

if TYPE_CHECKING:
    import httpx

    from lago_gitops.sandbox.serving.app import Sandbox


class NoAccessError(Exception):
    """There is no way to the organization; the text says why."""


@dataclass(frozen=True, slots=True)
class Access:
    target: Target
    key: Secret
    transport: "httpx.BaseTransport | None" = None  # what answers instead of the network
    tracker: Tracker = NOBODY

    def reader(self) -> Reader:
        """A client without a method that writes."""
        return connect_reader(self.target, self.key, transport=self.transport, observer=self.tracker.observe)

    def writer(self, observer: Observer = unobserved) -> Writer:
        observers = both(self.tracker.observe, observer)
        return connect_writer(self.target, self.key, transport=self.transport, observer=observers)


@contextmanager
def access(
    project: Project, environment: Environment, variables: Mapping[str, str], tracker: Tracker
) -> Iterator[Access]:
    """Raises TargetError for a URL or a key that can't be used, NoAccessError where the sandbox's file can't be, both
    before anything is sent."""
    if not environment.is_sandbox:
        key = parse_key(variables.get(environment.key_variable, ""), environment.key_variable)
        yield Access(parse_target(environment.url, insecure=environment.insecure), key, tracker=tracker)
        return
    from lago_gitops.lago.http.inprocess import InProcess

    sandbox = _sandbox(project, environment)
    try:
        yield Access(IN_PROCESS, Secret(sandbox.settings.api_key), InProcess(sandbox), tracker)
    finally:
        sandbox.close()


def _sandbox(project: Project, environment: Environment) -> "Sandbox":
    """It keeps what was applied in a file of the project, so that the next command finds it."""
    from lago_gitops.sandbox.base.settings import Settings
    from lago_gitops.sandbox.base.storage.store import UnusableFileError
    from lago_gitops.sandbox.serving.app import Sandbox

    database = project.root / SANDBOX_DATABASE
    settings = Settings(database=str(database), premium=environment.premium)
    try:
        database.parent.mkdir(exist_ok=True)
        return Sandbox(replace(settings, lago_version=environment.lago_version or settings.lago_version))
    except OSError as error:
        raise NoAccessError(
            f"the sandbox can't write to {database.parent}: {error.strerror}; it keeps what was applied there"
        ) from None
    except UnusableFileError as error:
        raise NoAccessError(str(error)) from None
