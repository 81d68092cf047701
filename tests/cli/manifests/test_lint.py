"""What is there and does not change never blocks; what a change makes worse is refused."""

import json

from tests.cli.running import Shell
from tests.texts import METRIC

TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
PLAN = """\
kind: plan
code: p
name: {name}
interval: monthly
amount_cents: 0
amount_currency: EUR
pay_in_advance: false
"""
CHARGE = """
  - code: {code}
    billable_metric_code: calls
    charge_model: volume
    properties:
      volume_ranges:
        - {{from_value: 0, to_value: 10, per_unit_amount: "1", flat_amount: "0"}}
        - {{from_value: {second}, to_value: null, per_unit_amount: "1", flat_amount: "0"}}
"""
SILENCE = "silence: {volume-hole: sold like this}\n"


def plan(*charges: tuple[str, int], name: str = "P") -> str:
    """A plan with volume charges, each with the lower bound of its second tier: 11 fits, 12 leaves a hole."""
    body = "".join(CHARGE.format(code=each, second=second) for each, second in charges)
    return PLAN.format(name=name) + "charges:" + body


def write(shell: Shell, *documents: str) -> None:
    shell.write("manifests/a.yaml", "---\n".join((METRIC, *documents)))


def with_a_hole(shell: Shell) -> None:
    """A plan in Lago with a hole in its charge `c`."""
    write(shell, plan(("c", 12)) + SILENCE)
    assert shell.run("apply", "--auto-approve").code == 0


def test_a_change_that_introduces_an_error_is_refused(shell: Shell) -> None:
    write(shell, plan(("c", 12)))
    ran = shell.run("plan", "--no-color")

    assert ran.code == 4
    assert "Refused plan/p" in ran.out
    assert "[volume-hole]" in ran.out


def test_an_error_that_is_there_already_is_a_warning(shell: Shell) -> None:
    with_a_hole(shell)
    write(shell, plan(("c", 12), name="Renamed"))
    ran = shell.run("plan", "--no-color")

    assert (ran.code, "warning: usage above 10 up to 11" in ran.err) == (0, True)


def test_a_second_fault_of_the_same_words_is_refused(shell: Shell) -> None:
    with_a_hole(shell)
    write(shell, plan(("c", 12), ("d", 12)))

    assert "Refused plan/p (manifests/a.yaml:" in shell.run("plan", "--no-color").out
    write(shell, plan(("c", 11), ("d", 12)))
    assert shell.run("plan").code == 4


def test_only_what_changes_is_linted_unless_the_project_wants_all(shell: Shell) -> None:
    with_a_hole(shell)
    write(shell, plan(("c", 12)), TAX)
    few = shell.run("plan", "--no-color")
    shell.write("lago-gitops.yaml", "manifests: [manifests]\nlint: all\n")
    all_ = shell.run("plan", "--no-color")

    assert (few.code, few.err) == (0, "")
    assert (all_.code, "[volume-hole]" in all_.err) == (0, True)
    assert shell.run("validate").code == 3


def test_one_rule_has_one_line_for_a_resource_with_the_number_of_places(shell: Shell) -> None:
    write(shell, plan(*((f"c{number}", 12) for number in range(5))))
    ran = shell.run("validate", "--no-color")
    found = json.loads(shell.run("validate", "--format", "json").out)["problems"]

    assert "(and in 4 more places) [volume-hole]" in ran.out
    assert ran.out.count("[volume-hole]") == 1
    assert [len(one["also"]) for one in found if one["rule"] == "volume-hole"] == [4]
    assert "(and in 4 more places) [volume-hole]" in shell.run("plan", "--no-color").out
