"""Price lists over time: from the Git history of the manifests, or from folders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from lago_gitops.bills.audit.listings import Book, Listing, listing
from lago_gitops.bills.price_list import price_list
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address, Desired
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.sources.revision import at_commit, history
from lago_gitops.project import Environment, Project, find_project
from lago_gitops.workflow.manifests.checking import checked_manifests


class BadPriceListError(Exception):
    """A folder has no manifests, or invalid ones."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Stated:
    """A folder with the price list that was live from an instant on."""

    live_from: datetime
    folder: Path


@dataclass(frozen=True, slots=True)
class PriceLists:
    """`newest` are the manifests of the last price list; `name` describes the whole."""

    book: Book
    newest: Mapping[Address, Manifest]
    name: str

    def desired(self) -> dict[Address, Desired]:
        return {address: desired(one, KINDS[address.kind]) for address, one in self.newest.items()}


def stated_price_lists(stated: Iterable[Stated], environment: Environment) -> PriceLists:
    """Raises BadPriceListError."""
    lists = sorted(stated, key=lambda each: each.live_from)
    read = tuple(_read(each, environment) for each in lists)
    listings = tuple(
        listing(str(each.folder), each.live_from, price_list(checked.manifests))
        for each, checked in zip(lists, read, strict=True)
    )
    book = Book(tuple(each.live_from for each in lists), listings.__getitem__)
    return PriceLists(book, read[-1].manifests, " ".join(f"{each.live_from}={each.folder}" for each in lists))


def committed_price_lists(project: Project, environment: Environment) -> PriceLists:
    """One for each commit that changed the project. Raises RevisionError.

    Invalid manifests are left out. If the project file can't be read, nothing was applied: the previous commit stays
    live.
    """
    commits = history(project.root)

    def manifests(index: int) -> Mapping[Address, Manifest]:
        with at_commit(project.root, commits[index].name) as at:
            try:
                return _checked(at.folder, environment).manifests
            except BadPriceListError:
                return manifests(index - 1) if index else {}

    def load(index: int) -> Listing:
        return listing(commits[index].name[:7], dates[index], price_list(manifests(index)))

    # Committers' clocks differ: a commit is never live before its predecessor.
    dates = tuple(accumulate((commit.at for commit in commits), max))
    return PriceLists(Book(dates, load), manifests(len(commits) - 1), commits[-1].name)


def _read(stated: Stated, environment: Environment) -> Checked:
    try:
        checked = _checked(stated.folder, environment)
    except BadPriceListError as error:
        raise BadPriceListError(_in(stated.folder, error.problems)) from None
    if not checked.is_valid:
        raise BadPriceListError(_in(stated.folder, checked.problems))
    return checked


def _in(folder: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """With places relative to the working directory."""
    marks = ((problem, replace(problem.mark, source=str(folder / problem.mark.source))) for problem in problems)
    return tuple(replace(problem, mark=mark) for problem, mark in marks)


def _checked(folder: Path, environment: Environment) -> Checked:
    """The manifests of a folder, for the environment of that name; without a project file it has no overlays."""
    there = find_project(folder)
    if there.problems:
        raise BadPriceListError(there.problems)
    of_then = there.project.environments.get(environment.name, replace(environment, overlays=()))
    return checked_manifests(there.project, of_then)
