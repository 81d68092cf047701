import pytest

from lago_gitops.core.model.plurals import bills_change, counted, enumerated, in_words, listed
from tests.core.kinds import address


def test_the_last_of_a_list_follows_an_and() -> None:
    assert [enumerated(("a", "b", "c")[:number]) for number in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_the_first_five_are_listed_and_the_rest_is_counted() -> None:
    assert listed("abcde") == "a, b, c, d, e"
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"


def test_of_many_the_first_are_named() -> None:
    assert listed([address("a")]) == "node/a"
    assert listed(map(address, "abc"), most=2) == "node/a, node/b and 1 more"


def test_names_are_words_in_prose_and_add_ons_have_their_hyphen() -> None:
    assert [in_words(name) for name in ("billable_metrics", "add_on")] == ["billable metrics", "add-on"]


@pytest.mark.parametrize(
    ("number", "also", "said"),
    [
        (1, "", "the bill of 1 subscription changes"),
        (1, " (1 overridden)", "the bill of 1 subscription (1 overridden) changes"),
        (1_200, "", "the bills of 1,200 subscriptions change"),
        (None, "", "the bills of an unknown number of subscriptions change"),
    ],
)
def test_one_bill_changes_and_many_change(number: int | None, also: str, said: str) -> None:
    assert bills_change(number, also) == said


def test_nouns_have_their_plural() -> None:
    assert [counted(2, noun) for noun in ("plan", "tax", "billing entity")] == [
        "2 plans",
        "2 taxes",
        "2 billing entities",
    ]
