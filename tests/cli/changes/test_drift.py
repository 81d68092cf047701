"""drift: whether Lago matches the manifests."""

import httpx

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell
from tests.texts import BASIC


def test_what_lago_is_deleting_and_manifests_describe_has_drifted(shell: Shell) -> None:
    with serve(Sandbox(Settings(api_key="key", jobs="manual"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "key")
        shell.write("plan.yaml", BASIC)
        assert shell.run("apply", "--auto-approve").code == 0
        assert shell.run("drift").code == 0
        httpx.delete(f"{url}/api/v1/plans/basic", headers={"Authorization": "Bearer key"})
        ran = shell.run("drift")

        assert (ran.code, "Lago is still deleting it" in ran.out) == (2, True)
        assert "Lago matches the manifests" not in ran.out
        shell.write("plan.yaml", "kind: plan\ncode: basic\nstate: absent\n")
        assert shell.run("drift").code == 0
