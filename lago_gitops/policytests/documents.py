"""`policy_tests` of `*.test.yaml`: from documents that fit the schema to tests, and any other problems in them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.policies.rule import ChangeFacts
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.policytests.schema import USUAL_MOMENT

KEY = "policy_tests"
RULE = "policy_test"


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """One test: `facts`, or `patches` of manifests with the number of subscriptions by plan code (None: not known)."""

    name: str
    mark: Mark
    environment: str
    at: datetime
    facts: tuple[ChangeFacts, ...]
    patches: tuple[Mapping[str, Any], ...]
    subscriptions: Mapping[str, int | None]
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """Names that tests may use."""

    environments: Collection[str] = ()
    policies: Collection[str] = ()


NOTHING_KNOWN = Known()


def policy_tests(document: Manifest) -> tuple[PolicyTest, ...]:
    """The tests of a document without problems."""
    usual = str(document.data.get("environment", ""))
    return tuple(
        PolicyTest(
            name=data["name"],
            mark=document.mark((KEY, index, "name")),
            environment=data.get("environment", usual),
            at=datetime.fromisoformat(data.get("at", USUAL_MOMENT)),
            facts=tuple(map(_facts, _several(data.get("facts")))),
            patches=_several(data.get("change")),
            subscriptions=data.get("subscriptions") or {},
            expected=frozenset(data["expect"]),
        )
        for index, data in enumerate(document.data.get(KEY) or ())
    )


def policy_test_problems(document: Manifest, known: Known) -> Iterator[Problem]:
    """Problems that the schema can't express. The document must fit the schema."""
    tests = document.data.get(KEY) or ()
    for index, name in repeated(test["name"] for test in tests):
        mark = document.mark((KEY, index, "name"))
        yield Problem(
            mark,
            f"another policy test in this file is named {name!r}",
            "give each test a name of its own that says what it tests",
            RULE,
        )
    for index, test in enumerate(tests):
        yield from _problems(document, index, test, known)


def _problems(document: Manifest, index: int, test: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    mark = document.mark((KEY, index, "name"))
    environment = test.get("environment") or document.data.get("environment")
    if environment is None:
        yield Problem(mark, "neither the test nor the file names an environment", "add environment: production", RULE)
    elif environment not in known.environments:
        hint = closest(environment, known.environments)
        yield Problem(mark, f"there is no environment {environment!r} in lago-gitops.yaml", hint, RULE)
    if ("facts" in test) == ("change" in test):
        yield Problem(mark, "the test needs either facts or a change", "see the schema of price tests", RULE)
    if _wrong_day(test.get("at", USUAL_MOMENT)):
        yield Problem(document.mark((KEY, index, "at")), f"there is no such day: {test['at']}", rule=RULE)
    for at, name in enumerate(test["expect"]):
        if name not in known.policies:
            hint = closest(name, known.policies)
            yield Problem(document.mark((KEY, index, "expect", at)), f"there is no policy {name!r}", hint, RULE)


def _wrong_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return True
    return False


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def _facts(data: Mapping[str, Any]) -> ChangeFacts:
    address = Address(data.get("kind", "plan"), data.get("code", "example"))
    amounts = data.get("amount_per_month") or {}
    return ChangeFacts(
        address=address,
        action=data.get("action", "update"),
        class_=ChangeClass(data["class"]),
        effects=frozenset(map(EffectClass, data.get("effects") or ())),
        hit=((address, data.get("subscriptions", 0)),),
        rise=Decimal(data.get("increase_percent", 0)),
        fall=Decimal(data.get("decrease_percent", 0)),
        amounts={currency: Decimal(amount) for currency, amount in amounts.items()},
    )
