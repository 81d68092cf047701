"""What an item works with, and what it finds."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measure import Command, Turns, in_turns
from tests.benchmarks.server import serving
from tests.benchmarks.trees import write_tree

LARGE = 50_000
KEY = {"LAGO_API_KEY": "sandbox"}


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the report: a number, and what it has to be, if anything. `value` is None where it can't be had, and
    `note` says why; else the note is where the number comes from."""

    name: str
    value: float | None
    unit: str
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """None where there is nothing to judge."""
        if self.value is None or self.most is self.least is None:
            return None
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)


@dataclass(frozen=True, slots=True)
class Bench:
    """Projects and organizations by size, each made once, in `folder`. `kept`: what ends when the measuring does."""

    folder: Path
    kept: ExitStack
    rounds: int = 3
    most: int = LARGE  # resources
    _urls: dict[int, str] = field(default_factory=dict)

    def turns(self, commands: Mapping[str, Command], resources: int = 0) -> Turns:
        """Commands on a project of that size in turns; in large ones, whose numbers hardly waver, once."""
        return in_turns(1 if resources >= LARGE else self.rounds, commands)

    def url(self, resources: int) -> str:
        """Of a server whose organization has what the tree of that size describes."""
        if resources not in self._urls:
            self._urls[resources] = self.kept.enter_context(serving(resources))
        return self._urls[resources]

    def tree(self, resources: int, url: str = "", *, changed: int = 0) -> Path:
        """A project's folder, with so many changes; for the Lago at `url` if one is given."""
        served = f"-at-{url.rpartition(':')[2]}" if url else ""
        folder = self.folder / f"{resources}{served}{f'-{changed}-changed' if changed else ''}"
        return folder if folder.exists() else write_tree(folder, resources, url, changed=changed)

    def small_files(self, resources: int) -> Path:
        """The folder of a project in which each resource has a file of its own."""
        folder = self.folder / f"{resources}-files"
        return folder if folder.exists() else write_tree(folder, resources, in_a_file=1)
