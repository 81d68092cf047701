"""Usage thresholds of a plan, which take a licence and progressive billing."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.http.params import Schema, scalars
from lago_gitops.sandbox.base.values.casts import blank, boolean, integer, text
from lago_gitops.sandbox.base.world import World, new_id

SCHEMA: Schema = scalars(("id", "amount_cents", "threshold_display_name", "recurring"))


def written(world: World, old: list[Doc], items: list[Doc]) -> list[Doc]:
    """All of them with new ids; before 1.44, those with a known id or amount keep theirs.

    Refuses thresholds without an amount.
    """
    if any(blank(item.get("amount_cents")) for item in items):
        raise invalid({"usage_thresholds": ["missing_amount_cents"]})
    new = [_new(world, item) for item in items]
    _check(new)
    if world.can.thresholds_recreated:
        return new
    return [_continued(old, item, threshold) for item, threshold in zip(items, new, strict=True)]


def _new(world: World, item: Doc) -> Doc:
    now = world.stamp()
    return {
        "id": new_id(),
        "threshold_display_name": text(item.get("threshold_display_name")),
        "amount_cents": integer(item["amount_cents"]),
        "recurring": boolean(item.get("recurring")) or False,
        "created_at": now,
        "updated_at": now,
    }


def _check(new: list[Doc]) -> None:
    keys = [(threshold["amount_cents"], threshold["recurring"]) for threshold in new]
    problems: Problems = {}
    if len(set(keys)) < len(keys):
        note(problems, "usage_thresholds", "duplicated_values")
    if sum(threshold["recurring"] for threshold in new) > 1:
        note(problems, "usage_thresholds", "multiple_recurring_thresholds")
    refuse_if_any(problems)
    if any((threshold["amount_cents"] or 0) <= 0 for threshold in new):
        raise invalid({"amount_cents": ["value_is_out_of_range"]})


def _continued(old: list[Doc], item: Doc, threshold: Doc) -> Doc:
    for known in old:
        if item.get("id") == known["id"] or threshold["amount_cents"] == known["amount_cents"]:
            return threshold | {"id": known["id"], "created_at": known["created_at"]}
    return threshold


def rendered_list(world: World, plan: Doc) -> list[Doc]:
    return world.unordered(rendered(threshold) for threshold in plan["thresholds"])


def rendered(threshold: Doc) -> Doc:
    return {
        "lago_id": threshold["id"],
        "threshold_display_name": threshold["threshold_display_name"],
        "amount_cents": threshold["amount_cents"],
        "recurring": threshold["recurring"],
        "created_at": to_second(threshold["created_at"]),
        "updated_at": to_second(threshold["updated_at"]),
    }


def rendered_applicable(world: World, plan: Doc) -> list[Doc]:
    keys = ("threshold_display_name", "amount_cents", "recurring")
    return world.unordered({key: threshold[key] for key in keys} for threshold in plan["thresholds"])
