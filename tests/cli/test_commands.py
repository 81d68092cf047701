"""The commands, as a user runs them, on the built-in sandbox and over HTTP."""

import json
import subprocess
import sys

import pytest

from lago_gitops.cli import COMMANDS
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell

HEAVY = ("httpx", "jsonschema", "jsonschema_rs", "yaml", "jinja2", "deepdiff", "ruamel", "orjson", "sqlite3")
MOST_IMPORTED_FOR_HELP = 120  # of our modules, by all commands together
HOOK = "kind: webhook_endpoint\nwebhook_url: https://joe:pa55word@hooks.example.com/x?token=5ecret\n"


def started(shell: Shell) -> Shell:
    assert shell.run("init").code == 0
    return shell


def test_from_nothing_to_an_applied_plan(shell: Shell) -> None:
    started(shell)

    assert shell.run("validate").out == "2 resources, no problems.\n"
    assert "Plan: 2 to create, 0 to change, 0 to delete" in shell.run("plan").out
    assert shell.run("apply", "--auto-approve").out == "Applied: 2 done.\n"
    assert shell.run("plan", "--detailed-exitcode").code == 0


def test_a_changed_price_is_named_by_path_with_both_values(shell: Shell) -> None:
    started(shell).run("apply", "--auto-approve")
    path = shell.folder / "manifests/growth.yaml"
    path.write_text(path.read_text().replace("0.002", "0.0022"))
    ran = shell.run("plan", "--detailed-exitcode", "--no-color")

    assert ran.code == 2
    assert "charges.api_requests.graduated_ranges[10001–∞].per_unit_amount  0.002 → 0.0022" in ran.out


def test_the_same_over_http(shell: Shell) -> None:
    started(shell)
    with serve(Sandbox(Settings(api_key="k3y"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", f"{url}/api/v1")
        shell.monkeypatch.setenv("LAGO_API_KEY", "k3y")

        assert shell.run("apply", "--auto-approve").out == "Applied: 2 done.\n"
        assert shell.run("plan", "--detailed-exitcode").code == 0


def test_a_saved_plan_is_shown_again(shell: Shell) -> None:
    started(shell)
    planned = shell.run("plan", "--out", "plan.json").out

    assert shell.run("show", "plan.json").out == planned
    assert json.loads((shell.folder / "plan.json").read_text())["summary"]["create"] == 2


@pytest.mark.parametrize("text", ["{}", "no json", "[]", '{"format_version": "9.0"}'])
def test_what_is_no_plan_is_not_shown(shell: Shell, text: str) -> None:
    shell.write("x.json", text)

    assert shell.run("show", "x.json").code == 5


def test_without_a_terminal_and_without_approval_nothing_is_done(shell: Shell) -> None:
    started(shell)

    assert shell.run("apply").code == 4
    assert shell.run("plan", "--detailed-exitcode").code == 2


def test_pull_writes_what_plans_to_nothing(shell: Shell) -> None:
    started(shell).run("apply", "--auto-approve")

    assert shell.run("pull", "--out", "pulled").code == 0
    assert shell.run("plan", "pulled", "--detailed-exitcode").code == 0
    assert "3 unchanged" in shell.run("pull", "--out", "pulled").out


def test_a_key_that_lago_does_not_know_ends_with_8_and_is_not_shown(shell: Shell) -> None:
    started(shell)
    with serve(Sandbox(Settings(api_key="right"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "wr0ng-key")
        ran = shell.run("plan")

    assert ran.code == 8
    assert "wr0ng-key" not in ran.err + ran.out


def test_another_organization_than_the_pinned_one_is_not_touched(shell: Shell) -> None:
    shell.write("manifests/a.yaml", "kind: tax\ncode: t\nname: T\nrate: 1\n")
    with serve(Sandbox(Settings(api_key="k"))) as url:
        project = f"manifests: [manifests]\nenvironments: {{prod: {{url: '{url}', organization: acme}}}}\n"
        shell.write("lago-gitops.yaml", project)
        shell.monkeypatch.setenv("LAGO_API_KEY", "k")
        ran = shell.run("apply", "--env", "prod", "--auto-approve")

    assert ran.code == 5
    assert "is for organization 'acme', but the key in LAGO_API_KEY opens 'Sandbox' (sandbox)" in ran.err


def test_an_environment_that_is_not_there_is_wrong_usage(shell: Shell) -> None:
    started(shell)

    assert shell.run("plan", "--env", "prod").code == 64


def test_a_wrong_project_file_is_answered_like_a_wrong_manifest(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", "manifest: [a]\nenvironments: {prod: {}}\n")
    ran = shell.run("validate", "--no-color")

    assert ran.code == 3
    said = "lago-gitops.yaml:1:1: error: there is no field 'manifest' here [schema]\n    did you mean 'manifests'?"
    assert said in ran.out


def test_overlays_patch_the_base_for_their_environment_only(shell: Shell) -> None:
    shell.write("manifests/a.yaml", "kind: tax\ncode: vat\nname: VAT\nrate: 20\n")
    shell.write("manifests/overlays/eu/a.yaml", "kind: tax\ncode: vat\nrate: 21\n")
    shell.write(
        "lago-gitops.yaml", "manifests: [manifests]\nenvironments: {sandbox: {overlays: [manifests/overlays/eu]}}\n"
    )

    assert "rate  21" in shell.run("plan", "--env", "sandbox").out
    shell.write("lago-gitops.yaml", "environments: {x: {url: 'http://127.0.0.1:1', overlays: [manifests/overlays]}}\n")
    assert shell.run("validate").code == 0


def test_references_to_what_lives_in_lago_only_are_named_in_the_project(shell: Shell) -> None:
    shell.write(
        "manifests/a.yaml", "kind: add_on\ncode: a\nname: A\namount_cents: 1\namount_currency: EUR\ntax_codes: [t]\n"
    )

    assert shell.run("validate").code == 3
    shell.write("lago-gitops.yaml", "manifests: [manifests]\nexternal: {tax: [t]}\n")
    assert shell.run("validate").code == 0


def test_what_no_manifest_names_is_deleted_in_the_scopes_of_the_project_only(shell: Shell) -> None:
    taxes = "---\n".join(f"kind: tax\ncode: {code}\nname: T\nrate: 1\n" for code in ("old_a", "old_b", "other", "kept"))
    shell.write("manifests/a.yaml", taxes)
    shell.run("apply", "--auto-approve")
    shell.write("manifests/a.yaml", taxes[taxes.rindex("kind") :])
    shell.write("lago-gitops.yaml", "manifests: [manifests]\nprune: [{kind: tax, codes: ['old_*']}]\n")
    ran = shell.run("plan", "--no-color")

    assert {line.split()[1] for line in ran.out.splitlines() if line.startswith("- ")} == {"tax/old_a", "tax/old_b"}
    assert "Not managed by any manifest, left untouched: billing_entity/sandbox, tax/other." in ran.out
    assert "lago-gitops.yaml:2" in ran.out


@pytest.mark.parametrize("format_", ["text", "json"])
def test_secrets_in_webhook_urls_are_masked(shell: Shell, format_: str) -> None:
    shell.write("a.yaml", HOOK + "---\n" + HOOK.replace("5ecret", "0ther") + "name: 1\n")
    said = shell.run("validate", "--format", format_)
    shell.write("a.yaml", HOOK)
    planned = shell.run("plan", "--format", format_, "--out", "p.json")
    applied = shell.run("apply", "--auto-approve", "--format", format_)
    shown = shell.run("show", "p.json", "--format", format_)

    texts = [text for ran in (said, planned, applied, shown) for text in (ran.out, ran.err)]
    texts.append((shell.folder / "p.json").read_text())
    assert applied.code == 0
    assert [text for text in texts if "pa55word" in text or "5ecret" in text] == []


def test_schemas_are_printed_and_written(shell: Shell) -> None:
    assert json.loads(shell.run("schema", "plan").out)["title"] == "plan"
    assert shell.run("schema", "--out", "schemas").code == 0
    assert (shell.folder / "schemas/manifest.schema.json").exists()
    assert "did you mean 'plan'?" in shell.run("schema", "plann").err


def test_init_overwrites_nothing(shell: Shell) -> None:
    shell.write("manifests/growth.yaml", "mine")
    started(shell)

    assert (shell.folder / "manifests/growth.yaml").read_text() == "mine"
    assert shell.run("init").code == 64


@pytest.mark.parametrize("args", [("plann",), ("plan", "--nope"), ("-C", "nowhere", "plan")])
def test_wrong_usage_ends_with_64(shell: Shell, args: tuple[str, ...]) -> None:
    assert shell.run(*args).code == 64


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["validate", "--help"]])
def test_what_needs_no_work_imports_nothing_slow(args: list[str]) -> None:
    slow = ("importlib.metadata", "dataclasses", "pathlib", "shutil", "lago_gitops.core", *HEAVY)
    assert imported_for(args).isdisjoint(slow)


def test_help_of_all_commands_imports_none_of_what_they_work_with() -> None:
    """Shells ask for the same when they complete an option."""
    found = imported_for(*([name, "--help"] for name in COMMANDS))
    work = (
        "lago_gitops.kinds",
        "lago_gitops.project",
        "lago_gitops.workflow.changes.plan",
        "lago_gitops.sandbox.serving.app",
    )
    assert found.isdisjoint((*HEAVY, *work))
    assert len([name for name in found if name.startswith("lago_gitops")]) <= MOST_IMPORTED_FOR_HELP


def imported_for(*runs: list[str]) -> set[str]:
    """What a process has imported that has run them all."""
    code = (
        f"import sys\nfrom lago_gitops.cli import main\nfor args in {runs!r}:\n"
        "    try: main(args)\n    except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


def test_a_command_that_is_nearly_written_is_named(shell: Shell) -> None:
    assert "No such command 'pln'. Did you mean 'plan'?" in shell.run("pln").err
    assert "No such command 'xyzzy'.\n" in shell.run("xyzzy").err


def test_quiet_has_a_letter_of_its_own(shell: Shell) -> None:
    assert shell.run("init", "-q").err == ""
