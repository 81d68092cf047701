"""What the doctor says of a way to Lago."""

import json

from lago_gitops.sandbox.app import Sandbox
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.server import serve
from tests.cli.running import Shell


def diagnosed(shell: Shell, key: str = "key", pinned: str = "", **settings: str) -> tuple[int, dict[str, bool]]:
    """Exit code, and which checks are well."""
    with serve(Sandbox(Settings(api_key="key", **settings))) as url:
        shell.write("lago-gitops.yaml", f"environments: {{prod: {{url: '{url}', organization: '{pinned}'}}}}")
        shell.monkeypatch.setenv("LAGO_API_KEY", key)
        ran = shell.run("doctor", "--env", "prod", "--format", "json")
    return ran.code, {check["name"]: check["well"] for check in json.loads(ran.out)["checks"]}


def test_all_is_well(shell: Shell) -> None:
    code, checks = diagnosed(shell, pinned="sandbox")

    assert code == 0
    assert set(checks.values()) == {True}
    assert {"server", "clock", "key", "organization", "version", "permission plan"} <= checks.keys()


def test_it_leaves_nothing_behind(shell: Shell) -> None:
    shell.run("doctor")

    assert shell.run("pull").out.endswith("Pulled 1 resource of Sandbox: 1 new.\n")  # its billing entity


def test_a_key_that_lago_does_not_know(shell: Shell) -> None:
    code, checks = diagnosed(shell, key="wrong")

    assert (code, checks["key"], "permission plan" in checks) == (8, False, False)


def test_the_key_of_another_organization(shell: Shell) -> None:
    code, checks = diagnosed(shell, pinned="acme")

    assert (code, checks["organization"]) == (5, False)


def test_a_kind_that_can_not_be_listed(shell: Shell) -> None:
    code, checks = diagnosed(shell, lago_version="1.38.0")

    assert (code, checks["permission feature"], checks["permission plan"]) == (4, False, True)


def test_nobody_there(shell: Shell) -> None:
    shell.monkeypatch.setenv("LAGO_API_URL", "http://127.0.0.1:1")
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    ran = shell.run("doctor")

    assert (ran.code, "is the URL right" in ran.out) == (8, True)


def test_the_built_in_sandbox_needs_no_pin(shell: Shell) -> None:
    ran = shell.run("doctor")

    assert (ran.code, "pin" in ran.out) == (0, False)


def test_an_environment_without_a_pin_is_advised_to_have_one(shell: Shell) -> None:
    assert "pin" in diagnosed(shell)[1]
    assert "pin" not in diagnosed(shell, pinned="sandbox")[1]
