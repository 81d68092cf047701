"""What the pages tell to do works, and prints what they say."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.console import Command, File, Shown, Stage, Variables, fits, steps, take
from tests.docs.worlds import world

ROOT = Path(__file__).parents[2]
ALL = [
    *ROOT.glob("*.md"),
    *(one for one in (ROOT / "docs").rglob("*.md") if "_build" not in one.parts),
    *(ROOT / "examples").glob("*/README.md"),
]
BY_TEST_README = ROOT / "README.md"  # its folders are its reader's: see test_readme.py


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


RUN = [one for one in sorted(ALL) if one != BY_TEST_README and any(isinstance(do, Command) for do in steps(text(one)))]
SHOWN = [(page, block) for page in sorted(ALL) for block in steps(text(page)) if isinstance(block, Shown)]


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=name)
def test_every_command_of_a_page_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    with ExitStack() as worlds:
        stage = page.parent.name if page.name == "README.md" else page.stem
        folder, variables = _enter(worlds, stage, tmp_path)
        for step in steps(text(page)):
            match step:
                case Stage(stage):
                    folder, variables = _enter(worlds, stage, tmp_path)
                case Command(line, expected):
                    printed = take(step, folder, variables)
                    assert not expected or fits(expected, printed), f"$ {line}\n{printed}"
                case File():
                    take(step, folder, variables)


def _enter(worlds: ExitStack, stage: str, tmp_path: Path) -> tuple[Path, Variables]:
    folder = tmp_path / stage / "project"
    folder.mkdir(parents=True)
    return folder, worlds.enter_context(world(stage, folder))


@pytest.mark.parametrize(("page", "block"), SHOWN, ids=lambda one: name(one) if isinstance(one, Path) else None)
def test_commands_that_are_shown_and_not_run_say_why(page: Path, block: Shown) -> None:
    assert block.reason, (
        f"{name(page)}: run `{block.first_line}` (```console and $), or say why not: <!-- not run: … -->"
    )
    pytest.skip(f"{name(page)}: {block.first_line}: {block.reason}")


def test_dots_stand_for_anything_and_nothing_else_does() -> None:
    assert fits(("a … c", "…", "e"), "a b c\nx\ny\ne\n")
    assert not fits(("a … c", "e"), "a b c\nx\ne\n")
    assert not fits(("…b",), "abc\n")


def test_a_reason_belongs_to_the_block_below_it_alone() -> None:
    page = "<!-- not run: needs Docker -->\n```bash\ndocker run\n```\n\n```console\n$ ls\n```\n\n```bash\nls\n```\n"

    assert list(steps(page)) == [Shown("docker run", "needs Docker"), Command("ls", ()), Shown("ls", None)]
