"""Texts that manifests and the project take from environment variables: `{env: VARIABLE}`."""

import json
from pathlib import Path

import pytest

from tests.cli.manifests.test_pull import Lago, files, is_in_step, lago, of_growth, statuses
from tests.cli.running import Ran, Shell

__all__ = ["lago", "of_growth"]
SECRET = "https://s3cr3t.example/harbor"  # no part of it looks like a token
HOOK = "kind: webhook_endpoint\nwebhook_url: {env: HARBOR_WEBHOOK_URL}\n"
TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
PROJECT_OF_KEYS = "environments: {sandbox: {vars: {a: {env: NAME}}, key_from: MY_KEY}}\n"
REFERENCE = "{env: NAME}"
PROJECT = "manifests: [manifests]\nenvironments: {sandbox: {overlays: [sandbox.yaml]}}\n"


def write(shell: Shell, manifests: str = HOOK) -> None:
    shell.write("manifests/hooks.yaml", manifests)


def set_to(shell: Shell, text: str = SECRET, name: str = "HARBOR_WEBHOOK_URL") -> None:
    shell.monkeypatch.setenv(name, text)


def written(folder: Path) -> str:
    """All that is in files, but for the sandbox's own."""
    return "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "sqlite" not in path.name
    )


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_text_from_a_variable_goes_to_lago_and_nowhere_else(shell: Shell, format_: str) -> None:
    write(shell)
    set_to(shell)
    reports = [
        f"--report={one}=report.{one}" for one in ("text", "markdown", "html", "json", "sarif", "junit", "github")
    ]
    commands = (
        ("validate",),
        ("plan", "--out", "saved.json", *reports),
        ("show", "saved.json"),
        ("apply", "saved.json", *reports),
        ("drift",),
        ("pull",),
        ("graph",),
    )
    said = [shell.run(*one, "--format", format_) for one in commands]

    assert [one.code for one in said] == [0, 0, 0, 0, 0, 0, 0], said
    assert "s3cr3t" not in "".join(one.out + one.err for one in said) + written(shell.folder)
    assert "webhook_endpoint/{env: HARBOR_WEBHOOK_URL}" in said[1].out
    assert shell.run("plan", "--detailed-exitcode").code == 0
    set_to(shell, "https://other.example/")
    assert shell.run("plan", "--detailed-exitcode").code == 2


@pytest.mark.parametrize("text", ["Gold", "true", "20", "tax", "create", "*"])
def test_a_short_text_is_masked_where_it_is_a_field_of_its_own(shell: Shell, text: str) -> None:
    write(shell, TAX.replace("VAT", "{env: TAX_NAME}"))
    set_to(shell, text, "TAX_NAME")
    plan = json.loads(shell.run("plan", "--format", "json").out)["changes"][0]

    assert plan["after"]["name"] == "{env: TAX_NAME}"
    assert (plan["action"], plan["kind"]) == ("create", "tax")


def test_texts_deep_inside_of_a_manifest_may_come_from_variables(shell: Shell) -> None:
    shell.write("manifests/entity.yaml", "kind: billing_entity\ncode: sandbox\nname: {env: SELLER}\n")
    write(shell, HOOK + "event_types: [invoice.created, {env: EVENT_TYPE}]\n")
    set_to(shell)
    set_to(shell, "invoice.drafted", "EVENT_TYPE")
    set_to(shell, "Sandbox Limited", "SELLER")
    ran = shell.run("apply", "--auto-approve", "--format", "json")

    assert ran.code == 0, ran
    assert "drafted" not in ran.out
    assert shell.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("text", [None, "", "  ", "a\x1bb"])
def test_a_variable_that_is_not_set_is_wrong_where_lago_is_asked_and_only_there(shell: Shell, text: str | None) -> None:
    write(shell)
    shell.monkeypatch.delenv("HARBOR_WEBHOOK_URL", raising=False)
    if text is not None:
        set_to(shell, text)

    assert [shell.run(*one).code for one in (("validate",), ("graph",), ("fmt", "--check"))] == [0, 0, 3]
    for command in (("plan",), ("apply", "--auto-approve"), ("pull",)):
        ran = shell.run(*command)
        assert ran.code == 3
        assert "manifests/hooks.yaml:2:1: error: the environment variable HARBOR_WEBHOOK_URL is not set" in ran.out
        assert ran.out.count("error:") == 1


def test_a_bad_text_is_named_by_its_variable(shell: Shell) -> None:
    write(shell)
    set_to(shell, f"s3cr3t-{'x' * 90}")
    ran = shell.run("plan")

    assert ran.code == 3
    assert "webhook_url can't be {env: HARBOR_WEBHOOK_URL}" in ran.out
    assert "s3cr3t" not in ran.out


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{env: 3X}", "env is not the name of a variable"),
        ("{env: ''}", "env is not the name of a variable"),
        ("{env: [X]}", "env is a list, not text"),
        ("{env: X, more: Y}", "there is no field 'more' here"),
        ("{ENV: X}", "there is no field 'ENV' here"),
        ("[X]", "webhook_url is a list, not text"),
        ("'{env: X}'", "webhook_url can't be '{env: X}'"),
    ],
)
def test_what_is_no_reference_is_said(shell: Shell, value: str, said: str) -> None:
    write(shell, HOOK.replace("{env: HARBOR_WEBHOOK_URL}", value))
    ran = shell.run("validate")

    assert ran.code == 3
    assert said in ran.out


def test_only_texts_can_come_from_a_variable(shell: Shell) -> None:
    write(shell, TAX.replace("20", "{env: RATE}") + "---\n" + HOOK + "signature_algo: {env: ALGO}\n")
    ran = shell.run("validate")

    assert (ran.code, ran.out.count("error:")) == (3, 2), ran.err
    assert "rate is a map, not text or a number" in ran.out
    assert "signature_algo can't be a map" in ran.out


def test_a_reference_may_be_spelled_with_escapes(shell: Shell) -> None:
    write(shell, 'kind: webhook_endpoint\nwebhook_url: {"\\x65nv": HARBOR_WEBHOOK_URL}\n')
    set_to(shell)

    assert shell.run("validate").code == 0
    assert "{env: HARBOR_WEBHOOK_URL}" in shell.run("plan").out


@pytest.mark.parametrize("name", ["LAGO_API_KEY", "GITHUB_TOKEN", "MY_KEY"])
def test_a_key_is_no_text_for_lago(shell: Shell, name: str) -> None:
    shell.write("lago-gitops.yaml", PROJECT_OF_KEYS.replace("NAME", name))
    shell.write("tax.yaml.j2", TAX.replace("VAT", REFERENCE.replace("NAME", name)))
    set_to(shell, "key-0123456789", name)
    for command in ("validate", "plan"):
        ran = shell.run(command, "--env", "sandbox")

        assert ran.code == 3
        assert (
            ran.out.count(f"the environment variable {name} holds an API key, which must not be sent to Lago as data")
            == 2
        )


def test_what_others_wrote_is_no_reference(shell: Shell) -> None:
    shell.write("in.json", json.dumps({"tax": {"code": "t", "name": {"env": "X"}, "rate": 1}}))
    ran = shell.run("import", "in.json")

    assert (ran.code, "tax/t: name is a map, not text" in ran.out) == (3, True), ran


def test_two_manifests_of_one_variable_are_one_too_many(shell: Shell) -> None:
    write(shell, HOOK + "---\n" + HOOK)
    ran = shell.run("validate")

    assert ran.code == 3
    assert "webhook_endpoint/{env: HARBOR_WEBHOOK_URL} is described twice" in ran.out


def test_an_overlay_patches_what_has_the_same_variable_and_may_bring_another(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", PROJECT)
    write(shell, HOOK + "---\n" + TAX.replace("VAT", "{env: TAX_NAME}"))
    shell.write("sandbox.yaml", HOOK + "signature_algo: hmac\n---\nkind: tax\ncode: vat\nname: {env: OTHER_NAME}\n")
    set_to(shell)
    set_to(shell, "Other name", "OTHER_NAME")
    ran = shell.run("plan", "--format", "json")

    assert ran.code == 0, ran
    after = [one["after"] for one in json.loads(ran.out)["changes"]]
    assert after[0] == {"webhook_url": "{env: HARBOR_WEBHOOK_URL}", "signature_algo": "hmac"}
    assert after[1]["name"] == "{env: OTHER_NAME}"


# Variables of templates -------------------------------------------------------------------------------------------


def templated(shell: Shell) -> Ran:
    shell.write("lago-gitops.yaml", "environments: {sandbox: {vars: {seller: {env: SELLER}, rate: 20}}}\n")
    shell.write("tax.yaml.j2", 'kind: tax\ncode: vat\nname: "VAT of {{ seller }}"\nrate: {{ rate }}\n')
    return shell.run("plan", "--format", "json")


def test_what_templates_may_use_can_come_from_a_variable_and_is_masked(shell: Shell) -> None:
    set_to(shell, "Harbor Limited", "SELLER")
    ran = templated(shell)

    assert ran.code == 0, ran
    assert json.loads(ran.out)["changes"][0]["after"]["name"] == "VAT of {env: SELLER}"
    assert "Harbor" not in ran.out + ran.err


def test_what_a_template_makes_of_a_variable_is_not_known_before_it_is_set(shell: Shell) -> None:
    shell.monkeypatch.delenv("SELLER", raising=False)
    ran = templated(shell)

    assert ran.code == 3
    assert json.loads(ran.out)["problems"][0]["message"] == "the environment variable SELLER is not set"
    assert "lago-gitops.yaml:1:" in shell.run("validate").out


def test_a_variable_that_no_template_can_use_need_not_be_set(shell: Shell) -> None:
    templated(shell)
    (shell.folder / "tax.yaml.j2").unlink()
    write(shell, TAX)

    assert shell.run("plan").code == 0


# pull and import --------------------------------------------------------------------------------------------------


def test_pull_writes_a_reference_instead_of_a_token_and_says_what_to_set(shell: Shell, lago: Lago) -> None:
    urls = [f"https://hooks.example.com/services/T0AB12CD{number}/x" for number in (1, 2)]
    for url in (*urls, "https://plain.example.com/lago"):
        lago.send("POST", "webhook_endpoints", {"webhook_endpoint": {"webhook_url": url, "signature_algo": "hmac"}})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 0
    names = [f"WEBHOOK_URL_HOOKS_EXAMPLE_COM{end}" for end in ("", "_2")]
    assert [f"    set {name} to its webhook_url, which must not be in Git\n" in ran.out for name in names] == [True] * 2
    assert "T0AB12CD" not in ran.out + ran.err + written(shell.folder)
    assert "webhook_url: https://plain.example.com/lago\n" in written(shell.folder)
    assert shell.run("plan").code == 3
    for name, url in zip(names, sorted(urls), strict=True):
        set_to(shell, url, name)
    assert is_in_step(shell)
    assert set(statuses(shell).values()) == {"unchanged"}


def test_pull_tells_programs_what_to_set(shell: Shell, lago: Lago) -> None:
    url = "https://hooks.example.com/services/T0AB12CD3/x"
    lago.send("POST", "webhook_endpoints", {"webhook_endpoint": {"webhook_url": url}})
    found = json.loads(shell.run("pull", "--format", "json").out)["resources"]

    assert [one["to_set"] for one in found if one["status"] == "new"] == [
        [{"variable": "WEBHOOK_URL_HOOKS_EXAMPLE_COM", "field": "webhook_url"}]
    ]


def test_pull_leaves_references_where_they_are(shell: Shell, lago: Lago) -> None:
    text = "kind: billing_entity\ncode: sandbox\nname: {env: SELLER} # a secret\nemail: a@example.com\n"
    shell.write("manifests/entity.yaml", text)
    set_to(shell, "Sandbox", "SELLER")
    lago.send("PUT", "billing_entities/sandbox", {"billing_entity": {"email": "b@example.com"}})

    assert statuses(shell)["billing_entity/sandbox"] == "updated"
    assert (shell.folder / "manifests/entity.yaml").read_text() == text.replace("a@", "b@")


def test_pull_tells_where_a_variable_is_not_what_lago_has(shell: Shell, lago: Lago) -> None:
    text = "kind: billing_entity\ncode: sandbox\nname: {env: SELLER}\n"
    shell.write("manifests/entity.yaml", text)
    set_to(shell, "Another", "SELLER")

    assert statuses(shell)["billing_entity/sandbox"] == "left environment variable"
    assert (shell.folder / "manifests/entity.yaml").read_text() == text
    assert files(shell) == ["entity.yaml", "growth.yaml"]


def test_import_writes_a_reference_instead_of_a_token(shell: Shell) -> None:
    url = "https://hooks.example.com/services/T0AB12CD3/x"
    shell.write("in.json", json.dumps({"webhook_endpoint": {"webhook_url": url, "signature_algo": "hmac"}}))
    ran = shell.run("import", "in.json")
    (shell.folder / "in.json").unlink()

    assert ran.code == 0, ran
    assert "set WEBHOOK_URL_HOOKS_EXAMPLE_COM to its webhook_url" in ran.err
    assert "T0AB12CD3" not in ran.out + ran.err + written(shell.folder)
