import pytest

from lago_gitops.core.model.patterns import fits


@pytest.mark.parametrize(
    ("text", "patterns", "fit"),
    [
        ("pro_eu", ("basic", "pro_*"), True),
        ("pro_eu", ("pro_?",), False),
        ("pro_eu", ("ro_eu",), False),
        ("PRO", ("pro",), False),
        ("pro", (), False),
    ],
)
def test_one_pattern_has_to_fit_the_whole_text(text: str, patterns: tuple[str, ...], fit: bool) -> None:
    assert fits(text, patterns) is fit
