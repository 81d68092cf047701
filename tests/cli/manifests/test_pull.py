"""pull: what Lago has, in the files of the project."""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lago_gitops.cli import main
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.writer import write_all
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.base.storage.kinds import METRIC
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.organizations import Organization, organization
from tests.cli.running import Shell
from tests.manifests.writing.test_places import codes
from tests.projects import Around, fields
from tests.worlds import SHAPES

PROJECT = "manifests: [manifests]\nenvironments: {live: {url: '%s'}}\ndefault_environment: live\n"
GROWTH = """\
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
---
# our entry plan
kind:   plan
code: basic
amount_cents: 1000    # ten dollars
name: Basic
interval: monthly
amount_currency: USD
pay_in_advance: false
charges:
- code: calls
  billable_metric_code: calls
  charge_model: standard
  properties: {amount: "2"}
"""
ENTITY = "kind: billing_entity\ncode: sandbox\nname: Sandbox\n"


@dataclass(frozen=True, slots=True)
class Lago:
    """An organization on loopback, and what somebody does to it in its web page."""

    url: str
    sandbox: Sandbox

    def send(self, method: str, path: str, body: Any) -> None:
        headers = {"Authorization": "Bearer k"}
        answer = httpx.request(
            method, f"{self.url}/api/v1/{path}", json=body, headers=headers, timeout=120, verify=False
        )
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def of_growth() -> Iterator[Organization]:
    with organization(GROWTH, ENTITY, api_key="k") as found:
        yield found


@pytest.fixture
def lago(shell: Shell, of_growth: Organization) -> Lago:
    """The organization of GROWTH, and a project that says the same."""
    shell.monkeypatch.setenv("LAGO_API_KEY", "k")
    shell.write("lago-gitops.yaml", PROJECT % of_growth.url)
    shell.write("manifests/growth.yaml", GROWTH)
    shell.write("manifests/entity.yaml", ENTITY)
    return Lago(of_growth.url, of_growth.restored().sandbox)


def files(shell: Shell) -> list[str]:
    folder = shell.folder / "manifests"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def statuses(shell: Shell, *args: str) -> dict[str, str]:
    found = json.loads(shell.run("pull", "--format", "json", *args).out)["resources"]
    return {one["address"]: f"{one['status']} {one['reason']}".strip() for one in found}


def is_in_step(shell: Shell) -> bool:
    return shell.run("validate").code == 0 and shell.run("plan", "--detailed-exitcode").code == 0


def test_what_is_described_is_changed_where_it_stands(shell: Shell, lago: Lago) -> None:
    lago.send("PUT", "plans/basic", {"plan": {"amount_cents": 1500, "description": "New"}})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 0
    assert re.search(r"^updated +plan/basic  manifests/growth\.yaml:8$", ran.out, re.MULTILINE)
    assert "    ~ amount_cents  1000 → 1500\n" in ran.out
    assert re.search(r"^unchanged +billable_metric/calls  manifests/growth\.yaml:2$", ran.err, re.MULTILINE)
    assert ran.out.endswith("Pulled 3 resources of Sandbox: 1 updated, 2 unchanged.\n")
    changed = GROWTH.replace("1000 ", "1500 ").replace("name: Basic\n", "name: Basic\ndescription: New\n")
    assert (shell.folder / "manifests/growth.yaml").read_text() == changed
    assert files(shell) == ["entity.yaml", "growth.yaml"]
    assert is_in_step(shell)
    assert statuses(shell) == dict.fromkeys(
        ("billable_metric/calls", "plan/basic", "billing_entity/sandbox"), "unchanged"
    )


def test_what_is_new_comes_into_a_new_file(shell: Shell, lago: Lago) -> None:
    lago.send("POST", "taxes", {"tax": {"code": "vat", "name": "VAT", "rate": 20}})
    ran = shell.run("pull", "--no-color")

    assert (ran.code, "new          tax/vat  manifests/taxes/vat.yaml:1\n" in ran.out) == (0, True), ran.out
    assert files(shell) == ["entity.yaml", "growth.yaml", "taxes/vat.yaml"]
    assert is_in_step(shell)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plans.yaml.j2", "other.yaml"])
def test_what_comes_from_a_template_or_an_overlay_is_left_and_told(shell: Shell, lago: Lago, name: str) -> None:
    is_template = name.endswith(".j2")
    plan = GROWTH[GROWTH.index("# our") :]
    shell.write("manifests/growth.yaml", GROWTH[: GROWTH.index("---")])
    shell.write(f"manifests/{name}", plan.replace("1000", "{{ 10 * 100 }}") if is_template else plan)
    if not is_template:
        shell.write("eu/basic.yaml", "kind: plan\ncode: basic\nname: Basic\n")
        project = PROJECT.replace("live: {", "live: {overlays: [eu], ") % lago.url
        shell.write("lago-gitops.yaml", project)
    before = (shell.folder / "manifests" / name).read_text()
    lago.send("PUT", "plans/basic", {"plan": {"amount_cents": 1500}})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 0
    reason = "template" if is_template else "overlay"
    assert re.search(rf"^left: {reason} +plan/basic  ", ran.out, re.MULTILINE), ran.out
    assert "    ~ amount_cents  1000 → 1500\n" in ran.out
    assert (shell.folder / "manifests" / name).read_text() == before
    assert files(shell) == sorted(["entity.yaml", "growth.yaml", name])
    assert shell.run("validate").code == 0


def test_a_new_resource_beside_an_overlay_of_its_name_is_described_apart(shell: Shell, lago: Lago) -> None:
    shell.write("manifests/taxes/vat.yaml", "kind: billable_metric\ncode: calls\nname: Calls\n")
    shell.write("manifests/add_ons/x.yaml", "kind: billable_metric\ncode: calls\nname: Calls\n")
    overlays = "overlays: [manifests/taxes/vat.yaml, manifests/add_ons], "
    shell.write("lago-gitops.yaml", PROJECT.replace("live: {", "live: {" + overlays) % lago.url)
    lago.send("POST", "taxes", {"tax": {"code": "vat", "name": "VAT", "rate": 20}})
    lago.send("POST", "add_ons", {"add_on": {"code": "a", "name": "A", "amount_cents": 1, "amount_currency": "EUR"}})

    assert statuses(shell)["tax/vat"] == "new"
    assert {name for name in files(shell) if "vat-" in name or "lago-" in name} == {
        "lago-add_ons/a.yaml", next(name for name in files(shell) if "vat-" in name)
    }  # fmt: skip
    assert is_in_step(shell)


def test_what_a_template_makes_and_lago_does_not_have_is_told_as_such(shell: Shell, lago: Lago) -> None:
    shell.write("manifests/taxes.yaml.j2", "kind: tax\ncode: soon\nname: Soon\nrate: 1\n")

    assert statuses(shell)["tax/soon"] == "not in Lago"


def test_what_can_not_be_listed_is_not_taken_for_gone(shell: Shell) -> None:
    """Without a licence an older Lago does not list features."""
    shell.write("manifests/features.yaml", "kind: feature\ncode: sso\n")
    with serve(Sandbox(Settings(api_key="k", lago_version="1.38.0"))) as url:
        shell.monkeypatch.setenv("LAGO_API_KEY", "k")
        shell.write("lago-gitops.yaml", PROJECT % url)

        assert statuses(shell)["feature/sso"].startswith("left ")


def test_what_only_the_manifests_have_is_told_and_stays(shell: Shell, lago: Lago) -> None:
    more = "kind: tax\ncode: soon\nname: Soon\nrate: 1\n---\nkind: tax\ncode: old\nname: Old\nrate: 1\n"
    shell.write("manifests/taxes.yaml", more)
    assert shell.run("apply", "--auto-approve").code == 0
    lago.send("DELETE", "taxes/soon", None)
    absent = more.replace("name: Old\nrate: 1", "state: absent").replace("soon", "coming")
    shell.write("manifests/taxes.yaml", absent)

    assert statuses(shell) == {
        "billable_metric/calls": "unchanged",
        "plan/basic": "unchanged",
        "billing_entity/sandbox": "unchanged",
        "tax/coming": "not in Lago",
        "tax/old": "left its manifest deletes it",
    }
    assert (shell.folder / "manifests/taxes.yaml").read_text() == absent


def test_a_rename_that_is_to_come_stays_and_the_rest_is_brought_up_to_date(shell: Shell, lago: Lago) -> None:
    renamed = GROWTH.replace("code: calls\nname", "code: requests\npreviously: [calls]\nname").replace(
        "billable_metric_code: calls", "billable_metric_code: requests"
    )
    shell.write("manifests/growth.yaml", renamed)
    lago.send("PUT", "billable_metrics/calls", {"billable_metric": {"name": "Called"}})
    found = statuses(shell)

    assert found == {
        "billable_metric/requests": "updated",
        "plan/basic": "unchanged",
        "billing_entity/sandbox": "unchanged",
    }
    assert (shell.folder / "manifests/growth.yaml").read_text() == renamed.replace("name: Calls", "name: Called")
    assert "renamed, was calls" in shell.run("plan").out


def test_what_is_ignored_stays_as_it_is_written(shell: Shell, lago: Lago) -> None:
    ignoring = GROWTH.replace("code: basic\n", "code: basic\nignore: [amount_cents]\n")
    shell.write("manifests/growth.yaml", ignoring)
    lago.send("PUT", "plans/basic", {"plan": {"amount_cents": 1500}})

    assert set(statuses(shell).values()) == {"unchanged"}
    lago.send("PUT", "plans/basic", {"plan": {"name": "Start"}})
    assert statuses(shell)["plan/basic"] == "updated"
    assert (shell.folder / "manifests/growth.yaml").read_text() == ignoring.replace("name: Basic", "name: Start")


def test_what_is_external_stays_out(shell: Shell, lago: Lago) -> None:
    lago.send("POST", "taxes", {"tax": {"code": "vat", "name": "VAT", "rate": 20}})
    lago.send("PUT", "plans/basic", {"plan": {"tax_codes": ["vat"]}})
    shell.write("lago-gitops.yaml", PROJECT % lago.url + "external: {tax: [vat]}\n")

    assert "tax/vat" not in statuses(shell)
    assert is_in_step(shell)


def test_what_no_manifest_can_hold_is_named_external_and_what_refers_to_it_is_written(shell: Shell, lago: Lago) -> None:
    """A metric with code of its own: only Lago's web page can make one."""
    metric = {"code": "own", "name": "Own", "aggregation_type": "count_agg"}
    lago.send("POST", "billable_metrics", {"billable_metric": metric})
    store = lago.sandbox._world.store
    found = store.by_code(METRIC, "own")
    assert found is not None
    charge = {
        "code": "own",
        "billable_metric_id": found["id"],
        "charge_model": "standard",
        "properties": {"amount": "1"},
    }
    lago.send("POST", "plans/basic/charges", {"charge": charge})
    with store.transaction():
        store.save(METRIC, {**found, "aggregation_type": "custom_agg"})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 3
    assert "name it under `external` in lago-gitops.yaml, as billable_metric: [own]" in ran.out
    assert re.search(r"^updated +plan/basic", ran.out, re.MULTILINE)
    shell.write("lago-gitops.yaml", PROJECT % lago.url + "external: {billable_metric: [own]}\n")
    assert is_in_step(shell)
    assert shell.run("pull").code == 0


@pytest.mark.parametrize("code", [".", ".."])
def test_what_no_request_can_name_is_named_and_stops_nothing_else(shell: Shell, lago: Lago, code: str) -> None:
    plan = {"interval": "monthly", "amount_cents": 1, "amount_currency": "USD", "pay_in_advance": False}
    lago.send("POST", "add_ons", {"add_on": {"code": "a", "name": "A", "amount_cents": 1, "amount_currency": "USD"}})
    lago.send("POST", "plans", {"plan": {"code": code, "name": "P", **plan}})
    ran = shell.run("pull", "--no-color")

    assert (ran.code, f"plan/{code}: code can't be {code!r}" in ran.out) == (3, True)
    assert is_in_step(shell)
    shell.write("lago-gitops.yaml", f"{PROJECT % lago.url}prune: [{{kind: plan, codes: ['*']}}]\n")
    assert is_in_step(shell)


def test_what_a_lago_leaves_out_for_want_of_a_licence_stays_in_the_manifests(shell: Shell, lago: Lago) -> None:
    committed = GROWTH + "minimum_commitment: {amount_cents: 5000}\n"
    shell.write("manifests/growth.yaml", committed)

    assert set(statuses(shell).values()) == {"unchanged"}
    assert (shell.folder / "manifests/growth.yaml").read_text() == committed


def test_another_folder_gets_all_of_the_organization(shell: Shell, lago: Lago) -> None:
    ran = shell.run("pull", "--out", "copy")

    assert (ran.code, "3 new" in ran.out) == (0, True)
    assert files(shell) == ["entity.yaml", "growth.yaml"]
    assert shell.run("plan", "copy", "--detailed-exitcode").code == 0
    assert "3 unchanged" in shell.run("pull", "--out", "copy").out


def test_within_the_manifests_another_folder_is_for_new_files_only(shell: Shell, lago: Lago) -> None:
    lago.send("POST", "taxes", {"tax": {"code": "vat", "name": "VAT", "rate": 20}})

    assert "1 new, 3 unchanged" in shell.run("pull", "--out", "manifests/pulled").out
    assert files(shell) == ["entity.yaml", "growth.yaml", "pulled/taxes/vat.yaml"]


def test_a_project_of_single_files_has_to_say_where_new_ones_go(shell: Shell, lago: Lago) -> None:
    shell.write("lago-gitops.yaml", (PROJECT % lago.url).replace("[manifests]", "[manifests/growth.yaml]"))

    assert "add a folder to `manifests`" in shell.run("pull").err
    assert shell.run("pull").code == 64


def test_an_overlay_is_no_place_for_new_manifests(shell: Shell, lago: Lago) -> None:
    shell.write("lago-gitops.yaml", PROJECT.replace("live: {", "live: {overlays: [eu], ") % lago.url)
    shell.write("eu/basic.yaml", "kind: plan\ncode: basic\nname: Basic\n")

    assert "is an overlay of environment 'live'" in shell.run("pull", "--out", "eu").err


def test_manifests_that_can_not_be_read_stop_a_pull(shell: Shell, lago: Lago) -> None:
    shell.write("manifests/growth.yaml", GROWTH.replace("kind:   plan", "kind: plann"))

    assert shell.run("pull").code == 3
    assert files(shell) == ["entity.yaml", "growth.yaml"]


def test_a_reference_that_pull_makes_good_does_not_stop_it(shell: Shell, lago: Lago) -> None:
    lago.send("POST", "taxes", {"tax": {"code": "vat", "name": "VAT", "rate": 20}})
    lago.send("PUT", "plans/basic", {"plan": {"tax_codes": ["vat"]}})
    shell.write("manifests/growth.yaml", GROWTH + "tax_codes: [vat]\n")
    assert shell.run("validate").code == 3

    assert shell.run("pull").code == 0
    assert is_in_step(shell)


def test_a_project_without_manifests_is_filled(shell: Shell, lago: Lago) -> None:
    for name in files(shell):
        (shell.folder / "manifests" / name).unlink()
    assert set(statuses(shell).values()) == {"new"}
    assert is_in_step(shell)
    (shell.folder / "lago-gitops.yaml").unlink()
    shell.monkeypatch.setenv("LAGO_API_URL", lago.url)
    assert set(statuses(shell).values()) == {"unchanged"}


@pytest.mark.slow
def test_new_files_tell_editors_the_schema_that_the_project_has(shell: Shell, lago: Lago) -> None:
    assert shell.run("schema", "--out", "schemas").code == 0
    lago.send("POST", "taxes", {"tax": {"code": "vat", "name": "VAT", "rate": 20}})
    shell.run("pull")
    text = (shell.folder / "manifests/taxes/vat.yaml").read_text()

    assert text.startswith("# yaml-language-server: $schema=../../schemas/tax.schema.json\nkind: tax\n")
    assert Path(shell.folder / "manifests/taxes/../../schemas/tax.schema.json").exists()


def test_a_file_that_can_not_be_changed_in_place_is_left_and_the_others_are_not(shell: Shell, lago: Lago) -> None:
    shell.write("manifests/growth.yaml", GROWTH[: GROWTH.index("---")])
    plan = read_text("", GROWTH).manifests[1].data
    shell.write("manifests/plans.json", json.dumps(plan))
    shell.write("lago-gitops.yaml", (PROJECT % lago.url).replace("[manifests]", "[manifests, manifests/plans.json]"))
    lago.send("PUT", "plans/basic", {"plan": {"amount_cents": 1500}})
    lago.send("PUT", "billable_metrics/calls", {"billable_metric": {"name": "Called"}})

    assert statuses(shell) == {
        "billable_metric/calls": "updated", "plan/basic": "left JSON", "billing_entity/sandbox": "unchanged"
    }  # fmt: skip


SEATS = {"code": "seats", "name": "Seats", "privileges": [{"code": "most", "value_type": "integer"}]}
STARTER = GROWTH[GROWTH.index("kind:   plan") : GROWTH.index("charges:")].replace("basic", "starter")


def test_what_a_manifest_of_something_else_contradicts_is_left_and_told(shell: Shell, lago: Lago) -> None:
    shell.write("manifests/starter.yaml", STARTER + "entitlements: {seats: {least: 1}}\n")
    shell.write("manifests/tax.yaml", "kind: tax\ncode: vat\nname: VAT\nrate: 20\napplied_to_organization: true\n")
    shell.write("manifests/entity.yaml", ENTITY + "tax_codes: [vat]\n")
    lago.send("POST", "features", {"feature": SEATS})
    lago.send("PUT", "plans/basic", {"plan": {"amount_cents": 1500}})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 3
    said = "feature/seats: manifests/starter.yaml:8:24 contradicts it: the feature has no privilege 'least'\n"
    assert said in ran.out
    entity = (
        r"^left: manifests/tax.yaml:5:1 contradicts it: applied_to_organization is true, .* +billing_entity/sandbox"
    )
    assert re.search(entity, ran.out, re.MULTILINE), ran.out
    assert re.search("^updated +plan/basic", ran.out, re.MULTILINE)
    assert "features" not in " ".join(files(shell))
    assert ran.out.endswith("1 updated, 1 unchanged, 1 left, 2 not in Lago; 2 skipped.\n")


def test_what_is_left_as_it_was_contradicts_nothing_that_is_pulled(shell: Shell, lago: Lago) -> None:
    """A plan with a value of a privilege that only Lago's feature has stays, as the feature does."""
    lago.send("POST", "features", {"feature": SEATS})
    assert shell.run("pull").code == 0
    shell.write("manifests/starter.yaml", STARTER + "entitlements: {seats: {most: 1}}\n")
    lago.send("DELETE", "features/seats/privileges/most", None)
    more = {"feature": {"privileges": [{"code": "all", "value_type": "boolean"}]}}
    lago.send("PUT", "features/seats", more)
    lago.send("POST", "plans/basic/entitlements", {"entitlements": {"seats": {"all": True}}})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 3
    assert re.search("^left: manifests/starter.yaml:8:24 contradicts it: .* +feature/seats", ran.out, re.MULTILINE)
    assert re.search("^left: the feature has no privilege 'all' +plan/basic", ran.out, re.MULTILINE), ran.out
    assert shell.run("validate").code == 0


def test_values_of_a_privilege_that_lago_has_otherwise_are_pulled_with_it(shell: Shell, lago: Lago) -> None:
    """The manifests, applied, would take the value away; a pull takes the privilege instead."""
    lago.send("POST", "features", {"feature": SEATS})
    assert shell.run("pull").code == 0
    lago.send("DELETE", "features/seats/privileges/most", None)
    lago.send("PUT", "features/seats", {"feature": {"privileges": [{"code": "all", "value_type": "boolean"}]}})
    lago.send("POST", "plans/basic/entitlements", {"entitlements": {"seats": {"all": True}}})

    assert shell.run("pull").code == 0
    assert "seats:\n    all: true\n" in (shell.folder / "manifests/growth.yaml").read_text()
    assert is_in_step(shell)


def test_a_resource_that_took_over_a_former_code_is_told(shell: Shell, lago: Lago) -> None:
    shell.write("manifests/starter.yaml", STARTER + "previously: [entry]\n")
    shell.run("apply", "--auto-approve")
    other = {"name": "E", "code": "entry", "interval": "monthly", "amount_cents": 1, "amount_currency": "EUR"}
    lago.send("POST", "plans", {"plan": {**other, "pay_in_advance": False}})
    ran = shell.run("pull", "--no-color")

    assert ran.code == 3
    assert "plan/entry: manifests/starter.yaml:8:14 contradicts it: 'entry' can't be the former code" in ran.out
    assert shell.run("validate").code == 0


CODED = tuple(kind.name for kind in KINDS.values() if kind.key == "code")
LICENSED = "environments: {sandbox: {premium: true}}\ndefault_environment: sandbox\n"  # one more billing entity
Named = tuple[str, str]


def described(name: str, code: str) -> dict[str, Any]:
    """A manifest of the kind, always the same but for its code."""
    return {"kind": name, **fields(KINDS[name].object, Around(Random(name)), (), {"code": code})}


def fits(named: Named) -> bool:
    """Whether Lago takes the code: one of blanks alone, whichever, is none to it."""
    return bool(named[1].strip()) and not [*SHAPES.problems(Manifest("", described(*named)))]


NAMED = st.tuples(st.sampled_from(CODED), codes).filter(fits)


def ran(folder: Path, *args: str) -> int:
    with pytest.raises(SystemExit) as ended, contextlib.chdir(folder):
        main([*args, "--quiet"])
    return int(ended.value.code or 0)


@pytest.mark.slow
@settings(max_examples=int(os.environ.get("EXAMPLES", "40")), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(NAMED, min_size=1, max_size=6, unique=True), st.lists(NAMED, max_size=3, unique=True))
def test_whatever_the_codes_what_is_pulled_is_read_and_plans_to_nothing(wanted: list[Named], more: list[Named]) -> None:
    def manifests(those: list[Named]) -> str:
        return write_all(described(*one) for one in those)

    with TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "lago-gitops.yaml").write_text(LICENSED)
        (path / "a.yaml").write_text(manifests(wanted), encoding="utf-8")
        assert ran(path, "apply", "--auto-approve") == 0
        (path / "a.yaml").unlink()
        assert ran(path, "pull") == 0
        own = ("sandbox.yaml", "lago-gitops.yaml")
        assert len([one for one in path.rglob("*.yaml") if one.name not in own]) == len(wanted)
        assert ran(path, "plan", "--detailed-exitcode") == 0
        (path / "a.yaml").write_text(manifests([one for one in more if one not in wanted]), encoding="utf-8")
        ran(path, "apply", "--auto-approve")
        (path / "a.yaml").unlink()
        assert ran(path, "pull") == 0
        assert ran(path, "plan", "--detailed-exitcode") == 0
