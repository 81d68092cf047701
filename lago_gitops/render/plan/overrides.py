"""Overridden subscriptions: as data, for a terminal, and for an issue."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lago_gitops.core.model.patterns import fits
from lago_gitops.core.model.plurals import counted
from lago_gitops.kinds.plan.overrides import Override
from lago_gitops.render.base.markdown import code, prose
from lago_gitops.render.base.values import printable, shown
from lago_gitops.render.plan.change import field_document

Document = dict[str, Any]


def overrides_document(overrides: Iterable[Override], agreed: Sequence[str]) -> list[Document]:
    """`agreed` are patterns of external ids."""
    return [
        {
            "subscription": one.subscription,
            "plan": str(one.plan),
            "agreed": fits(one.subscription, agreed),
            "fields": [field_document(each) for each in one.fields],
        }
        for one in overrides
    ]


def overrides_text(overrides: Sequence[Document]) -> str:
    """The number of agreed overrides; the others with what they pay instead."""
    odd = [one for one in overrides if not one["agreed"]]
    return "\n".join(
        printable(line) for line in (_heading(overrides, odd), *(line for one in odd for line in _lines(one)))
    )


def overrides_markdown(overrides: Sequence[Document]) -> str:
    odd = [one for one in overrides if not one["agreed"]]
    rows = [f"- {code(one['subscription'])} of {code(one['plan'])}: {prose('; '.join(_said(one)))}" for one in odd]
    return "\n".join((f"**{prose(_heading(overrides, odd))}**", "", *rows)) if odd else ""


def _heading(overrides: Sequence[Document], odd: Sequence[Document]) -> str:
    agreed = len(overrides) - len(odd)
    besides = f"; {agreed:,} more as agreed" if agreed else ""
    return f"Overridden subscriptions, which don't follow their plan: {counted(len(odd), 'subscription')}{besides}."


def _lines(one: Document) -> Iterator[str]:
    yield f"  {one['subscription']} of {one['plan']}"
    yield from (f"    {said}" for said in _said(one))


def _said(one: Document) -> list[str]:
    said = [f"{each['path']} is {shown(each['after'])}, in the plan {shown(each['before'])}" for each in one["fields"]]
    return said or ["the same prices as its plan has now"]
