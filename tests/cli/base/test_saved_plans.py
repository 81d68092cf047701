"""What was reviewed is what is applied, or nothing is."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema
import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.organizations import Organization, organization
from tests.cli.running import Shell

TAXES = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n---\nkind: tax\ncode: city\nname: City\nrate: 1\n"


@pytest.fixture(scope="module")
def of_two_taxes() -> Iterator[Organization]:
    with organization(TAXES, api_key="key") as found:
        yield found


@pytest.fixture
def lago(shell: Shell, of_two_taxes: Organization) -> str:
    """A server with two taxes that the manifests say, and its URL."""
    point(shell, of_two_taxes.url)
    shell.write("manifests/taxes.yaml", TAXES)
    return of_two_taxes.restored().url


def point(shell: Shell, url: str) -> None:
    shell.monkeypatch.setenv("LAGO_API_URL", url)
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")


def change(shell: Shell, old: str, new: str) -> None:
    path = shell.folder / "manifests/taxes.yaml"
    path.write_text(path.read_text().replace(old, new))


def planned(shell: Shell) -> dict[str, object]:
    """Both rates change, and the plan is saved."""
    change(shell, "rate: 20", "rate: 21")
    change(shell, "rate: 1", "rate: 2")
    assert shell.run("plan", "--out", "p.json").code == 0
    document: dict[str, object] = json.loads((shell.folder / "p.json").read_text())
    return document


def rates(url: str) -> dict[str, float]:
    answer = httpx.get(f"{url}/api/v1/taxes", headers={"Authorization": "Bearer key"}, verify=False, timeout=120).json()
    return {tax["code"]: tax["rate"] for tax in answer["taxes"]}


ALLOW = ("--auto-approve", "--allow", "changes-bills")


def test_a_saved_plan_is_applied(shell: Shell, lago: str) -> None:
    planned(shell)

    assert shell.run("apply", "p.json", *ALLOW).code == 0
    assert rates(lago) == {"vat": 21.0, "city": 2.0}


def test_a_saved_plan_fits_its_published_schema(shell: Shell, lago: str) -> None:
    schema = json.loads(shell.run("schema", "plan-file").out)
    jsonschema.Draft202012Validator(schema).validate(planned(shell))


def test_applied_again_it_is_done_already(shell: Shell, lago: str) -> None:
    planned(shell)
    shell.run("apply", "p.json", *ALLOW)
    ran = shell.run("apply", "p.json", *ALLOW)

    assert (ran.code, ran.err.count("already")) == (0, 2)


def test_what_changed_meanwhile_is_stale_and_the_rest_is_applied(shell: Shell, lago: str) -> None:
    planned(shell)
    httpx.put(f"{lago}/api/v1/taxes/vat", json={"tax": {"rate": 5}}, headers={"Authorization": "Bearer key"})
    ran = shell.run("apply", "p.json", *ALLOW)

    assert ran.code == 6
    assert rates(lago) == {"vat": 5.0, "city": 2.0}
    assert ran.out == "Applied: 1 done, 1 stale.\n"


def test_what_the_manifests_say_only_since_then_is_not_applied(shell: Shell, lago: str) -> None:
    planned(shell)
    change(shell, "rate: 21", "rate: 99")

    assert shell.run("apply", "p.json", *ALLOW).code == 6
    assert rates(lago) == {"vat": 20.0, "city": 2.0}
    assert shell.run("apply", "p.json", *ALLOW).code == 5  # nothing is left of it


def test_a_plan_that_lago_and_the_manifests_have_overtaken_is_stale(shell: Shell, lago: str) -> None:
    planned(shell)
    change(shell, "rate: 21", "rate: 22")
    assert shell.run("apply", *ALLOW).code == 0
    ran = shell.run("apply", "p.json", *ALLOW)

    assert (ran.code, rates(lago)) == (5, {"vat": 22.0, "city": 2.0})
    assert "stale      tax/vat  it is in the plan, but its manifest has changed" in ran.err
    assert "already    tax/city" in ran.err


def test_what_was_not_done_is_told_to_quiet_runs_too_with_what_comes_next(shell: Shell, lago: str) -> None:
    planned(shell)
    change(shell, "rate: 21", "rate: 99")
    quiet, told = shell.run("apply", "p.json", "--quiet", *ALLOW), shell.run("apply", "p.json", *ALLOW)

    assert "stale     ~ tax/vat" in quiet.err
    assert "Next: " not in quiet.err
    assert told.err.endswith("Next: lago-gitops plan, which shows what is left to do\n")


def test_a_plan_for_another_organization_is_refused(shell: Shell, lago: str) -> None:
    planned(shell)
    with serve(Sandbox(Settings(api_key="key"))) as other:
        point(shell, other)
        ran = shell.run("apply", "p.json", *ALLOW)

        assert (ran.code, rates(other)) == (5, {})
    assert "it is for organization" in ran.err


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("environment", "production", "it was edited after it was saved"),
        ("expires_at", "2999-01-01T00:00:00Z", "it was edited after it was saved"),
        ("format_version", "2.0", "its format is '2.0'"),
    ],
)
def test_an_altered_plan_is_refused(shell: Shell, lago: str, field: str, value: str, said: str) -> None:
    document = planned(shell)
    shell.write("p.json", json.dumps({**document, field: value}))
    ran = shell.run("apply", "p.json", *ALLOW)

    assert (ran.code, said in ran.err) == (5, True)
    assert rates(lago) == {"vat": 20.0, "city": 1.0}


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_what_is_no_number_does_not_pass_for_null(shell: Shell, lago: str, number: str) -> None:
    from lago_gitops.core.saved_plan import sealed

    text = json.dumps(sealed({**planned(shell), "more": None}))
    shell.write("p.json", text.replace('"more": null', f'"more": {number}'))
    ran = shell.run("show", "p.json")

    assert (ran.code, "is not a plan" in ran.err) == (5, True)


def test_a_plan_that_is_too_old_is_refused(shell: Shell, lago: str) -> None:
    from lago_gitops.core.saved_plan import sealed

    document = planned(shell)
    shell.write("p.json", json.dumps(sealed({**document, "expires_at": "2020-01-01T00:00:00Z"})))
    ran = shell.run("apply", "p.json", *ALLOW)

    assert (ran.code, "it expired at 2020-01-01T00:00:00Z" in ran.err) == (5, True)


def test_an_approved_digest_lets_that_plan_pass_and_no_other(shell: Shell, lago: str) -> None:
    digest = str(planned(shell)["digest"])

    assert shell.run("apply", *ALLOW, "--approved", "0123456789ab").code == 5
    assert rates(lago) == {"vat": 20.0, "city": 1.0}
    assert shell.run("apply", *ALLOW, "--approved", digest[:12]).code == 0


def test_the_digest_is_the_same_in_another_folder(
    shell: Shell, lago: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = planned(shell)
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    text = (shell.folder / "manifests/taxes.yaml").read_text()
    (elsewhere / "one.yaml").write_text("# moved\n" + "---\n".join(reversed(text.split("---\n"))))
    shell.run("plan", "-C", str(elsewhere), "--out", "q.json")

    assert json.loads((elsewhere / "q.json").read_text())["digest"] == first["digest"]


def test_a_guard_stands_in_the_way_until_its_own_waiver(shell: Shell, lago: str) -> None:
    change(shell, "kind: tax\ncode: vat", "kind: tax\nstate: absent\ncode: vat")
    without = shell.run("apply", "--auto-approve", "--allow", "cascades", "--allow", "code-burned")
    with_ = shell.run(
        "apply", "--auto-approve", *(f for w in ("cascades", "code-burned", "delete") for f in ("--allow", w))
    )

    assert (without.code, "--allow delete" in without.err) == (4, True)
    assert (with_.code, rates(lago)) == (0, {"city": 1.0})


def test_guards_are_an_environments_own(shell: Shell, lago: str) -> None:
    project = "manifests: [manifests]\nenvironments:\n  prod: {url: '%s', guards: {%s}}\n"
    planned(shell)
    shell.write("lago-gitops.yaml", project % (lago, "updates: {number: 1}, changes-bills: allow"))
    many = shell.run("apply", "--env", "prod", "--auto-approve")
    shell.write("lago-gitops.yaml", project % (lago, "changes-bills: allow"))

    assert (many.code, "--allow many-updates" in many.err) == (4, True)
    assert shell.run("apply", "--env", "prod", "--auto-approve").code == 0
