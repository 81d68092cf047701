"""A plan as plain JSON data: what is saved, shown again, and handed to programs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from lago_gitops.core.assessment.change_class import Classified, PriceMove, classified, highest
from lago_gitops.core.assessment.guard import Policy, Requirement, Verdict
from lago_gitops.core.assessment.money_facts import money_facts
from lago_gitops.core.comparison.compare import Unknown
from lago_gitops.core.comparison.contrast import Contrast, Difference
from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.execution.announced import announced
from lago_gitops.core.identity import Named, digest, money_digest, named
from lago_gitops.core.model.canonical import plain
from lago_gitops.core.model.effects import Effect, Weight, distinct_subscriptions
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Change, Create, Delete, FieldChange, Refusal, Update
from lago_gitops.core.model.types import Lock
from lago_gitops.core.plan import Against, ChangePlan, Organization
from lago_gitops.core.policies.judging import Fired
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.core.saved_plan import FORMAT, sealed
from lago_gitops.kinds.own_prices import telling_fields
from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.render.impact.fees import fee_impact
from lago_gitops.render.plan.attribution import attributed
from lago_gitops.render.prices.amounts import amount_moves, amount_percents, percent_of, touches_prices
from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.documents import prices_document, read_prices
from lago_gitops.render.prices.model import PlanChange
from lago_gitops.render.prices.moves import own_price_moves, price_moves
from lago_gitops.render.prices.said import says

__all__ = ["FORMAT", "Document", "action", "plan_document", "saved"]

Document = dict[str, Any]
Telling = tuple[FieldChange, ...] | None
MEASURES = "aggregation_type"  # a field that shows how usage is aggregated
METRIC_FIELDS = (MEASURES, "recurring", "rounding_function", "rounding_precision")
PRICES_SHOWN = 200  # changes


def plan_document(plan: ChangePlan, kinds: Mapping[str, ResourceKind], impact: Document | None = None) -> Document:
    """Exact numbers are strings; whole resources are in manifest form, without Lago's defaults.

    `impact`: further parts of the impact besides fees, by name.
    """
    names = [named(change) for change in plan.changes]
    ids, telling = [one.id for one in names], [telling_fields(change) for change in plan.changes]
    waits = _waits(plan, ids)
    compared, sent, users = compared_prices(plan, kinds, ids), _requests(plan, kinds), _users(plan)
    prices = {id_: {"prices": prices_document(change)} for id_, change in compared.items() if change is not None}
    classes = list(classes_of(plan, kinds, ids, compared, telling))
    document: Document = {
        "format_version": FORMAT,
        "environment": plan.environment,
        **_digests(plan, ids, telling),
        "organization": _organization(plan.organization),
        "impact": {"fees": fee_impact(plan, kinds), **(impact or {})},
        "changes": [
            {
                "id": name.id,
                **_change(change, kinds[change.address.kind], name, priced=name.id in prices),
                **prices.get(name.id, {}),
                **users.get(change.address, {}),
                "requests": sent[change.address],
                "class": found.class_,
                "reasons": [one.words for one in found.reasons],
                "effects": [_effect(effect) for effect in effects],
                "depends_on": sorted(waits[name.id]),
            }
            for name, change, effects, found in zip(names, plan.changes, plan.effects, classes, strict=True)
        ],
        "metrics": _metrics(plan, prices, ids),
        "guards": [_verdict(verdict) for verdict in plan.verdicts],
        "policies": [_policy(one) for one in plan.policies],
        "refusals": [_refusal(refusal) for refusal in plan.refusals],
        "unmanaged": [str(address) for address in plan.comparison.unmanaged],
        "unknown": [{"address": str(one.address), "field": one.field, "since": one.since} for one in _unknown(plan)],
        "summary": _summary(plan, classes),
    }
    if plan.against is not None:
        document["against"] = _against(plan.against)
    return document if plan.attribution is None else attributed(document, plan.attribution)


def _digests(plan: ChangePlan, ids: Sequence[str], telling: Iterable[Telling]) -> Document:
    facts = (money_facts(*each) for each in zip(plan.changes, ids, plan.effects, telling, strict=True))
    return {
        "digest": digest(zip(ids, ([one.class_ for one in each] for each in plan.effects), strict=True)),
        "money_digest": money_digest(facts),
    }


def _summary(plan: ChangePlan, classes: Iterable[Classified]) -> Document:
    counts = plan.counts
    return {
        "create": counts.create,
        "update": counts.update,
        "delete": counts.delete,
        "unchanged": counts.unchanged,
        "guards_that_ask": sum(one.policy is Policy.ASK for one in plan.verdicts),
        "guards_that_refuse": sum(one.policy is Policy.REFUSE for one in plan.verdicts),
        "subscriptions": distinct_subscriptions(effect for each in plan.effects for effect in each),
        "class": highest(one.class_ for one in classes),
    }


def shown_again(document: Document) -> Document:
    """A saved plan in the form of this release; prices saved in another form by an older one are left out."""
    return {**document, "changes": [_without_foreign_prices(change) for change in document["changes"]]}


def _without_foreign_prices(change: Document) -> Document:
    try:
        if "prices" in change:
            read_prices(change["prices"])
    except (KeyError, TypeError, ValueError):
        return {name: value for name, value in change.items() if name != "prices"}
    return change


def saved(document: Document, about: Mapping[str, str]) -> Document:
    """The plan as a sealed file, with `tool`, `commit`, `created_at` and `expires_at`."""
    return sealed({**document, **about})


def _organization(organization: Organization) -> Document:
    return {
        "url": organization.url,
        "lago_id": organization.lago_id,
        "slug": organization.slug,
        "name": organization.name,
        "version": organization.version,
    }


def _against(against: Against) -> Document:
    """`settled` is what differs now, but no longer once the plan is applied."""
    left = {one.address for one in against.after}
    return {
        "environment": against.environment,
        "organization": _organization(against.organization),
        "same": against.same,
        "settled": [str(one.address) for one in against.now if one.address not in left],
        "differences": [_difference(one) for one in against.after],
    }


def _difference(one: Difference) -> Document:
    fields = [_contrast(each) for each in one.fields]
    return {"address": str(one.address), "lack": one.lack, "is_meant": one.is_meant, "fields": fields}


def _contrast(one: Contrast) -> Document:
    found = field_document(one.field)
    return {"path": found["path"], "here": found["after"], "there": found["before"], "is_meant": one.is_meant}


def compared_prices(
    plan: ChangePlan, kinds: Mapping[str, ResourceKind], ids: Iterable[str]
) -> dict[str, PlanChange | None]:
    """Price changes by id of the change; only for the gravest and largest changes, since it takes a while."""
    metrics = _measures(plan)
    priced = [
        (-gravity(effects), -_size(one), id_, one)
        for id_, one, effects in zip(ids, plan.changes, plan.effects, strict=True)
        if not isinstance(one, Delete) and kinds[one.address.kind].shows_prices(one) and touches_prices(one)
    ]
    priced.sort(key=itemgetter(0, 1))
    found: dict[str, PlanChange | None] = {}
    for *_, id_, one in priced[:PRICES_SHOWN]:
        before = one.live.fields if isinstance(one, Update) else None
        found[id_] = price_changes(before, one.desired.fields, metrics, _replaced(one))
    return found


def _size(change: Create | Update) -> Decimal:
    """Of the amount that changes most, in per cent; what only a comparison tells comes before any amount."""
    if isinstance(change, Create):
        return ZERO
    if amount_moves(change) is None:
        return FROM_NOTHING
    return max((FROM_NOTHING if one is None else abs(one) for one in amount_percents(change)), default=ZERO)


def classes_of(
    plan: ChangePlan,
    kinds: Mapping[str, ResourceKind],
    ids: Iterable[str],
    compared: Mapping[str, PlanChange | None],
    telling: Iterable[Telling],
) -> Iterator[Classified]:
    """The class of each change. `telling`: of each the fields that are more than a name."""
    for id_, change, effects, fields in zip(ids, plan.changes, plan.effects, telling, strict=True):
        own = tuple(own_price_moves(change))
        is_priced = kinds[change.address.kind].shows_prices(change)
        moves = _moves(compared, id_, change, own) if is_priced and isinstance(change, Update) else own
        yield classified(change, effects, moves, is_cosmetic=fields == ())


def _moves(
    compared: Mapping[str, PlanChange | None], id_: str, change: Update, own: tuple[PriceMove, ...]
) -> tuple[PriceMove, ...] | None:
    """None for changes beyond the number that is compared, unless their amounts tell it."""
    if id_ not in compared:
        amounts = amount_moves(change)
        return None if amounts is None else (*amounts, *own)
    found = compared[id_]
    return own if found is None else (*price_moves(found), *own)


def _metrics(plan: ChangePlan, prices: Mapping[str, Document], ids: Iterable[str]) -> Document:
    """Metrics of the prices shown, by code: rating usage requires them."""
    wanted = {charge["of"] for one in prices.values() for charge in one["prices"]["charges"]}
    for id_, change in zip(ids, plan.changes, strict=True):
        if id_ in prices and isinstance(change, Create | Update):
            wanted |= {one["billable_metric_code"] for one in (change.desired.fields.get("charges") or {}).values()}
    known = _measures(plan) if wanted else {}
    return {code: {name: known[code].get(name) for name in METRIC_FIELDS} for code in sorted(wanted & known.keys())}


def _users(plan: ChangePlan) -> dict[Address, Document]:
    """How many live resources, by kind, will still refer to a resource that is changed or deleted."""
    changed = {one.live.address: one.address for one in plan.changes if not isinstance(one, Create)}
    return {
        address: {"used_by": dict(sorted(Counter(one.kind for one in plan.referrers[target]).items()))}
        for old, address in changed.items()
        for target in {old, address} & plan.referrers.keys()
    }


def _measures(plan: ChangePlan) -> dict[str, Mapping[str, Any]]:
    """The metrics that exist once the plan is applied, by code."""
    found = {one.address.key: one.fields for one in plan.comparison.live.values() if MEASURES in one.fields}
    return found | {one.address.key: one.desired.fields for one in plan.changes if MEASURES in one.desired.fields}


def gravity(effects: Iterable[Effect]) -> int:
    """How much attention a change needs: 0 for none, more for worse."""
    return max((tuple(Weight).index(one.weight) + 1 for one in effects), default=0)


def _replaced(change: Change) -> dict[tuple[str, str], tuple[str, ...]]:
    """Charges that Lago can't change in place, each with the fields that prevent it."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in change.fields if isinstance(change, Update) else ():
        if one.lock is Lock.REPLACE and len(one.keys) > 2:
            charge = one.keys[0], one.keys[1]
            found[charge] = (*found.get(charge, ()), one.keys[2])
    return found


def _waits(plan: ChangePlan, ids: list[str]) -> dict[str, set[str]]:
    """For each change, the changes that must come before it."""
    names = {change.address: id_ for change, id_ in zip(plan.changes, ids, strict=True)}
    waits: dict[str, set[str]] = {id_: set() for id_ in ids}
    for task, after in zip(plan.schedule.tasks, plan.schedule.after, strict=True):
        addresses = (plan.schedule.tasks[other].change.address for other in after)
        if mine := names.get(task.change.address):
            waits[mine] |= {names[address] for address in addresses if address in names} - {mine}
    return waits


def _requests(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> dict[Address, list[str]]:
    """The requests of each change, in order: the order can affect what is billed when."""
    found: dict[Address, list[str]] = {}
    for task in plan.schedule.tasks:
        kind, change = kinds[task.change.address.kind], task.change
        found.setdefault(change.address, []).extend(announced(kind, change, plan.comparison.server))
    return found


def action(change: Change) -> str:
    return type(change).__name__.lower()


def _unknown(plan: ChangePlan) -> Iterator[Unknown]:
    """Fields that are not sent, except those already named by effects of a change because they need a licence."""
    changed = {change.address for change in plan.changes}
    return (one for one in plan.comparison.unknown if one.since or one.address not in changed)


def _change(change: Change, kind: ResourceKind, name: Named, *, priced: bool) -> Document:
    mark = change.desired.mark
    about: Document = {
        "address": str(change.address),
        "kind": change.address.kind,
        "key": change.address.key,
        "action": action(change),
        "name": _name(change),
        "source": {"path": mark.source, "line": mark.line, "column": mark.column},
    }
    if name.before is not None:
        about["before_fingerprint"] = name.before
    match change:
        case Create(desired):
            return about | {"after": _json(manifest_form(kind.object, desired.fields))}
        case Update():
            renamed = {} if change.live.address == change.address else {"previous_key": change.live.address.key}
            currency = change.desired.fields.get("amount_currency")
            whole = _both(change, kind) if priced else {}
            return (
                about
                | renamed
                | {"fields": [_field(one, currency, kind, priced=priced) for one in change.fields]}
                | whole
            )
        case Delete(_, live):
            return about | {"before": _json(manifest_form(kind.object, live.fields))}


def _name(change: Change) -> str:
    """What people call it; empty where it has no name."""
    fields = change.live.fields if isinstance(change, Delete) else change.desired.fields
    return str(fields.get("name") or "")


def _both(change: Update, kind: ResourceKind) -> Document:
    """Resources with prices are also included as a whole, so that any usage can be rated on both sides."""
    sides = {"before": change.live.fields, "after": change.desired.fields}
    return {name: _json(manifest_form(kind.object, fields)) for name, fields in sides.items()}


def _field(change: FieldChange, currency: str | None, kind: ResourceKind, *, priced: bool) -> Document:
    """`percent` is there for amounts of a plan that were more than nothing."""
    moved = percent_of(change) if kind.is_priced else None
    return field_document(change, currency, priced=priced) | ({} if moved is None else {"percent": plain(moved)})


def field_document(change: FieldChange, currency: str | None = None, *, priced: bool = False) -> Document:
    """`currency` is set for amounts in its cents, `in_prices` when the change's `prices` say the same in words."""
    found = {"path": change.where, "before": _side(change, change.before), "after": _side(change, change.after)}
    money = {"currency": currency} if currency and str(change.keys[-1]).endswith("_cents") else {}
    return found | money | ({"in_prices": True} if priced and says(change.keys) else {})


def _side(change: FieldChange, value: Any) -> Any:
    """A whole item in manifest form: without unset fields."""
    if change.item is None or value is None:
        return _plain(value)
    return _json(manifest_form(change.item, value, change.scope))


def _verdict(verdict: Verdict) -> Document:
    return {
        "waiver": verdict.waiver,
        "policy": verdict.policy,
        "reason": verdict.reason,
        "addresses": [str(address) for address in verdict.addresses],
        "subscriptions": verdict.subscriptions,
    }


def _policy(one: Fired) -> Document:
    """`require` is set for policies that require an approval, or a waiting time."""
    mark = one.rule.mark
    return {
        "name": one.rule.name,
        "result": one.rule.result,
        "reason": one.reason,
        "addresses": [str(address) for address in one.addresses],
        "subscriptions": one.subscriptions,
        "source": {"path": mark.source, "line": mark.line, "column": mark.column},
        "stands": one.stands,
        **({} if one.rule.requirement is None else {"require": _requirement(one.rule.requirement)}),
    }


def _requirement(wanted: Requirement) -> Document:
    return {"label": wanted.label, "approvers": list(wanted.approvers), "wait_s": wanted.wait_s}


def _effect(effect: Effect) -> Document:
    """Numbers are null when Lago doesn't tell them."""
    return {
        "class": effect.class_,
        "weight": effect.weight,
        "undo": effect.undo,
        "timing": effect.timing,
        "subscriptions": effect.subscriptions,
        "hits": [{"address": str(address), "subscriptions": number} for address, number in effect.hit],
        "sentence": effect.sentence,
    }


def _refusal(refusal: Refusal) -> Document:
    return {
        "address": str(refusal.address),
        "source": {"path": refusal.mark.source, "line": refusal.mark.line, "column": refusal.mark.column},
        "message": refusal.message,
        "ways_out": list(refusal.ways_out),
    }


def _plain(value: Any) -> Any:
    """Canonical values as JSON. A map of maps is a keyed list, and a list in JSON too: its keys may not be strings."""
    match value:
        case str() | int() | None:  # most are, and to find out whether something is a mapping takes longest
            return value
        case Mapping() if value and all(isinstance(item, Mapping) for item in value.values()):
            return [_plain(item) for item in value.values()]
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case _:
            return _json(value)


def _json(value: Any) -> Any:
    """Values in manifest form as JSON."""
    match value:
        case str() | int() | None:
            return value
        case Decimal():
            return plain(value)
        case Mapping():
            return {str(key): _json(item) for key, item in value.items()}
        case tuple() | list():
            return [_json(item) for item in value]
        case _:
            return value
