"""The table of timings against every line of a recording: the class of the change, and each invoice after it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.timing.experiments import RECORDED, Experiment, Json, experiment, lines
from tests.timing.invoices import predicted
from tests.timing.lives import draft_differences, life_differences, name_differences, overlap_differences
from tests.timing.prediction import class_of, name_of

OTHERS: Mapping[str, Callable[[Json], Iterator[str]]] = {
    "overlap": overlap_differences,
    "lifetime": life_differences,
    "moments": life_differences,
    "draft_flags": draft_differences,
    "names": name_differences,
}
"""By the first part of its id, what lines without a change of prices are held against."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line of the recording, and where the prediction differs from it."""

    id: str
    server: str
    differences: tuple[str, ...]


def verdicts(file: Path = RECORDED) -> Iterator[Verdict]:
    """One for each line."""
    for row in lines(file):
        yield Verdict(row.get("id", "?"), row.get("server", "?"), _said(row))


def _said(row: Json) -> tuple[str, ...]:
    """Of a line that can't be tried, why: the others are tried all the same."""
    try:
        find = OTHERS.get(row["id"].split("/")[0])
        return tuple(find(row) if find is not None else _differences(experiment(row)))
    except Exception as error:  # whatever a line holds that nobody has seen before
        return (f"it can't be tried: {type(error).__name__}: {error}",)


def _differences(experiment: Experiment) -> Iterator[str]:
    line = class_of(experiment)
    if experiment.class_ is not None and name_of(line) != experiment.class_:
        yield f"class {experiment.class_}, predicted {name_of(line)}"
    if "timezone" in str(experiment.requests):
        return  # where days begin for a customer changes between two invoices, which no rating of one can say
    names = tuple(experiment.line.get("subscriptions", ())) or ("",) * len(experiment.subscribers)
    for name, subscriber in zip(names, experiment.subscribers, strict=True):
        found = predicted(experiment, subscriber, name)
        for day in sorted({*found, *subscriber.recorded}):
            if found.get(day) != subscriber.recorded.get(day):
                yield f"{name} {day}: {subscriber.recorded.get(day)}, predicted {found.get(day)}"
