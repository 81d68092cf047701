"""What a plan asks Lago besides its lists: whether it has a licence, who is subscribed, and what was ever used."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lago_gitops.core.assessment.queries import audience_query, count_queries
from lago_gitops.core.assessment.refusals import locked_changes
from lago_gitops.core.assessment.unavailable import Why
from lago_gitops.core.comparison.abilities.licence import asks_for_licence, licensed
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.audience import NO_AUDIENCE, Audience, Number
from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.kind import CountedUse
from lago_gitops.core.model.resources import Address, Desired, Live, Update
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.http.events import untracked
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.reading.audience import read_audience
from lago_gitops.lago.reading.in_use import counts, in_use
from lago_gitops.lago.reading.licence import has_licence
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.lago.reading.unsupported_variant import unsupported_variants

SUBSCRIBED = next(kind for kind in KINDS.values() if kind.is_subscribed)


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask what depends on the changes: the number of subscribers, and what was ever used."""

    counts: Callable[[Comparison], Mapping[Address, Mapping[str, Number]]]
    in_use: Callable[[Comparison], frozenset[Address]]
    audience: Callable[[Comparison], Audience]
    unsupported_variants: Callable[[Comparison], frozenset[str]]
    sees_all: bool = True  # external resources, too
    tell: Callable[[str], None] = untracked


@dataclass(frozen=True, slots=True)
class Answers:
    counts: Mapping[Address, Mapping[str, Number]]
    in_use: frozenset[Address]
    audience: Audience
    unsupported_variants: frozenset[str]


def asking_lago(client: Reader, server: Server, tell: Callable[[str], None]) -> Asking:
    return Asking(
        partial(_counts, client=client),
        partial(_in_use, client=client),
        partial(_audience, client=client, server=server),
        lambda compared: unsupported_variants(client, compared.changes, KINDS.values(), server),
        tell=tell,
    )


def asking_nobody(audience: Audience) -> Asking:
    """Without Lago: subscriptions are known only as given, and nothing else is."""
    return Asking(lambda _: {}, lambda _: frozenset(), lambda _: audience, lambda _: frozenset(), sees_all=False)


def answers(compared: Comparison, asking: Asking) -> Answers:
    """All questions are asked at the same time, since none depends on another."""
    with threads(4, "asking") as pool:
        counts, in_use = pool.submit(asking.counts, compared), pool.submit(asking.in_use, compared)
        audience, sorts = pool.submit(asking.audience, compared), pool.submit(asking.unsupported_variants, compared)
        return Answers(counts.result(), in_use.result(), audience.result(), sorts.result())


def asked_for_licence(inventory: Inventory, written: Iterable[Desired], client: Reader) -> Inventory:
    """Whether Lago has a licence, asked only if a manifest needs one; if it doesn't say, its resources may tell."""
    licence = None
    if Why.LICENCE in inventory.unavailable.values():
        licence = False
    elif any(_depends_on_licence(one, inventory) for one in written):
        licence = has_licence(client)
        if licence is None and any(_shows_licence(one) for one in inventory.live.values()):
            licence = True
    return replace(inventory, server=replace(inventory.server, licence=licence))


def may_depend_on_licence(wanted: Desired) -> bool:
    """Whether the result for this manifest may depend on a licence; for others there is no need to ask."""
    kind = KINDS[wanted.address.kind]
    return kind.gate is not None or asks_for_licence(kind.object, wanted.fields)


def _shows_licence(live: Live) -> bool:
    """Whether it has something that requires a licence. Defaults of the organization itself aren't known."""
    kind = KINDS[live.address.kind]
    return not kind.fixed and any(licensed(kind.object, live.fields))


def _depends_on_licence(wanted: Desired, inventory: Inventory) -> bool:
    kind = KINDS[wanted.address.kind]
    is_new = not wanted.absent and wanted.address not in inventory.live
    is_gated = kind.gate is not None and not (kind.gate.until and inventory.server.has(kind.gate.until))
    return asks_for_licence(kind.object, wanted.fields) or (is_gated and is_new)


def _audience(compared: Comparison, client: Reader, server: Server) -> Audience:
    """Who is subscribed to changed resources, and to others that the changes affect."""
    wanted = audience_query(compared.changes, compared.live, KINDS)
    return NO_AUDIENCE if wanted is None else read_audience(client, wanted, SUBSCRIBED, server)


def _counts(compared: Comparison, client: Reader) -> Mapping[Address, Mapping[str, Number]]:
    """Lago's counts of applied discounts among the changes."""
    asked: dict[str, tuple[Count, list[Live]]] = {}
    for live, of in count_queries(compared.changes, KINDS):
        asked.setdefault(f"{live.address.kind} {of.name}", (of, []))[1].append(live)
    numbers: dict[Address, dict[str, Number]] = {}
    for of, those in asked.values():
        for live, number in zip(those, counts(client, of, those), strict=True):
            numbers.setdefault(live.address, {})[of.name] = number
    return numbers


def _in_use(compared: Comparison, client: Reader) -> frozenset[Address]:
    """What was ever used, among resources for which it matters."""
    locked: dict[str, list[Live]] = {}
    for change in compared.changes:
        if isinstance(change, Update) and locked_changes(change):
            locked.setdefault(change.address.kind, []).append(change.live)
    uses = ((KINDS[kind].use, those) for kind, those in locked.items())
    return frozenset().union(*(in_use(client, use, those) for use, those in uses if isinstance(use, CountedUse)))
