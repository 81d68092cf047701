from dataclasses import replace
from typing import Any

from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, External, address_of, check, is_tombstone
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text

SHAPES = Shapes(KINDS.values())
TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}
PLAN = {
    "kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR",
    "pay_in_advance": False,
}  # fmt: skip


def checked(*documents: Any, external: tuple[Address, ...] = ()) -> Checked:
    manifests = [Manifest(f"{number}.yaml", data) for number, data in enumerate(documents)]
    return check(manifests, KINDS, SHAPES, External(dict.fromkeys(external, Mark("lago-gitops.yaml", 2))))


def problems(*documents: Any, external: tuple[Address, ...] = ()) -> list[str]:
    return [str(problem) for problem in checked(*documents, external=external).problems]


def test_manifests_without_problems_are_found_by_address() -> None:
    found = checked(TAX, PLAN)
    assert found.is_valid
    assert list(found.manifests) == [Address("tax", "t"), Address("plan", "p")]
    assert address_of(Manifest("w", {"kind": "webhook_endpoint", "webhook_url": "u"}), KINDS).key == "u"


def test_manifests_at_rest_read_as_before() -> None:
    text = "kind: tax\ncode: t\nname: T\nrate: 1.50\n"
    found = check(read_text("taxes.yaml", text).manifests, KINDS, SHAPES, External())
    [(address, tax)] = found.at_rest().manifests.items()

    assert (address, tax) == (Address("tax", "t"), found.manifests[address])
    assert tax.mark(("rate",)) == Mark("taxes.yaml", 4, 1)


def test_only_the_chosen_manifests_are_what_a_command_is_about() -> None:
    found = checked(TAX, PLAN)
    assert found.chosen_manifests == found.manifests
    tax = Address("tax", "t")
    assert list(replace(found, chosen=frozenset({tax})).chosen_manifests) == [tax]


def test_warnings_are_no_mistakes() -> None:
    warning = Problem(Mark("a"), "w", severity=Severity.WARNING)
    assert Checked({}, (warning,)).is_valid
    assert not Checked({}, (warning, Problem(Mark("a"), "e"))).is_valid


def test_a_document_says_what_kind_it_is() -> None:
    known = ", ".join(KINDS)
    assert problems({"code": "t"}) == [f"0.yaml:1:1: the document has no kind (one of {known})"]
    assert problems({"kind": "taxx"}) == ["0.yaml:1:1: there is no kind 'taxx' (did you mean 'tax'?)"]
    assert problems({"kind": ["tax"]}) == ["0.yaml:1:1: there is no kind ['tax'] (did you mean 'tax'?)"]
    assert problems({"kind": 7}) == [f"0.yaml:1:1: there is no kind 7 (one of {known})"]


def test_every_problem_is_found_in_one_run() -> None:
    assert problems({**TAX, "rate": -1}, {**PLAN, "tax_codes": ["nowhere"]}) == [
        "0.yaml:1:1: rate is -1, less than 0",
        "1.yaml:1:1: there is no tax 'nowhere' (write its manifest, or name tax/nowhere under `external` in "
        "lago-gitops.yaml if it exists only in Lago)",
    ]


def test_a_problem_has_the_place_and_the_name_of_its_rule() -> None:
    text = """\
kind: plan
code: p
name: P
interval: monthly
amount_cents: 0
amount_currency: EUR
pay_in_advance: false
bill_charges_monthly: true
ignore: [nothing]
tax_codes:
  - nowhere
previously: [old, ext]
---
kind: tax
code: t
name: T
rate: 1
previously:
  - first
  - u
---
kind: tax
code: u
name: T
rate: 1
---
kind: tax
code: u
name: T
rate: 1
---
kind: taxx
---
kind: coupon
code: c
name: C
coupon_type: percentage
percentage_rate: "101"
frequency: once
expiration: no_expiration
"""
    external = External({Address("plan", "ext"): Mark("lago-gitops.yaml")})
    found = check(read_text("all.yaml", text).manifests, KINDS, SHAPES, external)
    assert [(one.mark.line, one.rule) for one in found.problems] == [
        (8, "rule"),
        (9, "ignore"),
        (11, "reference"),
        (12, "external"),
        (20, "duplicate"),
        (28, "duplicate"),
        (32, "kind"),
        (38, "value"),
    ]


def test_a_fact_that_two_manifests_tell_apart_is_told() -> None:
    default = {"kind": "billing_entity", "code": "e", "name": "E", "default_currency": "EUR"}
    assert problems(default, {"kind": "organization", "default_currency": "USD"}) != []


def test_a_value_out_of_bounds_keeps_the_rules_from_being_asked() -> None:
    coupon = {"kind": "coupon", "code": "c", "name": "C", "coupon_type": "fixed_amount", "frequency": "once",
              "expiration": "no_expiration", "percentage_rate": "101"}  # fmt: skip
    assert problems(coupon) == ["0.yaml:1:1: 101 is more than 100"]


def test_an_address_is_described_once() -> None:
    found = checked(TAX, {**TAX, "name": "Other"})
    assert [str(problem) for problem in found.problems] == [
        "1.yaml:1:1: tax/t is described twice, first in 0.yaml:1:1 (keep one of the two)"
    ]
    assert found.manifests[Address("tax", "t")].data["name"] == "T"


def test_the_organization_is_described_once() -> None:
    assert len(problems({"kind": "organization"}, {"kind": "organization"})) == 1


# References -------------------------------------------------------------------------------------------------------

USER = {**PLAN, "tax_codes": ["t"]}


def test_a_reference_to_a_manifest_or_to_what_lives_in_lago_only_is_found() -> None:
    assert problems(USER, TAX) == []
    assert problems(USER, external=(Address("tax", "t"),)) == []


def test_a_reference_to_a_manifest_with_mistakes_is_not_one_more() -> None:
    assert problems(USER, {**TAX, "rate": "x"}) != []
    assert all("there is no tax" not in problem for problem in problems(USER, {**TAX, "rate": "x"}))
    assert any("there is no tax" in problem for problem in problems(USER, {**TAX, "code": 7}))
    assert all("there is no tax" not in problem for problem in problems(USER, {"kind": "taxx"}, {**TAX, "rate": "x"}))


def test_a_reference_to_something_near_says_so() -> None:
    assert problems({**PLAN, "tax_codes": ["vat_2O"]}, {**TAX, "code": "vat_20"}) == [
        "0.yaml:1:1: there is no tax 'vat_2O' (did you mean 'vat_20'?)"
    ]
    assert "did you mean" not in problems(USER, {**PLAN, "code": "t"})[0]


def test_a_reference_to_what_is_deleted_dangles() -> None:
    assert problems(USER, {"kind": "tax", "code": "t", "state": "absent"}) == [
        "0.yaml:1:1: there is no tax 't' (1.yaml:1:1 deletes it)"
    ]


def test_a_tombstone_is_held_against_no_rule_and_refers_to_nothing() -> None:
    gone = {**USER, "state": "absent", "bill_charges_monthly": True}
    assert problems(gone) == []
    assert is_tombstone(Manifest("g", gone))


def test_rules_see_no_metric_that_is_to_be_deleted() -> None:
    charge = {"code": "c", "billable_metric_code": "m", "charge_model": "dynamic"}
    metric = {"kind": "billable_metric", "code": "m", "state": "absent", "aggregation_type": "count_agg"}
    there = {**metric, "name": "M", "state": "present"}
    assert "dynamic needs a sum_agg metric" in problems({**PLAN, "charges": [charge]}, there)[0]
    assert problems({**PLAN, "charges": [charge]}, metric) == [
        "0.yaml:1:1: there is no billable_metric 'm' (1.yaml:1:1 deletes it)"
    ]


# Former codes -----------------------------------------------------------------------------------------------------


def test_a_former_code_is_nobody_elses() -> None:
    assert problems({**TAX, "previously": ["old"]}, {**TAX, "code": "u", "previously": ["older"]}) == []
    assert problems({**TAX, "previously": ["p"]}, PLAN) == []


def test_a_former_code_under_which_there_is_a_manifest_would_make_two_of_one() -> None:
    hint = "one resource can't become two: remove it from `previously`"
    assert problems({**TAX, "previously": ["u"]}, {**TAX, "code": "u"}) == [
        f"0.yaml:1:1: 'u' can't be the former code: 1.yaml:1:1 describes the same tax ({hint})"
    ]
    assert problems({**TAX, "previously": ["u"]}, {"kind": "tax", "code": "u", "state": "absent"}) == [
        f"0.yaml:1:1: 'u' can't be the former code: 1.yaml:1:1 describes the same tax ({hint})"
    ]


def test_a_former_code_that_two_claim_would_make_two_of_one() -> None:
    found = problems({**TAX, "previously": ["old"]}, {**TAX, "code": "u", "previously": ["old"]})
    assert found == [
        "1.yaml:1:1: 'old' can't be the former code: 0.yaml:1:1 describes the same tax "
        "(one resource can't become two: remove it from `previously`)"
    ]


def test_what_is_external_has_no_manifest_not_even_one_that_deletes_or_renames_it() -> None:
    hint = "(remove the manifest, or the code under `external` if it is managed here)"
    said = f"tax 't' is external, lago-gitops.yaml:2:1 says: somebody else manages it {hint}"
    external = (Address("tax", "t"),)

    assert problems(TAX, external=external) == [f"0.yaml:1:1: {said}"]
    assert problems({"kind": "tax", "code": "t", "state": "absent"}, external=external) == [f"0.yaml:1:1: {said}"]
    assert problems({**TAX, "code": "new", "previously": ["t"]}, external=external) == [f"0.yaml:1:1: {said}"]
    assert problems({**TAX, "code": "new"}, external=external) == []


def test_of_a_text_that_is_not_known_yet_no_rule_speaks() -> None:
    entity = Manifest("e.yaml", {"kind": "billing_entity", "code": "e", "name": "E", "document_number_prefix": "{x}"})
    unset = replace(entity, unset=frozenset({("document_number_prefix",)}))

    assert check([entity], KINDS, SHAPES, External()).problems != ()
    assert check([unset], KINDS, SHAPES, External()).problems == ()
