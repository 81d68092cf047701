"""The effects of changes of webhook endpoints."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.resources import Change, Create, Delete, Refusal

LIMIT = 10  # of endpoints an organization; recorded: hook-10


def loses_deliveries(change: Change, _: Situation) -> Iterator[Effect]:
    if isinstance(change, Delete):
        sentence = "its delivery log is deleted, too"
        yield Effect(EffectClass.CASCADES, Weight.WARNING, Undo.IRREVERSIBLE, sentence)


def fits_the_limit(change: Change, situation: Situation) -> Iterator[Refusal]:
    """Deletes are done before creates, so what counts is how many there are afterwards."""
    if not isinstance(change, Create):
        return
    kind = change.address.kind
    mine = [one for one in situation.changes if one.address.kind == kind]
    created = [one.address for one in mine if isinstance(one, Create)]
    there = sum(address.kind == kind for address in situation.live) - sum(isinstance(one, Delete) for one in mine)
    if there + created.index(change.address) >= LIMIT:
        message = f"Lago allows {LIMIT} webhook endpoints, but there would be {there + len(created)}"
        yield Refusal(change.address, change.desired.mark, message, ("delete another one: state: absent",))


WEBHOOK_EFFECTS = (loses_deliveries, fits_the_limit)
