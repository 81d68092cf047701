from dataclasses import replace

from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Boolean, Field, Keyed, Object, Text
from lago_gitops.core.validation.manifest import Manifest
from tests.core.kinds import NODE


def test_a_manifest_asks_for_its_fields() -> None:
    found = desired(Manifest("n.yaml", {"kind": "node", "code": "a", "size": "5"}), NODE)
    assert (found.address, found.mark) == (Address("node", "a"), Mark("n.yaml"))
    assert found.fields["size"] == 5
    assert (found.absent, found.protect, found.previously, found.ignore, found.options) == (False, False, (), (), {})


def test_and_for_what_concerns_it_as_a_whole() -> None:
    words = {"previously": ["b"], "protect": True, "ignore": ["size"]}
    found = desired(Manifest("n.yaml", {"kind": "node", "code": "a", **words}), NODE)
    assert (found.previously, found.protect, found.ignore) == (("b",), True, ("size",))


def test_a_tombstone_asks_for_nothing_but_to_be_gone() -> None:
    found = desired(Manifest("n.yaml", {"kind": "node", "code": "a", "state": "absent", "cascade": True}), NODE)
    assert (found.absent, found.fields, found.options) == (True, {}, {})


def test_items_in_items_are_told_how_to_be_written_too() -> None:
    seat = Object((Field("name", Text(), ""), Field("now", Boolean(), "", write_only=True)))
    part = Object((Field("code", Text(), ""), Field("seats", Keyed(seat, ("name",), str), "")))
    kind = replace(NODE, fields=(NODE.fields[0], Field("parts", Keyed(part, ("code",), str), "")))
    data = {"kind": "node", "code": "a", "parts": [{"code": "p", "seats": [{"name": "s", "now": True}]}]}
    assert desired(Manifest("n.yaml", data), kind).options == {("parts", "p", "seats", "s", "now"): True}


def test_how_to_write_is_kept_apart_by_the_way_to_it() -> None:
    assert desired(Manifest("n.yaml", {"kind": "node", "code": "a", "cascade": True}), NODE).options == {
        ("cascade",): True
    }
    parts = [{"code": "p", "at_once": True}, {"code": "q", "at_once": None}, {"code": "p", "at_once": False}]
    found = desired(Manifest("n.yaml", {"kind": "node", "code": "a", "cascade": True, "parts": parts}), NODE)
    assert found.options == {
        ("cascade",): True,
        ("parts", "p", "at_once"): True,
        ("parts", ("p", 2), "at_once"): False,
    }
