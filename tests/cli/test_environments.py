"""No environment by accident: what reads or writes Lago goes by the one that is named."""

from collections.abc import Iterator

import pytest
from click.shell_completion import ShellComplete

from lago_gitops.cli import cli
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell

TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
COMMANDS = ("plan", "apply", "pull", "doctor")
NOWHERE = "{url: 'http://127.0.0.1:1'}"


@pytest.fixture
def lago() -> Iterator[str]:
    with serve(Sandbox(Settings(api_key="key"))) as url:
        yield url


def project(shell: Shell, environments: str, more: str = "") -> None:
    shell.write("manifests/a.yaml", TAX)
    shell.write("lago-gitops.yaml", f"manifests: [manifests]\nenvironments: {environments}\n{more}")


@pytest.mark.parametrize("command", COMMANDS)
def test_where_a_project_has_environments_one_has_to_be_named(shell: Shell, command: str) -> None:
    project(shell, f"{{production: {NOWHERE}, staging: {NOWHERE}}}")
    ran = shell.run(command)

    assert ran.code == 64
    assert "no environment was chosen. Use --env, LAGO_GITOPS_ENV, or default_environment" in ran.err
    assert "It has: production, sandbox, staging" in ran.err


def test_a_key_in_the_environment_does_not_skip_the_pin_and_the_guards(shell: Shell, lago: str) -> None:
    project(shell, f"{{production: {{url: '{lago}', organization: acme, guards: {{delete: refuse}}}}}}")
    shell.monkeypatch.setenv("LAGO_API_URL", lago)
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")

    forgotten, named = shell.run("apply", "--auto-approve"), shell.run("apply", "--env", "production", "--auto-approve")
    assert (forgotten.code, named.code) == (64, 5)
    assert "LAGO_API_URL alone does not choose one" in forgotten.err


def test_the_sandbox_is_an_environment_as_well(shell: Shell) -> None:
    project(shell, "{sandbox: {premium: true}}")
    assert shell.run("plan").code == 0
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    assert shell.run("plan").code == 64
    assert shell.run("plan", "--env", "sandbox").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default_environment: prod\n", "lago-gitops.yaml:1:1: error: there is no environment 'prod'"),
        (
            "environments: {sandbox: {url: 'https://a.example'}}",
            "lago-gitops.yaml:1:26: error: the environment 'sandbox'",
        ),
        ("lint: all\n---\nlint: all\n", "lago-gitops.yaml:3:1: error: the project file must be a single document"),
        ("environments: {a: {key_from: 5a-s3cr3t}}", "key_from is not the name of a variable"),
    ],
)
def test_a_mistake_in_the_project_file_is_told_by_its_place_and_shows_no_key(
    shell: Shell, text: str, said: str
) -> None:
    shell.write("lago-gitops.yaml", text)
    ran = shell.run("validate", "--no-color")

    assert (ran.code, said in ran.out) == (3, True), ran
    assert "s3cr3t" not in ran.out + ran.err


@pytest.mark.parametrize("text", ["", "# manifests: [manifests]\n"])
def test_a_project_file_that_says_nothing_leaves_everything_at_its_default(shell: Shell, text: str) -> None:
    project(shell, "{}")
    shell.write("lago-gitops.yaml", text)

    assert shell.run("validate").out == "1 resource, no problems.\n"


def test_the_default_and_the_variable_name_one(shell: Shell) -> None:
    project(shell, f"{{production: {NOWHERE}}}", "default_environment: sandbox\n")
    assert "environment sandbox" in shell.run("plan").out
    project(shell, f"{{production: {NOWHERE}}}")
    shell.monkeypatch.setenv("LAGO_GITOPS_ENV", "sandbox")
    assert "environment sandbox" in shell.run("plan").out


def test_commands_without_a_network_need_none(shell: Shell) -> None:
    project(shell, f"{{production: {NOWHERE}}}")

    assert [shell.run(*args).code for args in (("validate",), ("fmt", "--check"), ("schema", "tax"))] == [0, 0, 0]
    assert shell.run("validate", "--env", "prod").code == 64


def test_validate_checks_every_environment_and_says_which_one_is_wrong(shell: Shell) -> None:
    shell.write("overlays/bad/a.yaml", "kind: tax\ncode: vat\nrate: 120\n")
    project(shell, f"{{a: {NOWHERE}, b: {{url: 'http://x', overlays: [overlays/bad]}}, c: {NOWHERE}}}")
    ran = shell.run("validate", "--no-color")

    assert ran.code == 3
    assert "rate is 120, more than 100 (environment b)" in ran.out
    assert shell.run("validate", "--env", "a").code == 0
    shell.write("overlays/bad/a.yaml", "kind: tax\ncode: vat\nrate: 12\n")
    assert shell.run("validate").out == "1 resource in 3 environments, no problems.\n"


def test_what_is_wrong_in_all_environments_is_said_once(shell: Shell) -> None:
    shell.write("overlays/a.yaml", "kind: tax\ncode: vat\nrate: 12\n")
    project(shell, f"{{a: {NOWHERE}, b: {{url: 'http://x', overlays: [overlays]}}}}")
    shell.write("manifests/b.yaml", "kind: tax\ncode: x\nname: X\nrate: -1\n")

    assert shell.run("validate", "--no-color").out.count("error:") == 1


def test_the_default_environment_is_checked_with_the_others(shell: Shell) -> None:
    project(shell, f"{{a: {NOWHERE}}}", "default_environment: sandbox\n")

    assert shell.run("validate").out == "1 resource in 2 environments, no problems.\n"


@pytest.mark.parametrize("more", ["", "default_environment: sandbox\n"])
def test_a_saved_plan_is_applied_in_the_environment_that_it_is_for(shell: Shell, lago: str, more: str) -> None:
    project(shell, f"{{a: {NOWHERE}, b: {{url: '{lago}', key_from: KEY_OF_B}}}}", more)
    shell.monkeypatch.setenv("KEY_OF_B", "key")
    assert shell.run("plan", "--env", "b", "--out", "x.json").code == 0

    assert shell.run("apply", "x.json").out == "Applied: 1 done.\n"
    assert shell.run("apply", "x.json", "--env", "b").code == 0


def test_a_saved_plan_is_not_applied_where_another_environment_is_named(shell: Shell, lago: str) -> None:
    project(shell, f"{{a: {{url: '{lago}'}}, b: {{url: '{lago}'}}}}")
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    assert shell.run("plan", "--env", "b", "--out", "x.json").code == 0

    ran = shell.run("apply", "x.json", "--env", "a")
    assert (ran.code, "the plan is for environment 'b', but --env is 'a'; nothing was changed" in ran.err) == (5, True)
    shell.monkeypatch.setenv("LAGO_GITOPS_ENV", "a")
    ran = shell.run("apply", "x.json")
    assert (ran.code, "but LAGO_GITOPS_ENV is 'a'" in ran.err) == (5, True)
    assert shell.run("apply", "x.json", "--env", "b").code == 0


def test_a_saved_plan_of_an_environment_that_is_gone_is_not_applied_elsewhere(shell: Shell, lago: str) -> None:
    project(shell, f"{{a: {NOWHERE}, b: {{url: '{lago}'}}}}")
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    assert shell.run("plan", "--env", "b", "--out", "x.json").code == 0
    project(shell, f"{{a: {{url: '{lago}'}}}}")

    ran = shell.run("apply", "x.json")
    assert (ran.code, "there is no environment 'b'" in ran.err) == (64, True)


def test_a_saved_plan_of_a_project_without_environments_is_for_the_lago_of_the_variables(
    shell: Shell, lago: str
) -> None:
    shell.write("a.yaml", TAX)
    shell.monkeypatch.setenv("LAGO_API_URL", lago)
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    assert shell.run("plan", "--out", "x.json").code == 0

    assert shell.run("apply", "x.json").out == "Applied: 1 done.\n"


@pytest.mark.parametrize("names", [("production", "staging"), ("staging", "production")])
def test_what_is_external_in_one_environment_is_not_in_the_others(shell: Shell, names: tuple[str, str]) -> None:
    external = {"production": ", external: {tax: [vat]}", "staging": ""}
    each = ", ".join(f"{name}: {{url: 'http://127.0.0.1:1'{external[name]}}}" for name in names)
    project(shell, f"{{{each}}}")
    shell.write("manifests/a.yaml", "kind: billing_entity\ncode: acme\nname: Acme\ntax_codes: [vat]\n")
    ran = shell.run("validate")

    assert ran.code == 3
    assert "there is no tax 'vat'" in ran.out
    assert "staging" in ran.out
    assert "production" not in ran.out


def test_the_files_of_an_overlay_are_checked_in_the_environments_that_have_it(shell: Shell) -> None:
    project(shell, f"{{a: {{url: 'http://127.0.0.1:1', overlays: [over]}}, b: {NOWHERE}}}")
    shell.write("over/a.yaml", "kind: tax\ncode: vat\nrate: 21\n")

    assert shell.run("validate", "over").out == "1 resource in 2 environments, no problems.\n"
    shell.write("empty/a.txt", "")
    assert shell.run("validate", "empty").code == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_within_a_project_is_no_way_around_its_environments(shell: Shell, lago: str, command: str) -> None:
    project(shell, f"{{production: {{url: '{lago}', organization: acme}}}}")
    shell.monkeypatch.setenv("LAGO_API_URL", lago)
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    shell.monkeypatch.chdir(shell.folder / "manifests")
    ran = shell.run(command)

    assert (ran.code, "this folder's project is in ..: run the command there, or with `-C ..`" in ran.err) == (64, True)
    assert shell.run(command, "-C", "..").code == 64
    assert shell.run("validate").code == 0


def test_a_name_that_is_nearly_right_is_recognised_and_a_missing_project_file_is_said(shell: Shell) -> None:
    assert "there is no lago-gitops.yaml in this folder" in shell.run("plan", "--env", "production").err
    shell.write("lago-gitops.yaml", "environments: {production: {url: https://lago.example}}\n")
    assert "there is no environment 'prodction' in lago-gitops.yaml: did you mean 'production'?" in (
        shell.run("plan", "--env", "prodction").err
    )


@pytest.mark.parametrize(("begun", "names"), [("", ["production", "sandbox"]), ("pr", ["production"])])
def test_shells_complete_the_names_of_environments(shell: Shell, begun: str, names: list[str]) -> None:
    project(shell, f"{{production: {NOWHERE}}}")
    completed = ShellComplete(cli, {}, "lago-gitops", "_LAGO_GITOPS_COMPLETE").get_completions(["plan", "--env"], begun)

    assert [one.value for one in completed] == names
