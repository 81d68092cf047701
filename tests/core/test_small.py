"""Small values and words of the core."""

import pytest

from lago_gitops.core.execution.outcome import Status
from lago_gitops.core.model.currencies import CODES, SUBUNITS
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.model.resources import Address, joined
from lago_gitops.core.model.suggestions import closest
from tests.core.kinds import NODE


def test_the_nearest_word_is_meant() -> None:
    assert closest("mothly", ["monthly", "weekly"]) == "did you mean 'monthly'?"
    assert closest("x", ["monthly"]) == ""


def test_repeats_are_found_where_they_stand_and_none_never_repeats() -> None:
    assert list(repeated(["a", None, "b", "a", None, "a"])) == [(3, "a"), (5, "a")]


# recorded: prices of cur_huf, cur_kwd, cur_clf, mro_03
@pytest.mark.parametrize(("code", "subunits"), [("EUR", 100), ("HUF", 1), ("KWD", 1000), ("CLF", 10_000), ("MRO", 5)])
def test_currencies_have_lagos_subunits(code: str, subunits: int) -> None:
    assert SUBUNITS[code] == subunits
    assert len(CODES) == 142


def test_parts_of_a_path_are_joined_by_dots_but_for_brackets() -> None:
    assert joined(("charges", "a", "graduated_ranges", "[0–∞]", "flat_amount")) == (
        "charges.a.graduated_ranges[0–∞].flat_amount"
    )
    assert joined(()) == ""
    assert joined(("", "a")) == "a"


def test_an_outcome_is_good_when_it_is_as_wanted() -> None:
    assert {status for status in Status if status.is_good} == {
        Status.DONE,
        Status.ALREADY,
        Status.ADOPTED,
        Status.LEFT_OUT,
        Status.UNDER_WAY,
    }


def test_places_and_problems_read_as_editors_like_them() -> None:
    assert str(Problem(Mark("a.yaml", 2, 3), "it is wrong", "fix it")) == "a.yaml:2:3: it is wrong (fix it)"
    assert str(Problem(Mark("a.yaml"), "it is wrong")) == "a.yaml:1:1: it is wrong"
    assert str(Address("plan", "p")) == "plan/p"


def test_one_is_not_many() -> None:
    assert [counted(number, "plan") for number in (0, 1, 1200)] == ["0 plans", "1 plan", "1,200 plans"]


def test_only_keyed_lists_have_keys() -> None:
    assert NODE.keyed("parts").key == ("code",)
    with pytest.raises(KeyError):
        NODE.keyed("to")
