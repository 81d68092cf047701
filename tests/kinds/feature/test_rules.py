from typing import Any

from lago_gitops.core.validation.manifest import Manifest
from tests.kinds.forms import SHAPES, findings


def found(*privileges: dict[str, Any]) -> list[tuple[str, str]]:
    return findings({"kind": "feature", "code": "f", "privileges": list(privileges)})


SELECT = {"code": "mode", "value_type": "select", "config": {"select_options": ["a"]}}


def test_a_privilege_is_there_once() -> None:
    assert found({"code": "a"}, {"code": "b"}) == []
    assert found({"code": "a"}, {"code": "a"}) == [("privileges.1.code", "the privilege 'a' appears twice")]


def test_a_select_has_options() -> None:
    assert found(SELECT) == []
    assert found({**SELECT, "config": {}}) == [("privileges.0", "a select needs options")]


def test_and_nothing_else_has() -> None:
    assert found({**SELECT, "value_type": "string"}) == [("privileges.0.config", "only a select has select_options")]
    assert found({"code": "a", "config": {"select_options": []}}) == []


# recorded: a longer code is 422 value_is_too_long, of a feature and of its privileges
def test_codes_have_255_characters_at_most() -> None:
    def said(length: int) -> list[str]:
        data = {"kind": "feature", "code": "f" * length, "privileges": [{"code": "p" * (length + 1)}]}
        return [problem.message for problem in SHAPES.problems(Manifest("f.yaml", data))]

    assert said(254) == []
    assert said(256) == [f"code has {length} characters, more than 255" for length in (256, 257)]
