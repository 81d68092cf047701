"""`--allow`: the guards that a run waives, by name: the tool's own, and the project's policies."""

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.core.assessment.guard import WAIVERS
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.policies.rule import PolicyRule


def allow_option(help_: str) -> Callable[[Any], Any]:
    return click.option("--allow", multiple=True, metavar="GUARD", shell_complete=_completed, help=help_)


def allowed(policies: Iterable[PolicyRule], names: tuple[str, ...]) -> frozenset[str]:
    """Raises StoppedError for a name that neither a guard nor a policy has."""
    known = tuple(dict.fromkeys((*WAIVERS, *(one.name for one in policies))))
    for name in names:
        if name not in known:
            hint = closest(name, known) or f"there are {', '.join(known)}"
            raise StoppedError(Exit.USAGE, f"--allow: there is no guard or policy {name!r}; {hint}")
    return frozenset(names)


def _completed(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in WAIVERS if name.startswith(begun)]
