"""`*.test.yaml`: from documents to tests, and the problems in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from lago_gitops.bills.bill import billing_period
from lago_gitops.bills.notation import UsageLine, selection, stated_usages
from lago_gitops.bills.notes import PartNotes
from lago_gitops.bills.price_list import PriceList, meant, plan_named
from lago_gitops.bills.scenario import (
    AS_WRITTEN,
    DEFAULT_MONTH,
    Scenario,
    Usage,
    charge_named,
    check_properties,
    day_of,
    usage_of,
)
from lago_gitops.core.comparison.abilities.server import version
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shape
from lago_gitops.policytests.documents import NOTHING_KNOWN, Known, PolicyTest, policy_test_problems, policy_tests
from lago_gitops.pricetests.expectations import FEES, TOTALS, Amount, Between, Exactly, Expectation
from lago_gitops.pricetests.schema import HINTS, price_test_schema
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import number
from lago_gitops.pricing.base.rules import Rules, rules_of
from lago_gitops.pricing.catalog.items import Plan

RULE = "price_test"
SINGULAR = {"coupons": "coupon", "taxes": "tax"}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PriceTest:
    """One test. `document` and `index` are its position in the file, both counted from 0."""

    name: str
    mark: Mark
    document: int
    index: int
    scenario: Scenario
    expectations: tuple[Expectation, ...] = ()
    no_invoice: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing is expected yet."""
        return not self.expectations and not self.no_invoice


@dataclass(frozen=True, slots=True)
class PriceTests:
    """The tests of one file; tests with problems are left out."""

    source: str
    tests: tuple[PriceTest, ...] = ()
    problems: tuple[Problem, ...] = ()
    policies: tuple[PolicyTest, ...] = ()


def price_tests(
    source: str, documents: Iterable[Manifest], prices: PriceList, known: Known = NOTHING_KNOWN
) -> PriceTests:
    """The tests of one file, checked against the price list and the policies that they are about."""
    tests: list[PriceTest] = []
    policies: list[PolicyTest] = []
    problems: list[Problem] = []
    shape = _shape()
    for number_, document in enumerate(documents):
        wrong = tuple(shape.problems(document))
        wrong = wrong or (*_repeated_names(document), *policy_test_problems(document, known))
        problems.extend(wrong)
        policies.extend(() if wrong else policy_tests(document))
        for index, data in enumerate(() if wrong else document.data.get("tests") or ()):
            notes = PartNotes(document, RULE, ("tests", index))
            test = _test(notes, data, number_, prices)
            problems.extend(notes.problems)
            if test is not None and not notes.problems:
                tests.append(test)
    return PriceTests(source, tuple(tests), tuple(problems), tuple(policies))


@cache
def _shape() -> Shape:
    return Shape(price_test_schema(), HINTS)


def _repeated_names(document: Manifest) -> Iterator[Problem]:
    for index, name in repeated(test["name"] for test in document.data.get("tests") or ()):
        mark = document.mark(("tests", index, "name"))
        yield Problem(
            mark,
            f"another test in this file is named {name!r}",
            "give each test a name of its own that says what it tests",
            RULE,
        )


def _test(notes: PartNotes, data: Mapping[str, Any], number_: int, prices: PriceList) -> PriceTest | None:
    """The test as far as it can be read; None when not even its plan can."""
    plan = _plan(notes, data, prices)
    if plan is None:
        return None
    expect = data.get("expect") or {}
    if expect.get("no_invoice") and len(expect) > 1:
        notes.wrong(
            "no amount can be expected together with no_invoice: there is no invoice to check", "expect", "no_invoice"
        )
    return PriceTest(
        name=data["name"],
        mark=notes.mark("name"),
        document=number_,
        index=int(notes.path[-1]),
        scenario=_scenario(notes, data, plan, prices),
        expectations=tuple(_expectations(notes, plan, expect)),
        no_invoice=bool(expect.get("no_invoice")),
    )


def _plan(notes: PartNotes, data: Mapping[str, Any], prices: PriceList) -> Plan | None:
    code = data.get("plan") or notes.document.data.get("plan")
    if code is None:
        notes.wrong("neither the test nor the file names a plan", "name")
        return None
    with notes.noted("plan" if data.get("plan") else "name"):
        return plan_named(prices, code)
    return None


def _scenario(notes: PartNotes, data: Mapping[str, Any], plan: Plan, prices: PriceList) -> Scenario:
    scenario = Scenario(
        plan=plan.code,
        usage=_usage(notes, plan, data.get("usage") or {}),
        coupons=_codes(notes, data, "coupons", prices.coupons),
        taxes=_codes(notes, data, "taxes", prices.taxes),
        day=_day(notes, data),
        days=None if data.get("days") is None else int(data["days"]),
        commitment=None if data.get("commitment") is None else number(data["commitment"]),
        rules=_rules(data),
    )
    with notes.noted("days"):
        billing_period(plan, scenario)
    return scenario


def _usage(notes: PartNotes, plan: Plan, usage: Mapping[str, Any]) -> Usage:
    lines: list[UsageLine] = []
    for name, value in usage.items():
        with notes.noted("usage", name):
            stated = [UsageLine(name, one) for one in stated_usages(value)]
            usage_of(plan, stated)
            lines.extend(stated)
    return usage_of(plan, lines)


def _codes(notes: PartNotes, data: Mapping[str, Any], field_: str, known: Mapping[str, object]) -> tuple[str, ...]:
    codes = tuple(data.get(field_) or ())
    for at, code in enumerate(codes):
        if code not in known:
            notes.wrong(f"there is no {SINGULAR[field_]} {code!r}{meant(code, known)}", field_, at)
    return codes


def _day(notes: PartNotes, data: Mapping[str, Any]) -> date:
    if data.get("period"):
        with notes.noted("period"):
            return day_of(data["period"])
    return DEFAULT_MONTH


def _rules(data: Mapping[str, Any]) -> Rules:
    licensed = data.get("licensed") is not False
    if not data.get("lago_version"):
        return replace(AS_WRITTEN, licensed=licensed)
    return rules_of(version(data["lago_version"]), licensed=licensed)


def _expectations(notes: PartNotes, plan: Plan, expect: Mapping[str, Any]) -> Iterator[Expectation]:
    for name in (*FEES, *TOTALS):
        if name in expect:
            yield Expectation(Amount(name), _wanted(expect[name]))
    for key, wanted in (expect.get("charges") or {}).items():
        with notes.noted("expect", "charges", key):
            yield Expectation(_charge_amount(plan, key), _wanted(wanted))
    for key, wanted in (expect.get("fixed_charges") or {}).items():
        with notes.noted("expect", "fixed_charges", key):
            yield Expectation(_fixed_amount(plan, key), _wanted(wanted))


def _charge_amount(plan: Plan, key: str) -> Amount:
    """Codes may contain braces, so the whole key is tried first."""
    if any(charge.code == key for charge in plan.charges):
        return Amount("charges", key, key)
    selected = selection(key)
    charge = charge_named(plan, selected.name)
    check_properties(charge, selected.properties)
    return Amount("charges", key, charge.code, tuple(selected.properties.items()))


def _fixed_amount(plan: Plan, key: str) -> Amount:
    codes = [charge.code for charge in plan.fixed_charges]
    if key not in codes:
        raise InvalidPriceError(f"plan {plan.code!r} has no fixed charge {key!r}{meant(key, codes)}")
    return Amount("fixed_charges", key, key)


def _wanted(value: Any) -> Exactly | Between:
    if isinstance(value, dict):
        return Between(*(None if value.get(name) is None else number(value[name]) for name in ("at_least", "at_most")))
    return Exactly(number(value))
