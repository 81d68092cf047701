from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from lago_gitops.core.assessment.beyond_server import beyond_server, there_already
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.model.kind import Finding, Gate, ResourceKind
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Field, Text
from lago_gitops.kinds import KINDS
from tests.core.kinds import NODE, desired, live, node, tombstone
from tests.kinds.effects import update
from tests.kinds.forms import CHARGE, PLAN

FREE, LICENSED = Server(licence=False), Server(licence=True)
OLD = Server((1, 38))


def small_before_1_50(fields: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    if fields["size"] > 5 and not has("1.50"):
        yield Finding((), f"size is {fields['size']}", "make it smaller")


MODEL = Field("model", Text(choices=("plain", "fancy", "new"), licensed=("fancy",), newer=(("new", "1.45"),)), "")
KIND = replace(NODE, fields=(*NODE.fields, MODEL), server_rules=(small_before_1_50,))


def refused(
    server: Server, *wanted: dict[str, Any], there: tuple[str, ...] = (), kind: ResourceKind = KIND
) -> list[str]:
    items = [replace(desired(data), fields={**desired(data).fields, "model": data.get("model")}) for data in wanted]
    present = {one.address: one for one in (live(node(code)) for code in there)}
    compared = compare(items, present, {"node": kind}, server)
    found = list(beyond_server(compared, server, {"node": kind}))
    assert all(one.ways_out for one in found)
    return [one.message for one in found]


def test_a_choice_that_needs_a_licence_is_refused_where_there_is_none() -> None:
    message = "model: fancy needs a Lago licence; this Lago has none, and would refuse the node"
    assert refused(FREE, node("a", model="fancy")) == [message]
    assert refused(FREE, node("a", model="fancy"), there=("a",)) == [message]
    assert refused(FREE, node("a", model="plain")) == refused(LICENSED, node("a", model="fancy")) == []
    assert refused(Server(), node("a", model="fancy")) == []


@pytest.mark.parametrize("changed", [{"name": "B"}, {"model": "new"}, {"size": 3}])
def test_a_choice_that_a_licence_which_ended_has_left_stops_no_other_change(changed: dict[str, Any]) -> None:
    there, wanted = live(node("a")), desired(node("a"))
    there = replace(there, fields={**there.fields, "model": "fancy"})
    wanted = replace(wanted, fields={**wanted.fields, "model": "fancy", **changed})
    compared = compare([wanted], {there.address: there}, {"node": KIND}, FREE)

    assert len(compared.changes) == 1
    assert list(beyond_server(compared, FREE, {"node": KIND})) == []


def test_what_is_beside_such_a_choice_is_sent_with_it_and_refused() -> None:
    shares = {"graduated_percentage_ranges": [{"from_value": 0, "to_value": None, "rate": 1, "flat_amount": 0}]}
    charge = {**CHARGE, "charge_model": "graduated_percentage", "properties": shares}
    there = {**PLAN, "charges": [charge]}

    def said(**changes: Any) -> list[str]:
        change = update(there, **changes)
        compared = compare([change.desired], {change.live.address: change.live}, KINDS, FREE)
        return [one.message for one in beyond_server(compared, FREE, KINDS)]

    assert said(name="N") == []
    assert said(name="N", charges=[{**charge, "invoice_display_name": "C"}]) == [
        "charges.c.charge_model: graduated_percentage needs a Lago licence; this Lago has none, and would refuse the "
        "plan"
    ]


def test_a_choice_that_came_later_is_refused_on_an_older_server() -> None:
    assert refused(OLD, node("a", model="new")) == [
        "model: new came with Lago 1.45, and this one is 1.38 by its answers"
    ]
    assert refused(Server((1, 45)), node("a", model="new")) == []


def test_a_kinds_rules_for_older_servers_are_asked_with_what_the_server_has() -> None:
    assert refused(OLD, node("a", size=9), node("b", size=1)) == ["size is 9"]
    assert refused(Server(), node("a", size=9)) == []


@pytest.mark.parametrize(("name", "size", "refusals", "warnings"), [
    ("A", 9, [], []), ("B", 9, [], ["size is 9"]), ("B", 8, ["size is 8"], []), ("B", 1, [], []),
])  # fmt: skip
def test_what_an_older_server_has_already_is_no_reason_to_stop(
    name: str, size: int, refusals: list[str], warnings: list[str]
) -> None:
    there = live(node("a", name="A", size=9))
    wanted = desired(node("a", name=name, size=size))
    compared = compare([wanted], {there.address: there}, {"node": KIND}, OLD)

    assert [one.message for one in beyond_server(compared, OLD, {"node": KIND})] == refusals
    assert [one.message for one in there_already(compared, OLD, {"node": KIND})] == warnings


@pytest.mark.parametrize(
    ("gate", "server", "there", "messages"),
    [
        (Gate(), FREE, (), ["nodes need a Lago licence, but this Lago has none"] * 2),
        (Gate(free=1), FREE, (), ["this Lago has no licence, and takes no more than 1 node"]),
        (Gate(free=2), FREE, ("x",), ["this Lago has no licence, and takes no more than 2 nodes"]),
        (Gate(free=1), LICENSED, ("x",), []),
        (Gate(until="1.39"), replace(OLD, licence=False), (), ["nodes need a Lago licence before Lago 1.39, but this "
         "Lago has none"] * 2),
        (Gate(until="1.39"), FREE, (), []),
    ],
)  # fmt: skip
def test_one_more_than_is_free_is_refused(
    gate: Gate, server: Server, there: tuple[str, ...], messages: list[str]
) -> None:
    assert refused(server, node("a"), node("b"), there=there, kind=replace(KIND, gate=gate)) == messages


def test_deletes_and_kinds_that_are_not_listed_have_no_such_refusal() -> None:
    kinds = {"node": replace(KIND, gate=Gate())}
    present = {live(node("a")).address: live(node("a"))}
    deleting = compare([tombstone("a")], present, kinds, FREE)
    creating = compare([desired(node("b"))], present, kinds, FREE)
    assert list(beyond_server(deleting, FREE, kinds)) == list(beyond_server(creating, FREE, kinds, ["node"])) == []
    for wanted in ([tombstone("a"), desired(node("b"))], [desired(node("b")), tombstone("a")]):
        assert len(list(beyond_server(compare(wanted, present, kinds, FREE), FREE, kinds))) == 1


def test_an_organization_whose_objects_are_of_another_sort_gets_no_new_ones() -> None:
    fields = tuple(replace(one, marks_variant=one.name == "size") for one in KIND.fields)
    kinds = {"node": replace(KIND, fields=fields, unsupported_variant="nodes of a new sort")}
    odd = live(node("odd"))
    present = {odd.address: replace(odd, fields={**odd.fields, "size": None})}
    creating = compare([desired(node("a"))], present, kinds, Server())
    assert [one.message for one in beyond_server(creating, Server(), kinds)] == [
        "this organization has nodes of a new sort, as node/odd is: what is created now is of that sort"
    ]
    changing = compare([desired(node("odd"))], present, kinds, Server())
    assert [one.message for one in beyond_server(changing, Server(), kinds)] == [
        "this organization has nodes of a new sort, as node/odd is"
    ]
    other = {**present, Address("node", "a"): live(node("a"))}
    usual_one = compare([desired(node("a", size=2))], other, kinds, Server())
    assert list(beyond_server(usual_one, Server(), kinds)) == []
    usual = compare([desired(node("a"))], {odd.address: odd}, kinds, Server())
    assert list(beyond_server(usual, Server(), kinds)) == []


def test_a_list_that_only_such_an_organization_has_rows_in_is_enough() -> None:
    kinds = {"node": replace(KIND, unsupported_variant="nodes of a new sort", variant_list="/api/v2/shapes")}
    creating = compare([desired(node("a"))], {}, kinds, Server())
    assert [one.message for one in beyond_server(creating, Server(), kinds, (), ["node"])] == [
        "this organization has nodes of a new sort, as GET /api/v2/shapes shows: what is created now is of that sort"
    ]
