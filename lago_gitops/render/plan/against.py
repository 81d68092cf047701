"""How a plan's organization will differ from another environment's, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.comparison.organization_diff import Lack
from lago_gitops.core.model.plurals import counted, listed
from lago_gitops.render.base.values import shown

NAMES_SHOWN = 20
LACKS = {Lack.HERE: "only in {other}", Lack.THERE: "not in {other}"}


@dataclass(frozen=True, slots=True)
class Contrasted:
    """Addresses, each with one sentence per difference: `odd` are those that no manifest explains, `meant` the others.

    `settled` are the addresses of resources that no longer differ after the plan.
    """

    heading: str
    odd: tuple[tuple[str, tuple[str, ...]], ...]
    meant: tuple[tuple[str, tuple[str, ...]], ...]
    settled: tuple[str, ...]

    @property
    def settled_names(self) -> str:
        """The first of these addresses, and how many more there are."""
        return listed(self.settled, NAMES_SHOWN)


def contrasted(document: Mapping[str, Any]) -> Contrasted | None:
    """None if the plan wasn't compared with another environment."""
    against = document.get("against")
    if against is None:
        return None
    said = [(one["address"], tuple(_said(one, against["environment"]))) for one in against["differences"]]
    halves = (
        [(address, tuple(one for is_meant, one in each if is_meant is half)) for address, each in said]
        for half in (False, True)
    )
    odd, meant = (tuple(each for each in half if each[1]) for half in halves)
    return Contrasted(_heading(against, len(odd)), odd, meant, tuple(against["settled"]))


def contrast_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """For a terminal; empty if there is nothing to say."""
    contrast = contrasted(document)
    if contrast is None:
        return
    yield contrast.heading
    for address, sentences in contrast.odd:
        yield from (f"  ! {address}: {one}" for one in sentences)
    for address, sentences in contrast.meant:
        yield from (f"  · {address}: {one} (as the manifests say)" for one in sentences)
    if contrast.settled:
        yield f"  No longer different after this plan: {contrast.settled_names}."


def _heading(against: Mapping[str, Any], odd: int) -> str:
    name, number = f"{against['environment']} ({against['organization']['name']})", len(against["differences"])
    if not number:
        return f"Compared with {name}: once this is applied, both are the same ({_resources(against['same'])})."
    differ = f"{_resources(number)} {'differs' if number == 1 else 'differ'}"
    same = against["same"]
    said = f"{odd} of them for no reason in the manifests" if odd else "as the manifests say"
    return (
        f"Compared with {name}: once this is applied, {differ}, {said}; {same} {'is' if same == 1 else 'are'} the same."
    )


def _resources(number: int) -> str:
    return counted(number, "resource")


def _said(one: Mapping[str, Any], other: str) -> Iterator[tuple[bool, str]]:
    """Whether it is intended, and the sentence."""
    if one["lack"] is not None:
        yield one["is_meant"], LACKS[Lack(one["lack"])].format(other=other)
    for field in one["fields"]:
        yield field["is_meant"], f"{field['path']} is {shown(field['here'])}, in {other} {shown(field['there'])}"
