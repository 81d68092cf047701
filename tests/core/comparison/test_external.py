from lago_gitops.core.comparison.external import missing_external, referred_external
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Live
from tests.core.kinds import KINDS, address, desired, node

HERE = Mark("lago-gitops.yaml", 3)


def missing(address: Address, *there: Live, unavailable: tuple[str, ...] = ()) -> list[str]:
    live = {one.address: one for one in there}
    unlisted = dict.fromkeys(unavailable, ("this Lago is too old", "update it"))
    return [str(problem) for problem in missing_external({address: HERE}, live, unlisted)]


def tax(code: str, *, pending_deletion: bool = False) -> Live:
    return Live(Address("tax", code), code, {}, {}, pending_deletion=pending_deletion)


def test_what_is_external_and_there_is_no_problem() -> None:
    assert missing(Address("tax", "vat"), tax("vat")) == []


def test_what_is_external_has_to_be_in_lago() -> None:
    assert missing(Address("tax", "vat"), tax("vat_20")) == [
        "lago-gitops.yaml:3:1: tax/vat is external and doesn't exist in Lago (did you mean 'vat_20'?)"
    ]
    assert "did you mean" not in missing(Address("tax", "vat"), Live(Address("plan", "vat_20"), "1", {}, {}))[0]
    assert missing(Address("tax", "vat")) == [
        "lago-gitops.yaml:3:1: tax/vat is external and doesn't exist in Lago "
        "(whoever manages it has to create it; or remove it from `external`)"
    ]


def test_what_is_about_to_be_deleted_is_as_good_as_gone() -> None:
    assert missing(Address("tax", "vat"), tax("vat", pending_deletion=True)) == [
        "lago-gitops.yaml:3:1: tax/vat is external and Lago is deleting it (remove what refers to it)"
    ]


def test_what_can_not_be_looked_up_is_not_taken_for_there() -> None:
    assert missing(Address("tax", "vat"), unavailable=("tax",)) == [
        "lago-gitops.yaml:3:1: can't find out whether tax/vat exists: this Lago is too old "
        "(update it, or remove it from `external`)"
    ]
    assert missing(Address("tax", "vat"), tax("vat"), unavailable=("tax",)) == []


def test_of_what_is_external_only_what_is_referred_to_matters_to_some_manifests() -> None:
    external = {address("x"): HERE, address("y"): HERE}
    assert referred_external([desired(node("a", "x", "b"))], external, KINDS) == {address("x"): HERE}
