"""What commands take: each in a process of its own, in turns, so that a busy machine slows all of them alike."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_KIB = 1 if sys.platform == "darwin" else 1024  # macOS counts the memory of a process in bytes
_FINE = frozenset({0, 2})  # the second: changes are pending


class FailedError(Exception):
    """A command did not do what was to be measured."""


@dataclass(frozen=True, slots=True)
class Command:
    """`values`: of environment variables. `says`: whether what it printed is seconds to be taken instead of its own,
    for work that is a part of what a process does."""

    args: Sequence[str]
    folder: Path | None = None
    values: Mapping[str, str] | None = None
    says: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of a command, or the medians of several."""

    cpu_s: float
    wall_s: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Turns:
    """Samples by name of the command; those at one index were taken in one round."""

    samples: Mapping[str, Sequence[Sample]]

    def median(self, name: str) -> Sample:
        cpu, wall, memory = zip(*((one.cpu_s, one.wall_s, one.memory_bytes) for one in self.samples[name]), strict=True)
        return Sample(median(cpu), median(wall), int(median(memory)))

    def ratio(self, name: str, to: str, of: Callable[[Sample], float] = lambda one: one.cpu_s) -> float:
        """How many times the one takes what the other does, of processor time unless something else is asked for: the
        median of the rounds' own ratios."""
        return median(of(a) / of(b) for a, b in zip(self.samples[name], self.samples[to], strict=True))


def in_turns(rounds: int, commands: Mapping[str, Command]) -> Turns:
    """Each command so many times, one after the other; unless that is once, after a run of each that does not count."""
    for command in commands.values() if rounds > 1 else ():
        sample(command)
    taken = [{name: sample(command) for name, command in commands.items()} for _ in range(rounds)]
    return Turns({name: [each[name] for each in taken] for name in commands})


def sample(command: Command) -> Sample:
    """Runs it to its end. Raises FailedError."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.args,
            cwd=command.folder,
            env=_environment(command),
            stdout=out,
            stderr=err,
            stdin=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in _FINE:
            raise FailedError(
                f"{' '.join(command.args)} ended with {process.returncode}:\n{err.read().decode()[-2000:]}"
            )
        cpu_s = usage.ru_utime + usage.ru_stime
        said = float(out.read().split()[-1]) if command.says else None
    return Sample(cpu_s if said is None else said, wall_s, usage.ru_maxrss * _KIB)


def _environment(command: Command) -> dict[str, str]:
    """Bytecode is kept, as it is where something is installed."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | dict(command.values or {})
