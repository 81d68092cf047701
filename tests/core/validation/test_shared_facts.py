from typing import Any

import pytest

from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.shared_facts import contradictions, left_to_others, only_candidates
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text

DEFAULT = Address("billing_entity", "main")
TAX = {"kind": "tax", "code": "vat", "name": "V", "rate": 20}


def manifests(*documents: dict[str, Any]) -> dict[Address, Manifest]:
    found = (Manifest(f"{one['kind']}.yaml", one) for one in documents)
    return {KINDS[one.kind].address(one.data): one for one in found}


def entity(**fields: Any) -> dict[str, Any]:
    return {"kind": "billing_entity", "code": "main", "name": "M", **fields}


def organization(**fields: Any) -> dict[str, Any]:
    return {"kind": "organization", **fields}


def said(*documents: dict[str, Any]) -> list[str]:
    found = contradictions(manifests(*documents), {"billing_entity": DEFAULT}, KINDS)
    return [f"{one.message} ({one.hint})" for one in found]


def left(*documents: dict[str, Any]) -> list[str]:
    found = left_to_others(manifests(*documents), {"billing_entity": DEFAULT}, KINDS)
    return [".".join(path) for path in found.get(DEFAULT, ())]


def test_one_fact_is_not_said_in_two_ways() -> None:
    assert said(organization(country="FR"), entity(country="DE")) == [
        "country is 'FR' here and 'DE' in billing_entity.yaml:1:1, but they are the same setting (write it in only "
        "one of the two manifests)"
    ]
    assert said(organization(country="FR", net_payment_term=3), entity(country="FR", net_payment_term="3")) == []


def test_the_problem_is_that_of_a_rule() -> None:
    both = manifests(organization(country="FR"), entity(country="DE"))
    assert [one.rule for one in contradictions(both, {"billing_entity": DEFAULT}, KINDS)] == ["shared"]


def test_a_word_of_the_organization_may_be_another_of_the_entity() -> None:
    both = organization(document_numbering="per_organization")
    assert said(both, entity(document_numbering="per_billing_entity")) == []
    assert len(said(both, entity(document_numbering="per_customer"))) == 1


def test_lists_are_compared_as_sets() -> None:
    emails = ["invoice.finalized", "credit_note.created"]
    assert said(organization(email_settings=emails), entity(email_settings=emails[::-1])) == []
    assert len(said(organization(email_settings=emails), entity(email_settings=emails[:1]))) == 1


def test_the_other_manifest_is_named_with_the_place_of_the_value() -> None:
    text = "kind: billing_entity\ncode: main\nbilling_configuration:\n  document_locale: fr\n  invoice_footer: b\n"
    [other] = read_text("e.yaml", text).manifests
    both = manifests(organization(billing_configuration={"invoice_footer": "a"})) | {DEFAULT: other}
    [problem] = contradictions(both, {"billing_entity": DEFAULT}, KINDS)
    assert "'b' in e.yaml:5:3, but" in problem.message


def test_inside_of_objects_field_by_field() -> None:
    both = organization(billing_configuration={"invoice_footer": "a", "document_locale": "en"})
    assert said(both, entity(billing_configuration={"invoice_footer": "b"})) == [
        "billing_configuration.invoice_footer is 'a' here and 'b' in billing_entity.yaml:1:1, but they are the same "
        "setting "
        "(write it in only one of the two manifests)"
    ]
    assert said(both, entity()) == []


@pytest.mark.parametrize(
    ("applied", "codes", "problem"),
    [
        (True, {}, "applied_to_organization is true, and 'vat' isn't in the tax_codes of billing_entity/main (add it "
                   "there, or leave applied_to_organization out)"),
        (True, {"tax_codes": ["other"]}, "applied_to_organization is true, and 'vat' isn't in the tax_codes of "
                                         "billing_entity/main (add it there, or leave applied_to_organization out)"),
        (False, {"tax_codes": ["vat"]}, "applied_to_organization is false, and 'vat' is in the tax_codes of "
                                        "billing_entity/main (remove it there, or leave applied_to_organization out)"),
        (True, {"tax_codes": ["vat"]}, None),
        (False, {}, None),
        (None, {}, None),
        (True, {"ignore": ["tax_codes"]}, None),
    ],
)  # fmt: skip
def test_a_tax_is_on_the_default_entity_or_it_is_not(applied: Any, codes: dict[str, Any], problem: str | None) -> None:
    assert said({**TAX, "applied_to_organization": applied}, entity(**codes)) == ([problem] if problem else [])


def test_what_somebody_else_manages_is_no_contradiction() -> None:
    assert said(organization(country="FR", ignore=["country"]), entity(country="DE")) == []
    assert said(organization(country="FR"), entity(country="DE", ignore=["country"])) == []
    both = {"ignore": ["country"], "country": "FR"}
    assert len(said(organization(**both, timezone="UTC"), entity(country="DE", timezone="Asia/Tokyo"))) == 1


def test_nor_is_what_is_deleted_or_not_described() -> None:
    assert said(organization(country="FR")) == []
    assert said({**TAX, "applied_to_organization": True, "state": "absent"}, entity()) == []
    assert list(contradictions(manifests(organization(country="FR"), entity(country="DE")), {}, KINDS)) == []


def test_what_only_the_organization_says_is_left_alone_on_its_default_entity() -> None:
    document = organization(
        country="FR", slug="acme", billing_configuration={"invoice_footer": "a", "document_locale": "fr"}
    )
    assert left(document, entity(billing_configuration={"document_locale": "fr"})) == [
        "country",
        "billing_configuration.invoice_footer",
    ]
    assert (
        left(document, entity(country="FR", billing_configuration={"invoice_footer": "a", "document_locale": "fr"}))
        == []
    )
    configuration = ["billing_configuration.invoice_footer", "billing_configuration.document_locale"]
    assert left(document, entity()) == ["country", *configuration]
    assert left({**TAX, "applied_to_organization": True}, entity()) == []
    assert left_to_others(manifests(document), {"billing_entity": DEFAULT}, KINDS).keys() <= {DEFAULT}


def test_the_default_one_is_known_where_only_one_can_be_meant() -> None:
    other, tax = Address("billing_entity", "b"), Address("tax", "vat")
    assert only_candidates(frozenset({DEFAULT, tax}), KINDS) == {"billing_entity": DEFAULT}
    assert only_candidates(frozenset({DEFAULT, other}), KINDS) == only_candidates(frozenset({tax}), KINDS) == {}
