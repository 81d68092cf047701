"""What somebody else manages: referred to, never touched."""

import json

import pytest

from tests.cli.running import Shell

PROJECT = "manifests: [manifests]\nprune: [{kind: tax, codes: ['*']}]\nexternal: {tax: [vat]}\n"
VAT = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
ADD_ON = "kind: add_on\ncode: a\nname: A\namount_cents: 1\namount_currency: EUR\ntax_codes: [vat]\n"


def others_made_the_tax(shell: Shell) -> None:
    shell.write("manifests/a.yaml", VAT)
    assert shell.run("apply", "--auto-approve").code == 0


def test_a_prune_scope_does_not_reach_what_is_external(shell: Shell) -> None:
    others_made_the_tax(shell)
    shell.write("manifests/a.yaml", ADD_ON)
    shell.write("lago-gitops.yaml", PROJECT)

    assert shell.run("apply", "--auto-approve").out == "Applied: 1 done.\n"
    assert shell.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")])
def test_what_is_external_and_not_there_stops_before_anything_is_written(shell: Shell, command: tuple[str]) -> None:
    shell.write("manifests/a.yaml", ADD_ON + "---\nkind: tax\ncode: other\nname: O\nrate: 1\n")
    shell.write("lago-gitops.yaml", PROJECT)
    ran = shell.run(*command, "--no-color")

    assert ran.code == 3
    assert "lago-gitops.yaml:3:18: error: tax/vat is external and doesn't exist in Lago [external]" in ran.out
    shell.write("lago-gitops.yaml", "manifests: [none]\n")
    shell.write("none/a.yaml", "kind: organization\n")
    assert json.loads(shell.run("plan", "--format", "json").out)["summary"]["unchanged"] == 1
    assert "tax/" not in shell.run("plan").out


def test_an_environment_has_external_resources_of_its_own(shell: Shell) -> None:
    others_made_the_tax(shell)
    shell.write("manifests/a.yaml", ADD_ON)
    shell.write(
        "lago-gitops.yaml",
        "manifests: [manifests]\nenvironments:\n  sandbox: {external: {tax: [vat]}}\n"
        "  other: {url: 'http://127.0.0.1:1', external: {tax: [other]}}\n",
    )

    assert shell.run("plan", "--env", "sandbox").code == 0
    assert shell.run("validate", "--env", "other").code == 3
