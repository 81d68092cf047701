"""What the pages tell to do works, and prints what they say."""

from pathlib import Path

import pytest

from tests.docs.console import Command, fits, steps, take
from tests.docs.worlds import world

ROOT = Path(__file__).parents[2]
PAGES = [page for page in sorted((ROOT / "docs").rglob("*.md")) if "```console" in page.read_text(encoding="utf-8")]


@pytest.mark.slow
@pytest.mark.parametrize("page", [one for one in PAGES if "lint" not in one.parts], ids=lambda page: page.name)
def test_every_command_of_a_page_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    with world(page.stem, tmp_path) as variables:
        for step in steps(page.read_text(encoding="utf-8")):
            printed = take(step, tmp_path, variables)
            if isinstance(step, Command) and step.expected:
                assert fits(step.expected, printed), f"$ {step.line}\n{printed}"


def test_dots_stand_for_anything_and_nothing_else_does() -> None:
    assert fits(("a … c", "…", "e"), "a b c\nx\ny\ne\n")
    assert not fits(("a … c", "e"), "a b c\nx\ne\n")
    assert not fits(("…b",), "abc\n")
