"""The manifests of an environment."""

from pathlib import Path

from lago_gitops.project import Environment, Project
from lago_gitops.workflow.manifests.checking import validate

PLAN = (
    "kind: plan\ncode: growth\nname: G\ninterval: monthly\namount_cents: 1\namount_currency: EUR\npay_in_advance: no\n"
)
EU = Environment("eu", overlays=("eu",))


def said(root: Path, **overlays: str) -> list[str]:
    """What is wrong with the plan, patched by these files."""
    (root / "eu").mkdir()
    (root / "plan.yaml").write_text(PLAN.replace("no\n", "false\n"))
    for name, text in overlays.items():
        (root / "eu" / f"{name}.yaml").write_text(text)
    checked = validate(Project(root, environments={"eu": EU}), EU)
    return [str(problem) for problem in checked.problems]


def test_an_overlay_of_a_plan_that_is_not_there_says_so_and_nothing_else(tmp_path: Path) -> None:
    assert said(tmp_path, a="kind: plan\ncode: grwoth\namount_cents: 2\n", b="kind: plan\ncode: grwoth\nname: N\n") == [
        "eu/a.yaml:2:1: there is no plan 'grwoth' for this overlay to patch (did you mean 'growth'?)"
    ]


def test_where_no_code_is_alike_it_says_what_a_new_one_needs(tmp_path: Path) -> None:
    assert said(tmp_path, a="kind: tax\ncode: vat\nrate: 2\n") == [
        "eu/a.yaml:2:1: there is no tax 'vat' for this overlay to patch (correct its code; a new tax needs code, name, "
        "rate)"
    ]


def test_what_is_whole_or_deleted_needs_no_base(tmp_path: Path) -> None:
    tax = "kind: tax\ncode: vat\nname: V\nrate: 2\n"
    assert (
        said(tmp_path, a=tax, b="kind: tax\ncode: old\nstate: absent\n", c="kind: plan\ncode: growth\nname: N\n") == []
    )


def test_what_names_no_resource_is_for_the_schema_to_say(tmp_path: Path) -> None:
    assert [line[:31] for line in said(tmp_path, a="kind: tax\nname: V\n", b="kind: tux\ncode: v\n")] == [
        "eu/a.yaml:1:1: code is missing ",
        "eu/a.yaml:1:1: rate is missing ",
        "eu/b.yaml:1:1: there is no kind",
    ]
