import pytest

from lago_gitops.core.model.types import Lock
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds.billing_entity import BILLING_ENTITY
from lago_gitops.kinds.organization import ORGANIZATION
from tests.kinds.forms import SHAPES, as_read, as_written, recorded

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
