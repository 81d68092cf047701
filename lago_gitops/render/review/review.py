"""A plan in the order of a reviewer's questions: what happens, what it costs, who is affected, what it needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from lago_gitops.core.model.effects import EffectClass, Undo, Weight, distinct
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Address
from lago_gitops.render.impact.words import fee_words, sections, usage_words
from lago_gitops.render.plan.against import contrasted
from lago_gitops.render.plan.attribution import base_words, origin_words
from lago_gitops.render.plan.policies import VERBS, answer, names_standing, policies_of
from lago_gitops.render.plan.text import change_lines, class_reason
from lago_gitops.render.prices.documents import read_prices
from lago_gitops.render.review.model import (
    GRAVITY,
    Approval,
    Document,
    Effect,
    Item,
    Mood,
    PolicyShown,
    RefusedChange,
    Review,
)
from lago_gitops.render.review.rows import directions, price_rows

_HITS: Final = {
    EffectClass.CHANGES_BILLS,
    EffectClass.ENDS_SUBSCRIPTIONS,
    EffectClass.MOVES_SUBSCRIBERS,
    EffectClass.ENDS_DISCOUNTS,
    EffectClass.LOSES_USAGE,
    EffectClass.LEAVES_OUT,
    EffectClass.BILLS_TWICE,
    EffectClass.CANCELS_DOWNGRADES,
    EffectClass.CHANGES_TERMS,
    EffectClass.CHANGES_ENTITLEMENTS,
}
_INVOICES: Final = {EffectClass.INVOICES_NOW, EffectClass.ENDS_SUBSCRIPTIONS, EffectClass.MOVES_SUBSCRIBERS}
_UNDO: Final = {
    Undo.REVERSIBLE.value: "can be undone",
    Undo.LOSSY.value: "reverting doesn't undo all of it",
    Undo.IRREVERSIBLE.value: "can't be undone",
}


def review(document: Document) -> Review:
    """What a plan document tells a reviewer. Raises KeyError when it is not a plan."""
    items = sorted((_item(change) for change in document["changes"]), key=_order)
    return Review(
        verdict=_verdict(document, items),
        mood=_mood(document, items),
        environment=document["environment"],
        organization=document["organization"],
        digest=document["digest"],
        counts=document["summary"],
        items=tuple(items),
        approvals=tuple(_approvals(document)),
        policies=tuple(map(_policy, policies_of(document))),
        refusals=tuple(_refusal(refusal) for refusal in document["refusals"]),
        unmanaged=tuple(document["unmanaged"]),
        unknown=tuple(_unknown(one) for one in document["unknown"]),
        base=base_words(document),
        impact=tuple(sections(document["impact"])) if "impact" in document else (),
        against=contrasted(document),
        class_=document["summary"]["class"] or "",
        class_reason=class_reason(document) if items else "",
    )


def change_text(item: Item) -> str:
    """A change in the terminal's form, without its effects."""
    return "\n".join(change_lines({**item.change, "effects": []}, lambda text, _: text))


def _item(change: Document) -> Item:
    effects = tuple(_effects(change))
    prices = read_prices(change["prices"]) if "prices" in change else None
    return Item(
        address=change["address"],
        kind=change["kind"],
        key=change["key"],
        name=prices.name if prices else change.get("after", {}).get("name") or "",
        action=change["action"],
        place=_place(change["source"]),
        origin=origin_words(change),
        gravity=max((GRAVITY[one.weight] for one in effects), default=0),
        effects=effects,
        prices=prices,
        change=change,
    )


def _order(item: Item) -> tuple[int, bool, float]:
    """Gravest first, then items with prices, by the size of their change."""
    moved = (row.size for row in price_rows(item.prices)) if item.prices else ()
    return -item.gravity, item.prices is None, -max(moved, default=0.0)


def _effects(change: Document) -> Iterator[Effect]:
    for one in change["effects"]:
        yield Effect(
            address=change["address"],
            weight=Weight(one["weight"]),
            sentence=one["sentence"],
            undo=Undo(one["undo"]),
            hits=one["class"] in _HITS,
            bills=one["class"] == EffectClass.CHANGES_BILLS,
        )


def _approvals(document: Document) -> Iterator[Approval]:
    """A reason that is also an effect is shortened: the effects have it in full."""
    sentences = {effect["sentence"] for change in document["changes"] for effect in change["effects"]}
    standing = names_standing(document)
    for guard in (one for one in document["guards"] if one["waiver"] not in standing):
        reason = guard["reason"].partition(": ")[0] if guard["reason"] in sentences else guard["reason"]
        yield Approval(guard["waiver"], guard["policy"] == "ask", reason, tuple(guard["addresses"]))


def _policy(one: Document) -> PolicyShown:
    verb, addresses = VERBS[one["result"]], tuple(one["addresses"])
    return PolicyShown(one["name"], verb, one["stands"], one["reason"], addresses, answer(one))


def _refusal(refusal: Document) -> RefusedChange:
    return RefusedChange(refusal["address"], _place(refusal["source"]), refusal["message"], tuple(refusal["ways_out"]))


def _unknown(one: Document) -> str:
    since = f"it needs Lago {one['since']}" if one["since"] else "it needs a licence"
    return f"{one['address']}: {one['field']} is not sent: {since}"


def _place(source: Document) -> str:
    return f"{source['path']}:{source['line']}"


def _mood(document: Document, items: Sequence[Item]) -> Mood:
    if document["refusals"]:
        return Mood.STOPPED
    if not items:
        return Mood.QUIET
    gravest = max(item.gravity for item in items)
    if gravest == GRAVITY[Weight.DANGER] or any(guard["policy"] == "refuse" for guard in document["guards"]):
        return Mood.DANGER
    return Mood.CAUTION if gravest == GRAVITY[Weight.WARNING] or document["guards"] else Mood.FINE


# The verdict --------------------------------------------------------------------------------------------------------


def _verdict(document: Document, items: Sequence[Item]) -> str:
    if document["refusals"]:
        refused = counted(len(document["refusals"]), "change")
        return f"Can't be applied: {refused} would not do what the manifests say"
    if not items:
        return "No changes: Lago matches the manifests"
    said = "; ".join(_parts(document, items))
    return said[0].upper() + said[1:]


def _parts(document: Document, items: Sequence[Item]) -> Iterator[str]:
    yield _what(items) or _numbers(document["summary"])
    yield from _people(document, items)
    if said := usage_words(document.get("impact", {}).get("usage")):
        yield said
    classes = {one["class"] for change in document["changes"] for one in change["effects"]}
    if classes & _HITS:
        yield "invoices are created at once" if classes & _INVOICES else "nothing is invoiced now"
    undo = {effect.undo for item in items for effect in item.effects}
    yield _UNDO[max(undo, key=tuple(Undo).index)] if undo else _UNDO[Undo.REVERSIBLE]


def _what(items: Iterable[Item]) -> str:
    """Prices that rise and fall; empty if no existing plan changes its prices."""
    changed = [directions(item.prices) for item in items if item.prices and item.action == "update"]
    rises, falls = (sum(one[side] for one in changed) for side in (0, 1))
    said = [f"{counted(rises, 'price')} {'rises' if rises == 1 else 'rise'}"] if rises else []
    said += [f"{falls:,} {'falls' if falls == 1 else 'fall'}" if rises else _falls(falls)] if falls else []
    return ", ".join(said)


def _falls(number: int) -> str:
    return f"{counted(number, 'price')} {'falls' if number == 1 else 'fall'}"


def _numbers(summary: Mapping[str, int]) -> str:
    words = (("create", "to create"), ("update", "to change"), ("delete", "to delete"))
    return ", ".join(f"{summary[name]:,} {said}" for name, said in words if summary[name])


def _people(document: Document, items: Sequence[Item]) -> Iterator[str]:
    """Whose bills change, by how much if that is certain, and the gravest other effect on people."""
    number = _billed(document)
    if number is None or number:
        verb = "changes" if number == 1 else "change"
        whose = "the bill of 1 subscription" if number == 1 else f"the bills of {counted(number, 'subscription')}"
        yield f"{whose} {verb}{_fees(document)}"
    hits = [
        effect
        for item in items
        for effect in item.effects
        if effect.hits and effect.weight is not Weight.NOTE and not (effect.bills and number != 0)
    ]
    if hits:
        first, *others = sorted(hits, key=lambda one: -GRAVITY[one.weight])
        more = f" (and {len(others):,} more)" if others else ""
        yield first.sentence.partition(": ")[0] + more


def _billed(document: Document) -> int | None:
    """Distinct subscriptions whose bills change; None when that isn't known."""
    return distinct(
        (_address(hit["address"]), hit["subscriptions"])
        for change in document["changes"]
        for effect in change["effects"]
        if effect["class"] == EffectClass.CHANGES_BILLS
        for hit in effect.get("hits", ())
    )


def _address(text: str) -> Address:
    """An address as documents write it."""
    kind, _, key = text.partition("/")
    return Address(kind, key)


def _fees(document: Document) -> str:
    """`, fees by +€1,200.00 a month`: empty if nothing is certain."""
    said = fee_words(document["impact"]["fees"]) if "impact" in document else ""
    return f", fees by {said}" if said else ""
