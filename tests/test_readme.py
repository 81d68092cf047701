"""What the README lists is what there is."""

import re
from itertools import takewhile
from pathlib import Path

from lago_gitops.cli import COMMANDS
from lago_gitops.cli.exits import Exit
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.lint.registry import RULES

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def rows(title: str) -> list[str]:
    """The first cells of the table below a line that starts so."""
    lines = README[README.index(title) :].splitlines()[2:]
    return [line.split("|")[1] for line in takewhile(lambda one: one.startswith("|"), lines)]


def test_every_command_is_listed() -> None:
    listed = {name for row in rows("| Command |") for name in re.findall(r"`([a-z]+)", row)}

    assert listed == set(COMMANDS)


def test_every_exit_code_is_listed() -> None:
    assert [int(row) for row in rows("| Exit code |")] == [code.value for code in Exit]


def test_every_kind_is_named() -> None:
    sentence = README[README.index("- Kinds:") :].split(". Every field")[0]

    assert set(re.findall(r"`([a-z_]+)`", sentence)) == set(KINDS)


def test_the_number_of_lint_rules_is_said() -> None:
    said = re.search(r"pricing lint\]\(docs/lint/README\.md\), (\d+)\s+rules", README)

    assert said is not None
    assert int(said[1]) == len(RULES)
