from typing import Any

from tests.kinds.forms import findings


def found(*privileges: dict[str, Any]) -> list[tuple[str, str]]:
    return findings({"kind": "feature", "code": "f", "privileges": list(privileges)})


SELECT = {"code": "mode", "value_type": "select", "config": {"select_options": ["a"]}}


def test_a_privilege_is_there_once() -> None:
    assert found({"code": "a"}, {"code": "b"}) == []
    assert found({"code": "a"}, {"code": "a"}) == [("privileges.1.code", "the privilege 'a' is there twice")]


def test_a_select_has_options() -> None:
    assert found(SELECT) == []
    assert found({**SELECT, "config": {}}) == [("privileges.0", "a select needs something to select")]


def test_and_nothing_else_has() -> None:
    assert found({**SELECT, "value_type": "string"}) == [("privileges.0.config", "only a select has select_options")]
    assert found({"code": "a", "config": {"select_options": []}}) == []
