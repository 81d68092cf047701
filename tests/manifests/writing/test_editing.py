"""A file is changed where it says something else, and stays as its author laid it out everywhere else."""

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lago_gitops.core.comparison.pulling.revise import revised
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.field_walk import keyed_at
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.editing import edited
from lago_gitops.manifests.writing.formatter import typed
from lago_gitops.manifests.writing.trees import comments_of
from lago_gitops.manifests.writing.writer import write_all
from tests.strategies import organizations

Change = Callable[[dict[str, Any]], None]


def made(text: str, change: Change, number: int = 0) -> tuple[str, list[str]]:
    """The text once the document says what `change` makes of it, and what is in the way."""
    reading = read_text("a.yaml", text.removeprefix("\ufeff"))
    assert reading.problems == ()
    data = json.loads(json.dumps(reading.manifests[number].data, default=str))
    change(data)
    done = edited("a.yaml", text, {number: data}, lambda path: keyed_at(KINDS, path))
    if not done.problems:
        assert typed(read_text("a.yaml", done.text).manifests[number].data) == typed(data)
    return done.text, [str(problem) for problem in done.problems]


def set_to(*way: Any) -> Change:
    """A value at the end of a way."""
    *steps, last, value = way

    def change(data: Any) -> None:
        for step in steps:
            data = data[step]
        data[last] = value

    return change


def without(*way: Any) -> Change:
    *steps, last = way

    def change(data: Any) -> None:
        for step in steps:
            data = data[step]
        del data[last]

    return change


def added(*way: Any) -> Change:
    """An item at the end of a list."""
    *steps, item = way

    def change(data: Any) -> None:
        for step in steps:
            data = data[step]
        data.append(item)

    return change


PLAN = """\
# our entry plan

kind:   plan
code: basic    # never changes
name: 'Basic'
# what it costs
amount_cents: 1000   # ten euros
tax_codes: [vat]
charges:
# usage
-   code: calls
    billable_metric_code: calls
    charge_model: standard
    properties: {amount: "2"}  # by contract
    # regions
    filters:
        - values: {region: [eu]}
          properties: { amount: '1' }   # cheaper
-   code: bytes
    billable_metric_code: bytes
    charge_model: graduated
    properties:
        graduated_ranges:
            # small
            - {from_value: 0, to_value: 10, per_unit_amount: "1", flat_amount: "0"}
            # big
            - {from_value: 11, to_value: null, per_unit_amount: "2", flat_amount: "0"}
---
kind: tax
code: t
name: T
rate: 1
"""


@pytest.mark.parametrize(
    ("change", "line", "other"),
    [
        (set_to("amount_cents", 1500), "amount_cents: 1000   # ten euros", "amount_cents: 1500   # ten euros"),
        (set_to("name", "Start"), "name: 'Basic'", "name: Start"),
        (set_to("name", "No"), "name: 'Basic'", 'name: "No"'),
        (set_to("tax_codes", ["vat", "b"]), "tax_codes: [vat]", "tax_codes: [vat, b]"),
        (
            set_to("charges", 0, "properties", "amount", "3"),
            '    properties: {amount: "2"}  # by contract',
            '    properties: {amount: "3"}  # by contract',
        ),
        (
            set_to("charges", 0, "filters", 0, "properties", "amount", "0.5"),
            "          properties: { amount: '1' }   # cheaper",
            '          properties: { amount: "0.5" }   # cheaper',
        ),
    ],
)
def test_one_value_is_one_line_and_the_rest_stays(change: Change, line: str, other: str) -> None:
    assert PLAN.count(line) == 1
    assert made(PLAN, change) == (PLAN.replace(line, other), [])


def test_bounds_of_tiers_move_where_they_stand() -> None:
    tiers = [
        {"from_value": 0, "to_value": 20, "per_unit_amount": "1", "flat_amount": "0"},
        {"from_value": 21, "to_value": None, "per_unit_amount": "2", "flat_amount": "0"},
    ]
    wanted = PLAN.replace("to_value: 10", "to_value: 20").replace("from_value: 11", "from_value: 21")

    assert made(PLAN, set_to("charges", 1, "properties", "graduated_ranges", tiers)) == (wanted, [])


def test_a_new_tier_comes_between_the_others() -> None:
    tiers = [
        {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "0"},
        {"from_value": 11, "to_value": 20, "per_unit_amount": "2", "flat_amount": "0"},
        {"from_value": 21, "to_value": None, "per_unit_amount": "3", "flat_amount": "0"},
    ]
    wanted = PLAN.replace(
        'to_value: null, per_unit_amount: "2", flat_amount: "0"}\n',
        'to_value: 20, per_unit_amount: "2", flat_amount: "0"}\n'
        '            - {from_value: 21, to_value: null, per_unit_amount: "3", flat_amount: "0"}\n',
    )

    assert made(PLAN, set_to("charges", 1, "properties", "graduated_ranges", tiers)) == (wanted, [])


def test_what_goes_takes_its_own_comments_along() -> None:
    assert made(PLAN, without("amount_cents")) == (
        PLAN.replace("# what it costs\namount_cents: 1000   # ten euros\n", ""),
        [],
    )
    start, end = PLAN.index("# usage\n"), PLAN.index("-   code: bytes")
    assert made(PLAN, without("charges", 0)) == (PLAN[:start] + PLAN[end:], [])


def test_what_comes_stands_where_it_belongs() -> None:
    charge = {"code": "new", "billable_metric_code": "m", "charge_model": "dynamic"}
    wanted = PLAN.replace("---\n", "- {code: new, billable_metric_code: m, charge_model: dynamic}\n---\n")

    assert made(PLAN, added("charges", charge)) == (wanted, [])
    assert made(PLAN, lambda data: data.update(description="D")) == (
        PLAN.replace("---\n", "description: D\n---\n"),
        [],
    )


def test_a_field_comes_below_the_one_before_it_in_the_data() -> None:
    def change(data: dict[str, Any]) -> None:
        items = list(data.items())
        data.clear()
        data.update([*items[:3], ("description", "D"), *items[3:]])

    assert made(PLAN, change) == (PLAN.replace("name: 'Basic'\n", "name: 'Basic'\ndescription: D\n"), [])


def test_a_value_that_becomes_another_sort_is_written_below_its_key_and_comments_are_kept() -> None:
    text, problems = made(
        PLAN, set_to("charges", 1, "properties", {"package_size": 5, "amount": "1", "graduated_ranges": None})
    )

    assert problems == []
    assert comments_of(text) == comments_of(PLAN)


def test_other_documents_stay_as_they_are() -> None:
    assert made(PLAN, set_to("rate", 2), 1) == (PLAN.replace("rate: 1\n", "rate: 2\n"), [])
    first = {**read_text("a", PLAN).manifests[0].data, "amount_cents": 5}
    second = {"kind": "tax", "code": "t", "name": "T", "rate": 9}
    both = edited("a.yaml", PLAN, {0: first, 1: second}, lambda _: None).text

    assert both == PLAN.replace("1000   #", "5   #").replace("rate: 1\n", "rate: 9\n")


@pytest.mark.parametrize("text", ["{kind: tax, code: t, rate: 1}", "--- {kind: tax, code: t, rate: 1}\n"])
def test_a_document_in_brackets_can_change(text: str) -> None:
    assert made(text, set_to("rate", 2)) == (text.replace("1", "2"), [])
    assert made(text, set_to("name", "T"))[1] == []


def test_line_ends_and_the_mark_at_the_start_stay() -> None:
    text = "\ufeffkind: tax\r\ncode: t  # c\r\nrate: 1\r\n"

    assert made(text, lambda data: data.update(rate=2, name="T")) == (
        "\ufeffkind: tax\r\ncode: t  # c\r\nrate: 2\r\nname: T\r\n",
        [],
    )


def test_a_file_without_a_last_line_end_can_grow_and_shrink() -> None:
    assert made("kind: tax\ncode: t", set_to("rate", 2)) == ("kind: tax\ncode: t\nrate: 2", [])
    assert made("kind: tax\ncode: t", without("code")) == ("kind: tax", [])


def test_texts_of_several_lines_come_and_go() -> None:
    text = "kind: tax\ndescription: |\n  a\n  b\n\ncode: t\n"

    assert made(text, set_to("description", "short")) == ("kind: tax\ndescription: short\n\ncode: t\n", [])
    assert made(text, set_to("description", "c\nd\n")) == ("kind: tax\ndescription: |\n  c\n  d\n\ncode: t\n", [])
    assert made(text, set_to("code", "x\ny")) == (text.replace("code: t", "code: |-\n  x\n  y"), [])


SHARED = """\
kind: plan
code: p
x-tiers: &tiers  # shared
  - {from_value: 0, to_value: null, per_unit_amount: "1", flat_amount: "0"}
charges:
  - {code: a, properties: {graduated_ranges: *tiers}}
  - code: b
    properties:
      graduated_ranges: *tiers
"""


def test_an_alias_gives_way_to_a_value_of_its_own() -> None:
    tier = {"from_value": 0, "to_value": None, "per_unit_amount": "2", "flat_amount": "0"}
    text, problems = made(SHARED, set_to("charges", 1, "properties", "graduated_ranges", [tier]))

    assert problems == []
    assert text == SHARED.replace(
        "      graduated_ranges: *tiers\n",
        '      graduated_ranges:\n        - {from_value: 0, to_value: null, per_unit_amount: "2", flat_amount: "0"}\n',
    )


ANCHORED = """\
kind: plan
charges:
  - code: a
    properties: &price {amount: &amount "1"}
  - code: b
    properties: *price
  - code: c
    properties: {amount: *amount}
"""


def test_where_a_shared_value_changes_those_that_do_not_get_their_own() -> None:
    assert made(ANCHORED, set_to("charges", 0, "properties", "amount", "2")) == (
        ANCHORED.replace('"1"', '"2"')
        .replace("properties: *price", 'properties:\n      amount: "1"')
        .replace("*amount", '"1"'),
        [],
    )


def test_where_a_shared_value_changes_for_all_it_stays_shared() -> None:
    def change(data: Any) -> None:
        for charge in data["charges"]:
            charge["properties"] = {"amount": "2"}

    assert made(ANCHORED, change) == (ANCHORED.replace('"1"', '"2"'), [])


def test_where_a_shared_value_goes_the_others_get_it() -> None:
    text, problems = made(ANCHORED, without("charges", 0))

    assert problems == []
    assert "&" not in text
    assert "*" not in text


def test_a_comment_in_brackets_is_never_lost() -> None:
    text = "kind: tax\nnames: [a,  # first\n  b]\n"

    made_text, problems = made(text, set_to("names", ["a", "c", "d"]))
    assert problems == []
    assert comments_of(made_text) == ["# first"]
    inner = "kind: tax\nnames: [[a,  # first\n  b], c]\n"
    unchanged, problems = made(inner, set_to("names", [["a", "x", "y"], "c"]))
    assert problems == [] or unchanged == inner


# Anything to anything ---------------------------------------------------------------------------------------------


def block(documents: list[Any]) -> str:
    return yaml.safe_dump_all(
        _plain(documents), sort_keys=False, default_flow_style=False, indent=4, allow_unicode=True
    )


def mixed(documents: list[Any]) -> str:
    return yaml.safe_dump_all(_plain(documents), sort_keys=False, default_flow_style=None, width=1000)


def flow(documents: list[Any]) -> str:
    return "".join(f"---\n{json.dumps(document, ensure_ascii=False)}\n" for document in _plain(documents))


def _plain(documents: list[Any]) -> Any:
    return json.loads(json.dumps(documents, default=lambda number: format(number, "f")))


def commented(text: str, places: set[int]) -> str:
    """Comments beside and above lines that begin with a key or a dash, where no text of several lines is."""
    if re.search(r"""[|>][-+0-9]*$|["'].*\n""", text, re.MULTILINE):
        return text
    lines = text.splitlines()
    for number in sorted(places, reverse=True):
        if (
            number < len(lines)
            and (found := re.match(r"( *)[a-z-]", lines[number]))
            and not lines[number].startswith("-")
        ):
            lines[number] = f"{found[1]}# c{number}\n{lines[number]}  # b{number}"
    return "\n".join([*lines, ""])


@pytest.mark.slow
@settings(max_examples=int(os.environ.get("EXAMPLES", "100")), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data(), st.sampled_from([write_all, block, mixed, flow]), st.sets(st.integers(0, 60), max_size=12))
def test_any_file_can_be_brought_up_to_any_other_data(
    data: st.DataObject, layout: Callable[[list[Any]], str], places: set[int]
) -> None:
    befores, afters = data.draw(organizations(features=True)), data.draw(organizations(features=True))
    text = commented(layout([dict(manifest.data) for manifest in befores]), places)
    reading = read_text("a.yaml", text)
    assert reading.problems == ()
    changed = {}
    for number, before in enumerate(reading.manifests):
        others = [other for other in afters if other.kind == before.kind]
        if others:
            object_ = KINDS[before.kind].object
            other = data.draw(st.sampled_from(others))
            changed[number] = revised(object_, before.data, canonical(object_, other.data))
    done = edited("a.yaml", text, changed, lambda path: keyed_at(KINDS, path))

    assert [str(problem) for problem in done.problems] == []
    found = [manifest.data for manifest in read_text("a.yaml", done.text).manifests]
    assert typed(found) == typed([changed.get(number, one.data) for number, one in enumerate(reading.manifests)])
