"""The Containerfile: linted, pinned, without root."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "Containerfile"
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed here")
def test_the_linter_finds_nothing() -> None:
    linted = subprocess.run((str(HADOLINT), str(FILE)), capture_output=True, text=True, check=False)

    assert linted.returncode == 0, linted.stdout


def test_images_are_pinned_and_nothing_runs_as_root() -> None:
    text = FILE.read_text(encoding="utf-8")

    assert re.findall(r"^FROM (?!\S+@sha256:[0-9a-f]{64})", text, re.MULTILINE) == []
    assert "USER 10001" in text
