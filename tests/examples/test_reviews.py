"""The reviews in examples/*/review are what the tool makes today: `make reviews` writes them again."""

import pytest

from tests.examples.playing import ROOT
from tests.examples.reviews import CHANGES, files


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_the_review_of_an_example_is_current(name: str) -> None:
    folder = ROOT / "examples" / name / "review"
    for file, text in files(name).items():
        assert (folder / file).read_text(encoding="utf-8") == text, f"{folder / file}: run `make reviews`"
    assert (folder / "report.png").stat().st_size > 10_000


def test_the_documentation_has_pictures_of_comment_and_report() -> None:
    for name in ("comment.png", "report.png"):
        assert (ROOT / "docs" / "pictures" / name).read_bytes().startswith(b"\x89PNG"), f"{name}: run `make reviews`"
