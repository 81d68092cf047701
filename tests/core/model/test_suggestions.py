import pytest

from lago_gitops.core.model.suggestions import closest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("usd", ["AED", "EUR", "USD"], "USD"),
        ("Monthly", ["weekly", "monthly"], "monthly"),
        ("UTF", ["utc", "UTC"], "UTC"),
        ("Vat", ["vat", "VAT", "vats"], "vat"),
        ("montly", ["weekly", "monthly"], "monthly"),
        ("Usd", ["Uso", "USD"], "USD"),
    ],
)
def test_the_nearest_word_is_meant_whatever_its_case(word: str, known: list[str], meant: str) -> None:
    assert closest(word, known) == f"did you mean {meant!r}?"


def test_nothing_is_said_where_no_word_is_near() -> None:
    assert closest("zloty", ["EUR", "USD"]) == ""
    assert closest("zloty", []) == ""


def test_how_near_a_word_has_to_be_is_for_the_caller_to_say() -> None:
    assert closest("zlot", ["zloty"], 0.95) == ""
    assert closest("Zloty", ["zloty"], 1) == closest("qqqqq", ["zloty"], 0) == "did you mean 'zloty'?"
