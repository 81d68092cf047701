"""A plan in the order of a reviewer's questions: what happens, what it costs, who is affected, what it needs."""

from collections.abc import Iterator, Sequence

from lago_gitops.core.model.effects import EffectClass, Undo, Weight, gravest
from lago_gitops.core.model.resources import Address
from lago_gitops.render.impact.words import sections
from lago_gitops.render.plan.against import contrasted
from lago_gitops.render.plan.attribution import base_words
from lago_gitops.render.plan.guards import guard_reasons
from lago_gitops.render.plan.policies import VERBS, answer, names_standing, policies_of
from lago_gitops.render.plan.text import change_lines, class_reason
from lago_gitops.render.prices.documents import read_prices
from lago_gitops.render.review.model import (
    HITS,
    Approval,
    Document,
    Mood,
    PolicyShown,
    RefusedChange,
    Review,
    ReviewedChange,
    ReviewedEffect,
    place,
)
from lago_gitops.render.review.verdict import verdict


def review(document: Document) -> Review:
    """What a plan document tells a reviewer. Raises KeyError when it is not a plan."""
    items = sorted((_item(change) for change in document["changes"]), key=_order)
    return Review(
        verdict=verdict(document, items),
        mood=_mood(document, items),
        environment=document["environment"],
        organization=document["organization"],
        digest=document["digest"],
        counts=document["summary"],
        items=tuple(items),
        approvals=tuple(_approvals(document)),
        policies=tuple(map(_policy, policies_of(document))),
        refusals=tuple(refused(refusal) for refusal in document["refusals"]),
        unmanaged=tuple(document["unmanaged"]),
        unknown=tuple(_unknown(one) for one in document["unknown"]),
        base=base_words(document),
        impact=tuple(sections(document["impact"])) if "impact" in document else (),
        against=contrasted(document),
        class_=document["summary"]["class"] or "",
        class_reason=class_reason(document) if items else "",
    )


def reviewed(document: Document) -> tuple[ReviewedChange, ...]:
    """The changes in the document's order: to sort them by weight takes longer than to read them."""
    return tuple(map(_item, document["changes"]))


def first_line(document: Document, items: Sequence[ReviewedChange]) -> tuple[str, Mood]:
    """The verdict alone, which doesn't depend on the order of the items."""
    return verdict(document, items), _mood(document, items)


def change_text(item: ReviewedChange) -> str:
    """A change in the terminal's form, without its effects."""
    return "\n".join(change_lines(item.change, item.prices, lambda text, _: text))


def _item(change: Document) -> ReviewedChange:
    effects = tuple(_effects(change))
    prices = read_prices(change["prices"]) if "prices" in change else None
    return ReviewedChange(
        address=change["address"],
        kind=change["kind"],
        key=change["key"],
        action=change["action"],
        gravity=gravest(one.weight for one in effects),
        effects=effects,
        prices=prices,
        change=change,
    )


def _order(item: ReviewedChange) -> tuple[int, bool, float]:
    """Gravest first, then items with prices, by the size of their change."""
    return -item.gravity, item.prices is None, -max((row.size for row in item.price_rows), default=0.0)


def _effects(change: Document) -> Iterator[ReviewedEffect]:
    for one in change["effects"]:
        yield ReviewedEffect(
            address=change["address"],
            weight=Weight(one["weight"]),
            sentence=one["sentence"],
            undo=Undo(one["undo"]),
            hits=one["class"] in HITS,
            bills=one["class"] == EffectClass.CHANGES_BILLS,
            deletes=one["class"] == EffectClass.DELETES,
            timing=one.get("timing"),
            hit=tuple([(_address(hit["address"]), hit["subscriptions"]) for hit in one.get("hits", ())]),
        )


def _approvals(document: Document) -> Iterator[Approval]:
    standing = names_standing(document)
    guards = [one for one in document["guards"] if one["waiver"] not in standing]
    for guard, reason in zip(guards, guard_reasons(document, guards), strict=True):
        yield Approval(guard["waiver"], guard["policy"] == "ask", reason, tuple(guard["addresses"]))


def _policy(one: Document) -> PolicyShown:
    verb, addresses = VERBS[one["result"]], tuple(one["addresses"])
    return PolicyShown(one["name"], verb, one["stands"], one["reason"], addresses, answer(one))


def refused(refusal: Document) -> RefusedChange:
    return RefusedChange(refusal["address"], place(refusal["source"]), refusal["message"], tuple(refusal["ways_out"]))


def _unknown(one: Document) -> str:
    since = f"it needs Lago {one['since']}" if one["since"] else "it needs a licence"
    return f"{one['address']}: {one['field']} is not sent: {since}"


def _mood(document: Document, items: Sequence[ReviewedChange]) -> Mood:
    if document["refusals"]:
        return Mood.STOPPED
    if not items:
        return Mood.QUIET
    gravest = max(item.gravity for item in items)
    if gravest == Weight.DANGER.gravity or any(guard["policy"] == "refuse" for guard in document["guards"]):
        return Mood.DANGER
    return Mood.CAUTION if gravest == Weight.WARNING.gravity or document["guards"] else Mood.FINE


def _address(text: str) -> Address:
    """An address as documents write it."""
    kind, _, key = text.partition("/")
    return Address(kind, key)
