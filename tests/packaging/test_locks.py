"""What is locked is what is declared."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = (ROOT / "requirements" / "action.txt").read_text(encoding="utf-8")


def names(text: str) -> set[str]:
    return {found.lower().replace("_", "-") for found in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def test_every_dependency_is_locked_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=!\[; ]", one)[0].lower() for one in project["dependencies"]}

    assert wanted <= names(LOCKED)
    assert LOCKED.count("--hash=sha256:") >= len(names(LOCKED))


def test_the_bill_of_materials_has_what_is_locked() -> None:
    bill = json.loads((ROOT / "requirements" / "lago-gitops.cdx.json").read_text(encoding="utf-8"))

    assert {one["name"] for one in bill["components"]} == names(LOCKED)


def test_completions_are_what_click_writes() -> None:
    script = subprocess.run(
        (str(Path(sys.executable).with_name("lago-gitops")),),
        env={"_LAGO_GITOPS_COMPLETE": "bash_source", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert (ROOT / "completions" / "lago-gitops.bash").read_text(encoding="utf-8") == script
