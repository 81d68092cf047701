import re

import pytest
from hypothesis import HealthCheck, given, settings

from lago_gitops.core.model.problem import Mark, Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.lint.registry import LATER, RULES, lint, metrics_of, problems
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import TIERS, Catalogue, subject
from tests.pricing.lint.manifests import SUM, addressed, charge, fixed, metric, plan, tiered
from tests.strategies import organizations
from tests.tries import tries

HOLE = charge("volume", tiered("volume", (0, 10, 1, 0), (12, None, 1, 1)))


def test_ids_are_unique_kebab_case_and_summaries_have_no_full_stop() -> None:
    ids = [rule.id for rule in RULES]
    assert len({*ids, *LATER}) == len(ids) + len(LATER)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", each) for each in (*ids, *LATER))
    assert not any(rule.summary.endswith(".") for rule in RULES)


def test_what_lago_cannot_bill_is_an_error_and_the_rest_are_warnings() -> None:
    errors = [rule.id for rule in RULES if rule.severity is Severity.ERROR]
    assert errors == ["volume-from-one", "volume-hole", "volume-decimal-bounds"]


def test_findings_come_manifest_by_manifest_in_the_order_of_the_rules() -> None:
    found = [(each.address.key, each.rule) for each in lint(addressed(plan(HOLE), SUM, plan(HOLE, code="b")))]
    assert found == [
        ("growth", "volume-hole"),
        ("growth", "volume-negative"),
        ("b", "volume-hole"),
        ("b", "volume-negative"),
    ]


def test_a_metric_without_manifest_can_be_handed_in() -> None:
    external = {"storage": reading.metric(metric("max_agg"))}
    assert [each.rule for each in lint(addressed(plan(HOLE)), external)] == ["volume-hole", "volume-negative"]


def test_kinds_without_rules_are_passed_over() -> None:
    assert list(lint({Address("tax", "vat"): {"kind": "tax", "code": "vat", "rate": 20}})) == []


def test_a_price_that_cannot_be_read_is_left_to_validation() -> None:
    broken = charge("volume", {"volume_ranges": [], "custom_properties": {}}, filters=[])
    broken["filters"] = [{"values": {"region": ["eu"]}, "properties": {"volume_ranges": [], "x": 1}}]
    fixed_broken = {**broken, "add_on_code": "seat"}
    assert [each.rule for each in lint(addressed(SUM, plan(broken, fixed_charges=[fixed_broken])))] == [
        "volume-negative"
    ]


def test_a_charge_without_properties_is_free_and_fine() -> None:
    assert list(lint(addressed(metric("count_agg"), plan(charge("volume", {}))))) == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.model], ids=lambda rule: rule.id)
def test_a_rule_about_a_model_has_nothing_to_say_of_other_prices(rule: Rule) -> None:
    odd = ((1, 10, 2, 0), (10, 20, 1, 1), (20.5, 30, 1, 1), (31, None, 1, 0))
    charges = [charge(model, tiered(model, *odd)) for model in TIERS if model != rule.model]
    data = plan(*charges, fixed_charges=[fixed(each["charge_model"], each["properties"], 30.5) for each in charges])
    read = subject(Address("plan", "growth"), data, metrics_of(addressed(SUM)))
    assert rule.model not in read.models
    assert len(read.models) == len(charges)
    assert list(rule.find(read, Catalogue({"growth": read}.__getitem__))) == []


def manifests(*data: dict[str, object]) -> dict[Address, Manifest]:
    return {Address(str(each["kind"]), str(each["code"])): Manifest(f"{each['code']}.yaml", each) for each in data}


@settings(max_examples=tries(150), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(organizations(most=3))
def test_whatever_fits_the_schema_can_be_linted(found: tuple[Manifest, ...]) -> None:
    known = {KINDS[each.kind].address(each.data): each for each in found}
    for problem in problems(known):
        assert problem.message
        assert problem.mark.source in {each.source for each in found}


def test_problems_have_their_place_rule_and_severity() -> None:
    (problem,) = problems(manifests(metric("count_agg"), plan(HOLE)))
    assert (problem.mark, problem.rule, problem.severity) == (Mark("growth.yaml"), "volume-hole", Severity.ERROR)


def test_problems_heed_silences_and_tombstones_have_none() -> None:
    quiet = plan(HOLE, silence={"volume-hole": "never 11", "metric-units-change": "soon"})
    gone = {"kind": "plan", "code": "old", "state": "absent"}
    assert list(problems(manifests(metric("count_agg"), quiet, gone))) == []


def test_a_metric_that_counts_in_an_unknown_way_is_left_out() -> None:
    known = {"code": "a", "aggregation_type": "count_agg"}
    newer = {"code": "b", "aggregation_type": "median_agg"}
    live = {Address("billable_metric", data["code"]): data for data in (known, newer)}

    assert list(metrics_of({**live, Address("tax", "t"): {}})) == ["a"]
