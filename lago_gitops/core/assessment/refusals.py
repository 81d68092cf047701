"""Changes that Lago would accept and ignore, and changes that a manifest forbids."""

from collections.abc import Iterable, Iterator, Mapping, Set

from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.plurals import in_words, listed
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, FieldChange, Refusal, Update
from lago_gitops.core.model.types import Lock

Kinds = Mapping[str, ResourceKind]


def locked_changes(change: Change) -> tuple[FieldChange, ...]:
    """The fields that Lago lets change only while the object is not in use."""
    return tuple(one for one in change.fields if one.lock is Lock.IN_USE) if isinstance(change, Update) else ()


def ignored_changes(changes: Iterable[Change], in_use: Set[Address], kinds: Kinds) -> Iterator[Refusal]:
    """Updates of objects in use, under their old code or the new one, whose locked fields Lago would not take."""
    for change in changes:
        locked = locked_changes(change)
        if locked and isinstance(change, Update) and not in_use.isdisjoint((change.address, change.live.address)):
            yield _ignored(change, locked, kinds[change.address.kind])


def impossible_changes(changes: Iterable[Change], kinds: Kinds) -> Iterator[Refusal]:
    """What Lago's API has no way to do."""
    for change in changes:
        kind, name = kinds[change.address.kind], in_words(change.address.kind)
        where, mark = change.address, change.desired.mark
        match change:
            case Delete() if kind.undeletable or kind.fixed:
                yield Refusal(where, mark, f"Lago's API can't delete a {name}", ("remove the manifest",))
            case Update() if any(one.lock is Lock.NEVER for one in change.fields):
                ways = ("keep the old code, or create another one beside it",)
                yield Refusal(where, mark, f"Lago can't rename a {name}", ways)
            case _:
                pass


def lacking_targets(compared: Comparison, kinds: Kinds, known: Set[Address]) -> Iterator[Refusal]:
    """What now refers to something that is neither there nor made by the same plan: it was not planned with it.

    `known` is what is there although it was not read.
    """
    made = {one.address for one in compared.changes if not isinstance(one, Delete)}
    gone = {one.live.address for one in compared.changes if not isinstance(one, Create)} - made
    there = (compared.live.keys() | made) - gone | known
    for change in compared.changes:
        object_ = kinds[change.address.kind].object
        had = {} if isinstance(change, Create) else change.live.fields
        new = {to for _, to in references(object_, change.desired.fields)} - {to for _, to in references(object_, had)}
        if new - there:
            message = f"it refers to {listed(sorted(new - there))}, which is neither in Lago nor in this plan"
            yield Refusal(change.address, change.desired.mark, message, ("include what it refers to in the plan",))


def forbidden_changes(changes: Iterable[Change], kinds: Kinds) -> Iterator[Refusal]:
    """Deletes and replacements of what a manifest protects."""
    for change in changes:
        if not change.desired.protect:
            continue
        match change:
            case Delete():
                yield _protected(change, "deleted")
            case Update() if replaced := tuple(one for one in change.fields if one.lock is Lock.REPLACE):
                item = _item(replaced[0], kinds[change.address.kind])
                yield _protected(change, f"changed in this way, which would replace {item}")
            case _:
                pass


def what_goes(going: Iterable[Desired]) -> Iterator[Refusal]:
    """What is wanted while Lago is about to delete it: it would still take a change, and then the object is gone."""
    for wanted in going:
        message = "Lago is still deleting it in the background; its code is taken until that is done"
        yield Refusal(wanted.address, wanted.mark, message, ("run plan again in a moment; it will then be recreated",))


def _ignored(change: Update, locked: tuple[FieldChange, ...], kind: ResourceKind) -> Refusal:
    names = ", ".join(one.where for one in locked)
    words = "is in use" if kind.use is None else kind.use.words
    name = in_words(kind.name)
    return Refusal(
        change.address,
        change.desired.mark,
        f"Lago would answer 200 and not change {names}: the {name} {words}",
        (
            f"set {names} back to what Lago has",
            f"give the new {name} a code of its own" if kind.use is None else kind.use.way_out,
            f"write `ignore: [{names}]` to keep the difference",
        ),
    )


def _item(replaced: FieldChange, kind: ResourceKind) -> str:
    """The nested item that a change in it replaces, in words: `privilege 'max'`."""
    root = next((nested.root for nested in kind.nested if nested.field == replaced.keys[0]), replaced.keys[0])
    return f"{in_words(root)} {replaced.keys[1]!r}"


def _protected(change: Change, what: str) -> Refusal:
    message = f"the manifest says `protect: true`, so it can't be {what}"
    return Refusal(change.address, change.desired.mark, message, ("remove `protect: true` in a separate change first",))
