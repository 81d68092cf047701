from typing import Any

import pytest

from lago_gitops.core.model.types import Lock
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds.billing_entity import BILLING_ENTITY
from lago_gitops.kinds.organization import ORGANIZATION
from tests.kinds.effects import create, delete, effects, update
from tests.kinds.forms import SHAPES, as_read, as_written, findings, recorded

ENTITY = {"kind": "billing_entity", "code": "e", "name": "E"}


def test_a_configuration_is_written_as_an_object_and_read_among_the_rest() -> None:
    answer = {**ENTITY, "invoice_footer": "Thanks", "document_locale": "en", "invoice_grace_period": 0}
    written = as_written(BILLING_ENTITY, {**ENTITY, "billing_configuration": {"invoice_footer": "Thanks"}})
    assert as_read(BILLING_ENTITY, answer)["billing_configuration"] == written["billing_configuration"]


def test_sections_are_read_whole() -> None:
    answer = {"selected_invoice_custom_sections": [{"code": "b"}, {"code": "a"}]}
    written = as_written(BILLING_ENTITY, {"invoice_custom_section_codes": ["a", "b"]})
    names = ("invoice_custom_section_codes",)
    assert [as_read(BILLING_ENTITY, answer)[name] for name in names] == [written[name] for name in names]


def test_a_prefix_that_is_not_written_is_not_compared() -> None:
    assert "document_number_prefix" not in as_written(BILLING_ENTITY, ENTITY)


def test_its_code_never_changes() -> None:
    assert {field.name for field in BILLING_ENTITY.fields if field.lock is Lock.NEVER} == {"code"}


@pytest.mark.parametrize(("code", "fits"), [("a b", True), ("a.b", False), ("a/b", False), (" a", False)])
def test_its_code_has_no_dots_nor_slashes(code: str, fits: bool) -> None:
    problems = [problem.message for problem in SHAPES.problems(Manifest("e.yaml", {**ENTITY, "code": code}))]
    assert problems == ([] if fits else [f"code can't be {code!r}"])


def test_of_the_organization_only_what_is_written_is_compared() -> None:
    assert as_written(ORGANIZATION, {"kind": "organization"}).keys() <= {"billing_configuration"}
    answer = recorded("org-get")
    written = {"default_currency": "USD", "net_payment_term": 0, "billing_configuration": {"document_locale": "en"}}
    found = as_read(ORGANIZATION, answer)
    assert {name: found[name] for name in ("default_currency", "net_payment_term")} == {
        "default_currency": "USD",
        "net_payment_term": 0,
    }
    assert as_written(ORGANIZATION, written)["billing_configuration"] == {"document_locale": "en"}


def hints(**fields: Any) -> list[str]:
    """What is said of an organization's and an entity's fields, which are alike."""
    said = [
        [f"{problem.message} ({problem.hint})" for problem in SHAPES.problems(Manifest("e.yaml", {**start, **fields}))]
        for start in (ENTITY, {"kind": "organization"})
    ]
    assert said[0] == said[1]
    return said[0]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"country": "XX"}, "country can't be 'XX' (two capital letters, from ISO 3166)"),
        ({"country": "de"}, "country can't be 'de' (did you mean 'DE'?)"),
        ({"timezone": "europe/berlin"}, "timezone can't be 'europe/berlin' (did you mean 'Europe/Berlin'?)"),
        (
            {"timezone": "Europe/Oslo"},
            "timezone can't be 'Europe/Oslo' (Lago accepts the time zones that Rails knows: choose one with the same "
            "offset)",
        ),
        ({"email": "nope"}, "email can't be 'nope' (an address in ASCII, or several separated by commas)"),
        ({"email": "ü@example.com"},
         "email can't be 'ü@example.com' (an address in ASCII, or several separated by commas)"),
    ],
)  # fmt: skip
def test_what_lago_would_refuse_is_known_before(fields: dict[str, Any], problem: str) -> None:
    assert hints(**fields) == [problem]


@pytest.mark.parametrize("email", ["a@x, b@x", "a.b+c@mail.example.com", " a@x "])
def test_addresses_that_lago_takes(email: str) -> None:
    assert hints(email=email) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"einvoicing": True, "country": "FR"}, ""),
        ({"einvoicing": True, "country": "US"},
         "einvoicing only works in France (FR) and Germany (DE), and this one is in US"),
        ({"einvoicing": True}, "einvoicing only works in France (FR) and Germany (DE), and this one has no country"),
        ({"einvoicing": True, "ignore": ["country"]}, ""),
        ({"einvoicing": False, "country": "US"}, ""),
        ({"eu_tax_management": True, "country": "PT"}, ""),
        ({"eu_tax_management": True, "country": "GB"},
         "eu_tax_management only works in countries of the European Union, and this one is in GB"),
    ],
)  # fmt: skip
def test_some_settings_are_for_some_countries(fields: dict[str, Any], message: str) -> None:
    assert [said for _, said in findings({**ENTITY, **fields})] == ([message] if message else [])


@pytest.mark.parametrize(("prefix", "fits"), [("Ü-1", True), ("ü-1", False), ("ß", False)])
def test_a_prefix_is_in_capitals_of_any_alphabet(prefix: str, fits: bool) -> None:
    found = [message for _, message in findings({**ENTITY, "document_number_prefix": prefix})]
    assert found == ([] if fits else [f"{prefix!r} has lower-case letters"])


def test_no_payment_term_at_all_is_a_term_of_no_days() -> None:
    for kind in (BILLING_ENTITY, ORGANIZATION):
        assert as_read(kind, {"net_payment_term": None})["net_payment_term"] == 0


def test_sections_that_no_entity_has_yet_may_be_dropped() -> None:
    wanted = {**ENTITY, "invoice_custom_section_codes": ["vat_note", "bank"]}
    said = "Lago silently drops sections it doesn't have, and no billing entity uses bank, vat_note yet"
    assert said in effects(create(wanted))
    assert said not in effects(update(wanted, name="N"))


def test_taxes_that_differ_in_capitals_only_are_refused_on_an_entity() -> None:
    """Lago answers 404 for either of them."""
    entity = {"kind": "billing_entity", "code": "e", "name": "E"}
    taxes = [{"kind": "tax", "code": code, "name": "T", "rate": 1} for code in ("vat", "VAT", "other")]
    on_entity = update(entity, tax_codes=["vat"])
    said = ["refused: Lago can't tell the tax 'vat' from 'VAT' here: their codes differ only in capitals"]

    assert effects(on_entity, *taxes) == said
    assert effects(on_entity, taxes[0], with_=[create(taxes[1])]) == said
    assert effects(create({**entity, "code": "f", "tax_codes": ["vat"]}), *taxes) == said
    assert effects(on_entity, taxes[0], taxes[2]) == []
    assert effects(on_entity, taxes[0], with_=[delete(taxes[1])]) == said
    assert effects(update(entity, name="F"), *taxes) == []
