"""The examples as a reader tries them: in a copy, with the sandbox in the place of each environment."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PROJECT = "lago-gitops.yaml"
EXAMPLES = tuple(sorted(path.parent for path in (ROOT / "examples").glob(f"*/{PROJECT}")))
OF_A_LICENCE = "overlays/licensed"
OF_THE_SANDBOX = ("premium", "overlays", "vars", "lago_version")


@dataclass(frozen=True, slots=True)
class Environment:
    """What an environment of an example comes to, when the sandbox stands in for it."""

    example: Path
    name: str
    settings: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.example.name}-{self.name}"

    def copied(self, folder: Path) -> Path:
        """A copy of the example in which the sandbox is this environment."""
        copy = shutil.copytree(self.example, folder / self.example.name, ignore=shutil.ignore_patterns(".lago-gitops"))
        project = _project(self.example) | {"environments": {"sandbox": dict(self.settings)}}
        (copy / PROJECT).write_text(yaml.safe_dump(project), encoding="utf-8")
        return copy


def environments() -> Iterator[Environment]:
    """Every environment of every example, the sandbox as it is first; those that are the same, once."""
    for example in EXAMPLES:
        named = _project(example).get("environments") or {}
        seen: list[Mapping[str, Any]] = []
        for name in names(example):
            settings = {key: value for key, value in named.get(name, {}).items() if key in OF_THE_SANDBOX}
            if OF_A_LICENCE in settings.get("overlays", ()):
                settings["premium"] = True
            told_apart = {key: value for key, value in settings.items() if key != "vars"}
            if told_apart not in seen:
                seen.append(told_apart)
                yield Environment(example, name, settings)


def names(example: Path) -> tuple[str, ...]:
    """What `--env` takes: the sandbox, which no project has to name, then the others as they stand."""
    return tuple(dict.fromkeys(("sandbox", *(_project(example).get("environments") or {}))))


def _project(example: Path) -> dict[str, Any]:
    project = yaml.load((example / PROJECT).read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert isinstance(project, dict)
    return project
