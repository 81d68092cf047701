import pytest

from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, FieldChange, Live, Update, joined

OLD, NEW = Address("plan", "old"), Address("plan", "new")
DESIRED = Desired(NEW, {}, Mark("plans.yaml", 1))
LIVE = Live(OLD, "id", {}, {})


def test_an_address_without_a_code_is_its_kind() -> None:
    assert str(NEW) == "plan/new"
    assert str(Address("organization", "")) == "organization"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("charges", "calls", "graduated_ranges", "[0–10]", "per_unit_amount"),
         "charges.calls.graduated_ranges[0–10].per_unit_amount"),
        (("", "charges", "", "calls"), "charges.calls"),
    ],
)  # fmt: skip
def test_a_path_has_dots_before_names_and_none_before_brackets(path: tuple[str, ...], text: str) -> None:
    assert joined(path) == FieldChange(path, path, 1, 2).where == text


def test_a_rename_has_the_new_address_and_a_delete_that_of_what_is_there() -> None:
    assert Create(DESIRED).address == Update(DESIRED, LIVE, ()).address == NEW
    assert Delete(DESIRED, LIVE).address == OLD
