"""A plan as plain JSON data: what is saved, shown again, and handed to programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lago_gitops.core.assessment.change_class import ChangeClass, highest
from lago_gitops.core.assessment.guard import Policy, Requirement, Verdict
from lago_gitops.core.assessment.money_facts import money_facts
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import Unknown
from lago_gitops.core.comparison.organization_diff import Contrast, Difference
from lago_gitops.core.execution.announced import announced
from lago_gitops.core.execution.schedule import Schedule
from lago_gitops.core.identity import digest, money_digest
from lago_gitops.core.model.effects import Effect, distinct_subscriptions
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Create, Refusal
from lago_gitops.core.plan import Against, ChangePlan, Organization
from lago_gitops.core.policies.evaluation import Fired
from lago_gitops.core.saved_plan import FORMAT, sealed
from lago_gitops.render.impact.fees import fee_impact
from lago_gitops.render.plan.attribution import attributed
from lago_gitops.render.plan.change import action, change_document, field_document, place_document
from lago_gitops.render.plan.classes import MEASURES, classes_of, compared_prices, measures
from lago_gitops.render.plan.known import Known, known_changes
from lago_gitops.render.prices.documents import prices_document, read_prices
from lago_gitops.render.prices.model import PlanChange

__all__ = ["FORMAT", "Document", "action", "plan_document", "saved"]

Document = dict[str, Any]
MOST_ENDS_LISTED = 100  # deletes that end subscriptions
METRIC_FIELDS = (MEASURES, "recurring", "rounding_function", "rounding_precision")


def plan_document(plan: ChangePlan, kinds: Mapping[str, ResourceKind], impact: Document | None = None) -> Document:
    """Exact numbers are strings; whole resources are in manifest form, without Lago's defaults.

    `impact`: further parts of the impact besides fees, by name.
    """
    changes, metrics = known_changes(plan, kinds), measures(plan)
    compared = compared_prices(changes, metrics)
    prices = {id_: {"prices": prices_document(change)} for id_, change in compared.items() if change is not None}
    document: Document = {
        "format_version": FORMAT,
        "environment": plan.environment,
        **_digests(changes),
        "organization": _organization(plan.organization),
        "impact": {"fees": fee_impact(plan, kinds), **(impact or {})},
        "changes": list(_changes(plan, changes, compared, prices)),
        "metrics": _metrics(changes, prices, metrics),
        "guards": [_verdict(verdict) for verdict in plan.verdicts],
        "policies": [_policy(one) for one in plan.policies],
        "refusals": [_refusal(refusal) for refusal in plan.refusals],
        "unmanaged": [str(address) for address in plan.comparison.unmanaged],
        "unknown": [{"address": str(one.address), "field": one.field, "since": one.since} for one in _unknown(plan)],
    }
    document["summary"] = _summary(plan, document["changes"])
    if plan.against is not None:
        document["against"] = _against(plan.against)
    return document if plan.attribution is None else attributed(document, plan.attribution)


def _changes(
    plan: ChangePlan,
    changes: Sequence[Known],
    compared: Mapping[str, PlanChange | None],
    prices: Mapping[str, Document],
) -> Iterator[Document]:
    of = _whose(plan.schedule, changes)
    waits, after_ends = _order(plan.schedule, of)
    tasks: dict[str, list[Change]] = {}
    for id_, task in zip(of, plan.schedule.tasks, strict=True):
        tasks.setdefault(id_, []).append(task.change)
    for one, found in zip(changes, classes_of(changes, compared), strict=True):
        id_, change = one.id, one.change
        yield {
            "id": id_,
            **change_document(change, one.kind, one.name, one.amounts, priced=id_ in prices),
            **prices.get(id_, {}),
            **_users(plan, change),
            "requests": _requests(tasks[id_], one.kind, plan.comparison.server),
            "class": str(found.class_),
            "reasons": list(found.reasons),
            "effects": [_effect(effect) for effect in one.effects],
            "depends_on": sorted(waits.get(id_, ())),
            **({"after_ends": True} if id_ in after_ends else {}),
        }


def _digests(changes: Iterable[Known]) -> Document:
    return {
        "digest": digest((one.id, [effect.class_ for effect in one.effects]) for one in changes),
        "money_digest": money_digest(
            money_facts(one.change.address, one.name, one.effects, one.telling) for one in changes
        ),
    }


def _summary(plan: ChangePlan, changes: Iterable[Document]) -> Document:
    counts = plan.counts
    return {
        "create": counts.create,
        "update": counts.update,
        "delete": counts.delete,
        "unchanged": counts.unchanged,
        "guards_that_ask": sum(one.policy is Policy.ASK for one in plan.verdicts),
        "guards_that_refuse": sum(one.policy is Policy.REFUSE for one in plan.verdicts),
        "subscriptions": distinct_subscriptions(effect for each in plan.effects for effect in each),
        "class": highest(map(ChangeClass, {one["class"] for one in changes})),
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


def _metrics(
    changes: Iterable[Known], prices: Mapping[str, Document], metrics: Mapping[str, Mapping[str, Any]]
) -> Document:
    """Metrics of the prices shown, by code: rating usage requires them."""
    wanted = {charge["of"] for one in prices.values() for charge in one["prices"]["charges"]}
    for one in changes:
        if one.id in prices:
            charges = one.change.desired.fields.get("charges") or {}
            wanted |= {charge["billable_metric_code"] for charge in charges.values()}
    shown = sorted(wanted & metrics.keys())
    return {code: {name: metrics[code].get(name) for name in METRIC_FIELDS} for code in shown}


def _users(plan: ChangePlan, change: Change) -> Document:
    """How many live resources, by kind, will still refer to a resource that is changed or deleted: to one that is
    renamed by its new code."""
    referrers = plan.referrers.get(change.address)
    if not referrers or isinstance(change, Create):
        return {}
    kinds = [one.kind for one in referrers]
    return {"used_by": {kind: kinds.count(kind) for kind in sorted(set(kinds))}}


def _order(schedule: Schedule, of: Sequence[str]) -> tuple[dict[str, set[str]], frozenset[str]]:
    """By a change's id, where there are any, the changes that must come before it; and the changes that come after all
    ends of subscriptions without listing them: of many that would be their number squared. `of` whom each task is."""
    lists_ends = len(schedule.first) <= MOST_ENDS_LISTED
    waits: dict[str, set[str]] = {}
    for number, after in enumerate(schedule.after):
        others = after | schedule.first if lists_ends and number in schedule.last else after
        if others:
            waits.setdefault(of[number], set()).update([of[other] for other in others])
    after_ends = frozenset() if lists_ends else frozenset([of[number] for number in schedule.last])
    return {id_: others - {id_, ""} for id_, others in waits.items()}, after_ends


def _whose(schedule: Schedule, changes: Iterable[Known]) -> list[str]:
    """The id of each task's change; empty for what Lago does by itself."""
    ids = {one.change.address: one.id for one in changes}
    return [ids.get(task.change.address, "") for task in schedule.tasks]


def _requests(tasks: Iterable[Change], kind: ResourceKind, server: Server) -> list[str]:
    """In order, which can affect what is billed when."""
    return [request for one in tasks for request in announced(kind, one, server)]


def _unknown(plan: ChangePlan) -> Iterator[Unknown]:
    """Fields that are not sent, except those already named by effects of a change because they need a licence."""
    changed = {change.address for change in plan.changes}
    return (one for one in plan.comparison.unknown if one.since or one.address not in changed)


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
    return {
        "name": one.rule.name,
        "result": one.rule.result,
        "reason": one.reason,
        "addresses": [str(address) for address in one.addresses],
        "subscriptions": one.subscriptions,
        "source": place_document(one.rule.mark),
        "stands": one.stands,
        **({} if one.rule.requirement is None else {"require": _requirement(one.rule.requirement)}),
    }


def _requirement(wanted: Requirement) -> Document:
    return {"label": wanted.label, "approvers": list(wanted.approvers), "wait_s": wanted.wait_s}


def _effect(effect: Effect) -> Document:
    """Numbers are null when Lago doesn't tell them."""
    return {
        "class": str(effect.class_),
        "weight": str(effect.weight),
        "undo": str(effect.undo),
        "timing": None if effect.timing is None else str(effect.timing),
        "subscriptions": effect.subscriptions,
        "hits": [{"address": str(address), "subscriptions": number} for address, number in effect.hit],
        "sentence": effect.sentence,
    }


def _refusal(refusal: Refusal) -> Document:
    return {
        "address": str(refusal.address),
        "source": place_document(refusal.mark),
        "message": refusal.message,
        "ways_out": list(refusal.ways_out),
    }
