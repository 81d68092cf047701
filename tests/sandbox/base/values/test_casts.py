import pytest

from lago_gitops.sandbox.base.errors import RefusedError
from lago_gitops.sandbox.base.values.casts import boolean, exact, floating, integer, text


@pytest.mark.parametrize("word", ["0", "f", "F", "false", "FALSE", "off", "OFF", False, 0])
def test_only_the_words_for_false_are_false(word: object) -> None:
    assert boolean(word) is False


@pytest.mark.parametrize("word", ["no", "yes", "true", "x", 1, True, 2.5])
def test_anything_else_is_true(word: object) -> None:
    assert boolean(word) is True


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_text_is_null_in_every_column_but_text(nothing: object) -> None:
    assert [cast(nothing) for cast in (boolean, integer, floating, exact(5, 10))] == [None] * 4


@pytest.mark.parametrize(
    ("sent", "kept"), [("1000", 1000), (10.9, 10), ("10.9", 10), (-2.5, -2), ("abc", 0), (" 7x", 7)]
)
def test_an_integer_is_cut_out_of_what_is_sent(sent: object, kept: int) -> None:
    assert integer(sent) == kept


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 1e30])
def test_a_number_beyond_the_column_is_a_crash(number: object) -> None:
    with pytest.raises(RefusedError) as refused:
        integer(number)
    assert refused.value.status == 500


@pytest.mark.parametrize(("sent", "kept"), [("1e1", 10.0), (" 5 ", 5.0), (7, 7.0), ("abc", 0.0), ("7abc", 7.0)])
def test_a_float_is_read_as_far_as_it_goes(sent: object, kept: float) -> None:
    assert floating(sent) == kept


@pytest.mark.parametrize(("sent", "kept"), [("10", "10.0"), (12.5, "12.5"), ("33.333333", "33.33333"), ("abc", "0.0")])
def test_a_decimal_column_has_its_own_number_of_places(sent: object, kept: str) -> None:
    assert exact(5, 10)(sent) == kept


def test_a_wide_column_keeps_all_its_digits() -> None:
    assert exact(15, 40)("1234567890123456789012345.000000000000001") == "1234567890123456789012345.000000000000001"


def test_a_decimal_beyond_its_column_is_a_crash() -> None:
    with pytest.raises(RefusedError):
        exact(5, 10)("100000")


@pytest.mark.parametrize(
    ("sent", "kept"), [(77, "77"), (1.5, "1.5"), (True, "t"), (False, "f"), (None, None), ("", "")]
)
def test_text_columns_take_anything(sent: object, kept: str | None) -> None:
    assert text(sent) == kept
