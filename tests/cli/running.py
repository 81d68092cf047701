"""Commands as a user runs them, in this process."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from lago_gitops.cli import main


def ended(args: Sequence[str]) -> int:
    """The exit code of a command, run in this process."""
    with pytest.raises(SystemExit) as found:
        main(args)
    return int(found.value.code or 0)


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell in a folder of its own, with no Lago in its environment."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *args: str) -> Ran:
        code = ended(args)
        captured = self.capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
