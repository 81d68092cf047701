"""What a page takes for granted: files in the folder, a Lago, variables. By the page's name."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.docs.console import Command, Variables, take

World = Callable[[Path], AbstractContextManager[Variables]]


def world(page: str, folder: Path) -> AbstractContextManager[Variables]:
    """The variables that the page's commands find."""
    return WORLDS[page](folder) if page in WORLDS else nullcontext({})


@contextmanager
def two_environments(folder: Path) -> Iterator[Variables]:
    """A change has been applied to staging, and not to production."""
    taxes = "kind: tax\ncode: vat\nname: VAT\nrate: {rate}\n---\nkind: tax\ncode: city\nname: City\nrate: 1\n"
    with _lago() as staging, _lago() as production:
        variables = {"LAGO_API_KEY_STAGING": "sandbox", "LAGO_API_KEY_PRODUCTION": "sandbox"}
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


def _lago() -> AbstractContextManager[str]:
    return serve(Sandbox(Settings(api_key="sandbox")))


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _run(folder: Path, variables: Variables, line: str) -> None:
    take(Command(line, ()), folder, variables)


WORLDS: Mapping[str, World] = {"promote": two_environments}
