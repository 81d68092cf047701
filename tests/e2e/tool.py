"""The command line, run in a folder against the server of the suite."""

import contextlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from tests.cli.running import ended
from tests.e2e.server import Server


class WrongExitError(AssertionError):
    """A command ended otherwise than it should; the text has all that it said."""


@dataclass(frozen=True, slots=True)
class Tool:
    """`environment` is what commands name with --env; empty where the project has none."""

    folder: Path
    server: Server
    environment: str = ""
    said: list[str] = field(default_factory=list)

    def run(self, *args: str, code: int = 0) -> str:
        """What it prints to stdout. Raises WrongExitError where it ends with another code."""
        words = (*args, "--env", self.environment) if self.environment else args
        variables = {"LAGO_API_URL": self.server.url, "LAGO_API_KEY": self.server.key, "NO_COLOR": "1"}
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, variables),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            found = ended(words)
        self.said.append(f"$ lago-gitops {' '.join(words)}\n{out.getvalue()}{err.getvalue()}")
        if found != code:
            raise WrongExitError(f"exit code {found} instead of {code}\n{self.said[-1]}")
        return out.getvalue()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")
