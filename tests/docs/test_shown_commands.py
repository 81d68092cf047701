"""What pages and workflows show without running it: the commands and options are those that there are."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lago_gitops.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(path for end in ("md", "yml") for path in (ROOT / "examples").rglob(f"*.{end}")),
]
BLOCK = re.compile(r"^ *```(?:console|bash|yaml)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"^(?:\s*- run:\s+|\s*|\$ )(?:[A-Z_]+=\S+ )*lago-gitops +([a-z].*)$", re.MULTILINE)
INLINE = re.compile(r"`lago-gitops ([a-z][^`\n]*)`")


def shown(page: Path) -> Iterator[list[str]]:
    """The words after `lago-gitops` of every command, without what the shell takes and what is said about it."""
    text = page.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text) if page.suffix == ".md" else [text]
    for line in (*(one for block in blocks for one in OURS.findall(block)), *INLINE.findall(text)):
        yield shlex.split(re.split(r"\s+#|\s*(?:\|\||&&|[|>;])\s", line)[0])


@pytest.mark.parametrize("page", [one for one in PAGES if any(shown(one))], ids=lambda one: str(one.relative_to(ROOT)))
def test_a_command_that_is_shown_takes_its_options(page: Path) -> None:
    for name, *words in shown(page):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        try:
            command.make_parser(click.Context(command, info_name=name)).parse_args(list(words))
        except click.UsageError as error:
            raise AssertionError(f"{name} {words}: {error.message}") from None


def test_a_target_of_make_that_is_shown_is_there() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    pages = (page.read_text(encoding="utf-8") for page in PAGES if page.suffix == ".md")
    named = {name for text in pages for name in re.findall(r"(?:^|`)make ([a-z0-9-]+)", text, re.MULTILINE)}

    assert len(named) > 10
    assert named - targets == set()
