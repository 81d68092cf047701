"""The organization, its default billing entity and its taxes: manifests that are about the same facts."""

import pytest

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.workflow.changes.plan import UnfitManifestsError
from tests.worlds import SHAPES, statuses, world

ORGANIZATION = "kind: organization\n"
ENTITY = "kind: billing_entity\ncode: sandbox\nname: S\n"
SECOND = "kind: billing_entity\ncode: second\nname: B\n"
VAT = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"


@pytest.mark.parametrize(
    "fields",
    [
        "document_numbering: per_organization\n",
        "country: FR\n",
        "default_currency: EUR\nnet_payment_term: 30\n",
        "billing_configuration: {invoice_footer: Thanks, document_locale: fr}\n",
    ],
)
def test_what_the_organization_says_stays_on_its_default_entity(fields: str) -> None:
    """Recorded: the two undid each other at each apply."""
    with world() as lago:
        for documents in ((ORGANIZATION + fields, ENTITY), (ENTITY, ORGANIZATION + fields)):
            assert set(statuses(lago.apply(*documents)).values()) <= {"done", "already"}
            assert lago.plan(*documents).plan.changes == ()


def test_what_both_say_alike_is_said_twice_and_written_once() -> None:
    with world() as lago:
        documents = (f"{ORGANIZATION}country: FR\ndocument_numbering: per_organization\n",
                     f"{ENTITY}country: FR\ndocument_numbering: per_billing_entity\n")  # fmt: skip
        assert set(statuses(lago.apply(*documents)).values()) <= {"done", "already"}
        assert lago.plan(*documents).plan.changes == ()


def test_manifests_that_fight_are_an_error_of_the_plan() -> None:
    """Recorded: three applies, VAT on, off and on."""
    with world(premium=True) as lago:
        lago.apply(SECOND)
        with pytest.raises(UnfitManifestsError, match="'vat' isn't in the tax_codes of billing_entity/sandbox"):
            lago.plan(f"{VAT}applied_to_organization: true\n", ENTITY, SECOND)
        with pytest.raises(UnfitManifestsError, match="country is 'FR' here and 'DE' in"):
            lago.plan(f"{ORGANIZATION}country: FR\n", f"{ENTITY}country: DE\n", SECOND)
        assert lago.plan(f"{ORGANIZATION}country: FR\n", ENTITY, f"{SECOND}country: DE\n").plan.refusals == ()


def test_and_of_validation_where_only_one_entity_can_be_meant() -> None:
    both = (f"{ORGANIZATION}country: FR\n", f"{ENTITY}country: DE\n")
    assert [problem.rule for problem in problems(*both)] == ["shared"]
    assert problems(*both, SECOND) == ()


def problems(*texts: str) -> tuple[Problem, ...]:
    manifests = [one for text in texts for one in read_text("a.yaml", text).manifests]
    return check(manifests, KINDS, SHAPES, External()).problems


def test_a_tax_of_the_entity_and_of_the_organization_is_one_fact() -> None:
    with world() as lago:
        documents = (f"{VAT}applied_to_organization: true\n", f"{ENTITY}tax_codes: [vat]\n")
        assert set(statuses(lago.apply(*documents)).values()) <= {"done", "already"}
        assert lago.plan(*documents).plan.changes == ()


def test_an_organization_without_a_payment_term_pays_at_once() -> None:
    with world() as lago:
        assert lago.plan(f"{ORGANIZATION}net_payment_term: 0\n").plan.changes == ()
