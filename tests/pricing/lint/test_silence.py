import jsonschema
import pytest

from lago_gitops.core.model.problem import Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.lint.rule import LintFinding
from lago_gitops.pricing.lint.silence import SCHEMA, audible, silences

A, B = Address("plan", "a"), Address("plan", "b")


def finding(address: Address, rule: str) -> LintFinding:
    return LintFinding(address, (), "message", "hint", rule, Severity.ERROR)


CLIFF = finding(A, "volume-cliff")


def heard(silenced: dict[Address, dict[str, str]], *findings: LintFinding) -> list[tuple[str, str, str]]:
    rules, later = ("volume-cliff", "dead-tier", "later"), ("later",)
    found = audible(findings, silenced, rules, later)
    return [(each.address.key, each.rule, each.hint) for each in found]


def test_what_is_silenced_is_dropped_and_all_else_stays() -> None:
    silenced = {A: {"volume-cliff": "meant"}}
    assert heard(silenced, CLIFF, finding(B, "volume-cliff"), finding(A, "dead-tier")) == [
        ("b", "volume-cliff", "hint"),
        ("a", "dead-tier", "hint"),
    ]


def test_a_silence_of_no_rule_is_said_with_what_was_meant() -> None:
    assert heard({A: {"volume-clif": "meant", "xyz": "what"}}) == [
        ("a", "silence-unknown", "did you mean 'volume-cliff'?"),
        ("a", "silence-unknown", "the rules are listed in docs/lint"),
    ]


def test_a_silence_that_nothing_needs_is_said_where_it_stands() -> None:
    (found,) = audible((), {A: {"dead-tier": "meant"}}, ("dead-tier",))
    assert (found.path, found.rule, found.severity) == (("silence", "dead-tier"), "silence-unused", Severity.WARNING)


def test_a_rule_that_speaks_at_another_time_may_be_silenced_in_advance() -> None:
    assert heard({A: {"later": "meant"}}) == []


def test_only_manifests_with_the_word_silence_anything() -> None:
    assert silences({A: {"silence": {"x": "y"}}, B: {}}) == {A: {"x": "y"}}


@pytest.mark.parametrize(("value", "valid"), [({"a": "why"}, True), ({}, True), ({"a": " "}, False), (["a"], False)])
def test_a_silence_has_a_reason(value: object, valid: bool) -> None:
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(value) is valid
