from typing import Any

import pytest

from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import Part, Task
from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.render.plan.text import outcome_text, outcomes_summary, problems_text
from lago_gitops.render.review.text import plan_text, summary
from tests.core.kinds import create, delete, node, update

ORGANIZATION = {"name": "Acme", "url": "https://a", "lago_id": "1", "version": "1.51"}
NOTHING = {
    "environment": "test", "organization": ORGANIZATION, "changes": [], "unknown": [], "unmanaged": [],
    "refusals": [], "guards": [], "digest": "0123456789abcdef",
    "summary": {"create": 0, "update": 0, "delete": 0, "unchanged": 2, "class": None},
}  # fmt: skip
CHANGE = {
    "action": "delete", "address": "plan/p", "kind": "plan", "key": "p", "effects": [],
    "source": {"path": "p.yaml", "line": 3},
    "class": "additive", "reasons": ["it is new"],
}  # fmt: skip


def plainly(text: str, _: str) -> str:
    return text


def coloured(text: str, colour: str) -> str:
    return f"<{colour}>{text}</>"


def block(paint: Any = plainly, **document: Any) -> str:
    """What stands between the heading and the summary."""
    counts = {**NOTHING["summary"], "class": "additive"}
    _, *blocks, _ = plan_text({**NOTHING, "summary": counts, **document}, paint).split("\n\n")
    return "\n\n".join(blocks)


def change(action: str, **more: Any) -> str:
    return block(changes=[{**CHANGE, "action": action, **more}])


def title(start: str) -> str:
    return f"{start:<72}p.yaml:3  additive"


def test_a_plan_without_changes_says_whose_it_is_and_that_there_are_none() -> None:
    assert plan_text(NOTHING, plainly) == (
        "Plan for Acme at https://a (organization 1, Lago 1.51 or later), environment test\n\n"
        "No changes: Lago matches the manifests (2 resources)."
    )


def test_a_plan_with_changes_ends_in_numbers_and_what_to_approve_by() -> None:
    counts = {"create": 1, "update": 2, "delete": 3, "unchanged": 4, "class": "breaking"}
    gone = {**CHANGE, "class": "breaking", "reasons": ["it is deleted", "its tax\tgoes"]}
    assert summary({**NOTHING, "changes": [CHANGE, gone], "summary": counts}) == (
        "Plan: 1 to create, 2 to change, 3 to delete, 4 unchanged. Digest 0123456789ab.\n"
        "Class breaking (plan/p: it is deleted)."
    )
    assert summary({**NOTHING, "changes": [gone, gone], "summary": counts}).endswith(
        "(plan/p: it is deleted; and 1 more change)."
    )


def test_a_create_shows_the_resource_a_field_a_line() -> None:
    tier = {"from_value": 0, "to_value": None, "per_unit_amount": "0.000000001", "flat_amount": "1000000.00000001"}
    after = {
        "name": "P",
        "tax_codes": ["a"],
        "charges": [{"code": "c", "tiers": [tier, {"from_value": 5, "to_value": None}], "on": True}, {"code": "d"}],
    }
    assert change("create", after=after) == "\n".join(
        [
            title("+ plan/p"),
            '    name  "P"',
            '    tax_codes  ["a"]',
            "    charges",
            '      - code  "c"',
            "        tiers",
            "          - from_value  0",
            "            to_value  null",
            "            per_unit_amount  0.000000001",
            "            flat_amount  1000000.00000001",
            "          - {from_value: 5, to_value: null}",
            "        on  true",
            '      - {code: "d"}',
        ]
    )


def test_a_map_that_is_too_long_for_a_line_has_a_line_for_each_key() -> None:
    long = {f"key_{number}": "x" * 30 for number in range(4)}
    lines = change("create", after={"metadata": long, "text": "y" * 200}).split("\n")
    assert lines[1:3] == ["    metadata", f'      key_0  "{"x" * 30}"']
    assert lines[-1].startswith('    text  "yyy')


def test_an_update_shows_what_changes_to_what() -> None:
    fields = [
        {"path": "amount_cents", "before": 5, "after": 6},
        {"path": "charges.c", "before": None, "after": {"code": "c", "prorated": False, "taxes": []}},
        {"path": "charges.d", "before": {"code": "d"}, "after": None},
        {"path": "description", "before": None, "after": "text"},
    ]
    assert change("update", fields=fields).split("\n") == [
        title("~ plan/p"),
        "    ~ amount_cents  5 → 6",
        '    + charges.c  {code: "c"}',
        "    - charges.d",
        '    ~ description  null → "text"',
    ]


def test_a_rename_says_the_old_code() -> None:
    assert change("update", fields=[], previous_key="old") == title("~ plan/p  (renamed, was old)")


def test_effects_stand_below_their_change_but_for_the_delete_itself() -> None:
    def effect(class_: str, weight: str, undo: str) -> dict[str, Any]:
        return {"class": class_, "weight": weight, "undo": undo, "sentence": "it happens", "subscriptions": 0}

    effects = [
        effect("delete", "warning", "lossy"),
        effect("cascades", "danger", "irreversible"),
        effect("changes-bills", "warning", "lossy"),
        effect("leaves-out", "note", "reversible"),
    ]
    assert change("delete", before={}, effects=effects).split("\n") == [
        title("- plan/p"),
        "    ‼ it happens (can't be undone)",
        "    ! it happens (reverting doesn't undo all of it)",
        "    i it happens",
    ]


def test_what_stands_in_the_way_is_said_with_what_would_help() -> None:
    refusal = {
        "address": "plan/p", "source": {"path": "p.yaml", "line": 3}, "message": "it would not do it",
        "ways_out": ["do this", "or that"],
    }  # fmt: skip
    assert block(refusals=[refusal]) == ("Refused plan/p (p.yaml:3): it would not do it.\n  · do this\n  · or that")


def test_guards_say_whose_doing_it_is() -> None:
    guard = {"waiver": "delete", "policy": "ask", "addresses": ["plan/p"], "reason": "it is deleted"}
    many = {**guard, "policy": "refuse", "addresses": ["plan/p", "plan/q"]}
    assert block(guards=[guard, many]) == (
        "Guard delete needs approval: plan/p: it is deleted\nGuard delete refuses: plan/p and 1 more: "
        "2 resources are deleted"
    )


def test_a_plan_that_guards_stand_in_the_way_of_ends_in_how_to_pass_them() -> None:
    counts = {"create": 0, "update": 1, "delete": 0, "unchanged": 0, "class": "additive"}
    guards = [{"waiver": "changes-bills", "policy": "ask"}, {"waiver": "loses-usage", "policy": "refuse"}]
    asking, refusing = (
        summary({**NOTHING, "changes": [CHANGE], "summary": counts, "guards": [one]}).split("\n")[2] for one in guards
    )
    assert asking == (
        "Guards block this plan: changes-bills needs approval (apply --approved 0123456789ab, or a saved plan)."
    )
    assert refusing == "Guards block this plan: loses-usage is refused (--allow loses-usage)."


@pytest.mark.parametrize(("policy", "words"), [("ask", "a, b need approval ("), ("refuse", "a, b are refused (")])
def test_several_guards_are_spoken_of_as_several(policy: str, words: str) -> None:
    counts = {"create": 0, "update": 1, "delete": 0, "unchanged": 0, "class": "additive"}
    guards = [{"waiver": "a", "policy": policy}, {"waiver": "b", "policy": policy}]

    assert words in summary({**NOTHING, "changes": [CHANGE], "summary": counts, "guards": guards})


def test_where_nothing_can_be_done_nobody_is_told_that_all_is_well() -> None:
    refused = {**NOTHING, "refusals": [{"address": "plan/p"}]}

    assert (
        summary(refused)
        == "Nothing can be applied, although Lago does not match the manifests: see the refused changes."
    )


def test_one_resource_that_is_as_it_should_be_is_one() -> None:
    counts = {"create": 0, "update": 0, "delete": 0, "unchanged": 1, "class": None}

    assert summary({**NOTHING, "summary": counts}).endswith("(1 resource).")


def test_fields_that_are_not_sent_are_said() -> None:
    assert block(unknown=[{"address": "plan/p", "field": "metadata", "since": "1.39"}]) == (
        "! plan/p: metadata is not sent, since this Lago is too old for it (it needs 1.39)"
    )


def test_what_is_left_alone_is_named_as_far_as_there_is_room() -> None:
    assert block(unmanaged=["tax/a", "tax/b"]) == "Not managed by any manifest, left untouched: tax/a, tax/b."
    assert block(unmanaged=[f"tax/{number}" for number in range(12)]).endswith("tax/9 and 2 more.")


def test_texts_from_outside_do_nothing_to_the_terminal() -> None:
    about = {**CHANGE, "address": "plan/\x1b[2J", "source": {"path": "p\x07.yaml", "line": 3}}
    organization = {**ORGANIZATION, "name": "A\x1b[2J"}
    counts = {**NOTHING["summary"], "class": "additive"}
    document = {**NOTHING, "changes": [about], "organization": organization, "summary": counts}
    lines = plan_text(document, plainly).split("\n")
    assert all(line.isprintable() for line in lines)


def test_colours_are_put_on_by_the_caller() -> None:
    assert block(coloured, unmanaged=["tax/a"]) == "Not managed by any manifest, left untouched: tax/a."
    assert block(coloured, changes=[CHANGE]).startswith("<red>- plan/p</> ")


# Outcomes and problems ------------------------------------------------------------------------------------------------


def outcome(change: Any, status: Status, message: str = "", part: Part = Part.WHOLE) -> Outcome:
    return Outcome(Task(change, part), status, message)


def test_an_outcome_is_one_line() -> None:
    grown = outcome(update(node("a"), node("a", name="n")), Status.DONE, part=Part.GROW)
    assert outcome_text(grown, coloured) == "  <green>done     </> ~ node/a (additions)"
    failed = outcome(create(node("b")), Status.FAILED, "no\nway")
    assert outcome_text(failed, coloured) == "  <red>failed   </> + node/b  no�way"


def test_outcomes_are_counted_and_none_is_left_out() -> None:
    done, blocked = outcome(create(node("a")), Status.DONE), outcome(delete(node("b")), Status.BLOCKED)
    assert outcomes_summary([blocked, done, done]) == "Applied: 2 done, 1 blocked."
    assert outcomes_summary([]) == "Nothing to apply."


def test_problems_read_as_editors_like_them() -> None:
    error, warning = (
        Problem(Mark("a.yaml", 2, 3), "wrong", "fix"),
        Problem(Mark("b.yaml"), "odd", rule="lint", severity=Severity.WARNING),
    )
    assert problems_text([error, warning], coloured) == (
        "a.yaml:2:3: <red>error</>: wrong [manifest]\n    fix\nb.yaml:1:1: <yellow>warning</>: odd [lint]"
    )
