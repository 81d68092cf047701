"""What validation knows of a release without asking a server."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lago_gitops.core.assessment.by_release import release_problems
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.kind import Finding, Gate, ResourceKind
from lago_gitops.core.model.types import Field, Object, Text
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text
from tests.core.kinds import NODE

OLD = Server((1, 38))
INNER = Object((Field("colour", Text(), "", since="1.41"),))
FIELDS = (
    Field("model", Text(choices=("plain", "new"), newer=(("new", "1.45"),)), ""),
    Field("phone", Text(), "", since="1.49"),
    Field("look", INNER, ""),
)


def small(fields: Mapping[str, Any], has: Callable[[str], bool]) -> Iterator[Finding]:
    if fields["size"] > 5 and not has("1.50"):
        yield Finding(("size",), f"size is {fields['size']}", "make it smaller")


KIND = replace(NODE, fields=(*NODE.fields, *FIELDS))


def said(server: Server, kind: ResourceKind = KIND, **data: Any) -> list[str]:
    manifest = Manifest("a.yaml", {"kind": "node", "code": "a", "size": 1, **data})
    return [f"{one.severity}: {one.message}" for one in release_problems([manifest], server, {"node": kind})]


def test_values_and_kinds_that_came_later_are_errors() -> None:
    assert said(OLD, model="new") == ["error: model: new came with Lago 1.45, and this environment's is 1.38"]
    assert said(OLD, model="plain") == said(Server((1, 45)), model="new") == []
    later = replace(KIND, since="1.44")
    assert said(OLD, later) == ["error: nodes came with Lago 1.44, and this environment's is 1.38"]
    assert said(Server(), later) == []


def test_the_newest_release_has_all_that_the_tables_name_and_no_manifest_is_read_for_it() -> None:
    def named(object_: Object) -> Iterator[str]:
        for field in object_.fields:
            yield field.since
            yield from (since for _, since in getattr(field.type, "newer", ()))
            for inner in objects_of(field.type):
                yield from named(inner)

    kinds = KINDS.values()
    gates = [kind.gate.until for kind in kinds if kind.gate is not None]
    nested = [one.since for kind in kinds for one in kind.nested]
    releases = {*gates, *nested, *(since for kind in kinds for since in (kind.since, *named(kind.object)))}
    assert "1.39" in releases
    assert all(map(Server().has, releases))
    assert list(release_problems([Manifest("a.yaml", {})], Server(), {})) == []


def test_fields_that_came_later_are_left_out() -> None:
    assert said(OLD, phone="1", look={"colour": "red"}) == [
        "warning: phone came with Lago 1.49, and this environment's is 1.38",
        "warning: look.colour came with Lago 1.41, and this environment's is 1.38",
    ]
    assert said(Server((1, 44)), look={"colour": "red"}) == said(OLD) == []


def test_the_rules_of_a_kind_for_older_servers_are_heard() -> None:
    assert said(OLD, replace(KIND, server_rules=(small,)), size=9) == ["error: size is 9"]
    assert said(OLD, replace(KIND, never_billed=(small,)), size=9) == ["warning: size is 9"]


def test_the_place_is_that_of_the_field() -> None:
    [manifest] = read_text("a.yaml", "kind: node\ncode: a\nsize: 1\nlook: {colour: red}\nmodel: new\n").manifests
    assert [one.mark.line for one in release_problems([manifest], OLD, {"node": KIND})] == [5, 4]


def test_what_an_older_lago_needs_a_licence_for_is_said() -> None:
    gated = replace(KIND, gate=Gate(until="1.39"))
    assert said(OLD, gated) == ["warning: nodes need a Lago licence before Lago 1.39"]
    assert said(Server(), gated) == said(OLD, replace(KIND, gate=Gate(free=1))) == []


def test_what_is_to_be_deleted_may_be_whatever_it_is() -> None:
    assert said(OLD, replace(KIND, since="1.44"), state="absent") == []
