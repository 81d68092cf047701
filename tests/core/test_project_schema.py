from typing import Any

import jsonschema_rs
import pytest

from lago_gitops.bills.profiles.schema import profile_schema
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.project_schema import project_schema
from lago_gitops.kinds import KINDS

SCHEMA = project_schema(KINDS, profile_schema())


def fits(project: Any) -> bool:
    return jsonschema_rs.is_valid(SCHEMA, project)


def test_a_project_may_say_nothing() -> None:
    assert fits({})


@pytest.mark.parametrize(
    ("project", "fits_"),
    [
        ({"manifests": ["a"]}, True),
        ({"manifests": []}, False),
        ({"colour": "red"}, False),
        ({"environments": {"eu": {"url": "https://a", "key_from": "KEY_1", "vars": {"a": [1]}}}}, True),
        ({"environments": {"eu": {"key_from": "1 key"}}}, False),
        ({"environments": {"eu": {"key": "secret"}}}, False),
        ({"external": {"plan": ["p"]}}, True),
        (
            {"profiles": {"a": {"usage": {"m": 1, "n": [{"units": "2"}]}, "fixed_units": {"f": 2}, "plans": ["p"]}}},
            True,
        ),
        ({"profiles": {"a": {"usage": {"m": {"properties": {"eu": 1}}}}}}, False),
        ({"profiles": {"a": {"plans": []}}}, False),
        ({"external": {"plann": ["p"]}}, False),
        ({"external": {"organization": ["acme"]}}, False),
        ({"environments": {"eu": {"url": "https://a", "external": {"plan": ["p"]}}}}, True),
    ],
)
def test_what_a_project_can_say(project: Any, fits_: bool) -> None:
    assert fits(project) is fits_


def test_only_what_can_be_deleted_is_pruned() -> None:
    assert fits({"prune": [{"kind": "tax", "codes": ["old_*"]}]})
    assert not fits({"prune": [{"kind": "tax"}]})
    assert not fits({"prune": [{"kind": "billing_entity", "codes": ["*"]}]})
    assert not fits({"prune": [{"kind": "organization", "codes": ["*"]}]})


def test_every_class_of_effects_has_a_guard() -> None:
    assert fits({"environments": {"eu": {"guards": {class_.value: "refuse" for class_ in EffectClass}}}})
    assert not fits({"environments": {"eu": {"guards": {"delete": "maybe"}}}})
    assert fits({"environments": {"eu": {"guards": {"deletes": {"number": 5, "percent": 12.5}}}}})
    assert not fits({"environments": {"eu": {"guards": {"deletes": {"percent": 101}}}}})
