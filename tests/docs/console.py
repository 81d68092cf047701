"""Runs a page: every ```console block as a user would type it, every ```yaml file=… block as a file to write.

`<!-- stage: NAME -->` goes on in a folder of its own, with what `worlds` has under that name.
`<!-- not run: REASON -->` above a block says why it is shown only.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.cli.running import ended

BLOCK = re.compile(
    r"^ *<!-- stage: (?P<stage>\S+) -->$"
    r"|(?:^ *<!-- not run: (?P<reason>[^>]+?) -->\n\n?)?"
    r"^(?P<indent> *)```(?P<language>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
COMMANDS = frozenset({"bash", "console", "shell", "sh", "text"})  # text is what a command printed
WITH_EXIT_CODE = ' || echo "exit code $?"'
NEEDS_A_SHELL = frozenset("|&;<>()$`*?[]{}~=")
TIMEOUT_S = 120
Variables = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Command:
    """`expected` are the lines below it; `…` stands for anything, a line of only that for any lines."""

    line: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Commands that are not run, and why; without a reason, nobody has said."""

    first_line: str
    reason: str | None


Step = Command | File | Stage | Shown


def steps(page: str) -> Iterator[Step]:
    """What a page tells to do, in order."""
    for block in BLOCK.finditer(page):
        text = re.sub(rf"^{block['indent'] or ''}", "", block["text"] or "", flags=re.MULTILINE)
        if block["stage"]:
            yield Stage(block["stage"])
        elif block["file"]:
            yield File(block["file"], text)
        elif block["language"] == "console" and text.startswith("$ ") and not block["reason"]:
            yield from _commands(text)
        elif block["language"] in COMMANDS:
            yield Shown(re.split(r"\s{2,}|\n", text, maxsplit=1)[0], block["reason"])


def take(step: Command | File, folder: Path, variables: Variables) -> str:
    """What it prints, stdout and stderr as they come. Raises AssertionError where a command fails."""
    match step:
        case File(name, text):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            return ""
        case Command(line, _):
            command = line.removesuffix(WITH_EXIT_CODE)
            run = _in_a_shell if not command.startswith("lago-gitops ") or NEEDS_A_SHELL & set(command) else _here
            code, printed = run(command, folder, {**_environment(), **variables})
            if command != line and code:
                code, printed = 0, f"{printed}exit code {code}\n"
            assert code == 0, f"$ {line}\n{printed}"
            return printed


def _here(line: str, folder: Path, environment: Variables) -> tuple[int, str]:
    """Without a process of its own, which takes several times as long."""
    out = io.StringIO()
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        code = ended(shlex.split(line)[1:])
    return code, out.getvalue()


def _in_a_shell(line: str, folder: Path, environment: Variables) -> tuple[int, str]:
    ran = subprocess.run(
        ("bash", "-c", line),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    return ran.returncode, ran.stdout


def fits(expected: tuple[str, ...], printed: str) -> bool:
    pattern = "".join("(?:.*\n)*?" if line == "…" else _line(line) for line in expected)
    return re.fullmatch(pattern, printed if printed.endswith("\n") or not printed else f"{printed}\n") is not None


def _line(line: str) -> str:
    """Columns may be wider than a page shows them: what it leaves out takes room."""
    words = (re.sub(r"(\\ ){2,}", " +", re.escape(part)) for part in line.rstrip().split("…"))
    return ".*?".join(words) + r"\s*\n"


def _commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *expected = part.rstrip("\n").split("\n")
        yield Command(line, tuple(expected))


def _environment() -> dict[str, str]:
    """The tool of this environment, and no Lago."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAGO_", "GITHUB_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, "NO_COLOR": "1", "LAGO_GITOPS_PROGRESS": "off", "COLUMNS": "120"}
