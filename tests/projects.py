"""Random projects out of the tables: every kind and every field, in odd values that Lago takes, of any size.

What a table says is enough for a value: a new field or kind is in by itself. Only what depends on something else stands
in `DEPENDING`: tiers that join, filters that the metric declares, fields that go together.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from lago_gitops.core.model.canonical import case_of, keys_of
from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.fields import CODE
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
    Grants,
    Integer,
    Json,
    Keyed,
    Lock,
    Many,
    Moment,
    Object,
    Reference,
    Text,
    TextMap,
    Type,
    ValueSets,
    Variant,
)
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.kinds.billable_metric.rules import NEVER_RECURRING, WITHOUT_FIELD
from lago_gitops.kinds.billable_metric.table import BILLABLE_METRIC
from lago_gitops.kinds.billing_entity import BILLING_ENTITY
from lago_gitops.kinds.coupon.table import COUPON
from lago_gitops.kinds.feature.table import PRIVILEGE
from lago_gitops.kinds.organization import ORGANIZATION
from lago_gitops.kinds.places import E_INVOICING, EUROPEAN_UNION
from lago_gitops.kinds.plan.charge import CHARGE
from lago_gitops.kinds.plan.charge_models import FIXED_CHARGE_PROPERTIES, MODELS
from lago_gitops.kinds.plan.charge_rules import ALL_VALUES, BY_MODEL, IN_ADVANCE, NOT_OF_LATEST, PRORATED
from lago_gitops.kinds.plan.fixed_charge import FIXED_CHARGE
from lago_gitops.kinds.plan.rules import LONG_INTERVALS
from lago_gitops.kinds.plan.table import PLAN
from lago_gitops.kinds.plan.tier_rules import TIER_FIELDS
from lago_gitops.kinds.tax.table import TAX
from lago_gitops.kinds.webhook_endpoint.table import WEBHOOK_ENDPOINT
from lago_gitops.sandbox.base.values.event_types import EVENT_TYPES

Data = dict[str, Json]
Scope = tuple[Mapping[str, Json], ...]

ABSENT: Any = ...  # of a field: it is not written
OWN_ENTITY = "sandbox"  # the billing entity that an organization is born with
MOST_ITEMS = 3
TEXTS = (
    *("a", "ü1", "two\nlines", "quote\" ' #: -", "0123", "null", "true", "ünï 漢😀", " x ", "AB-1", "25"),
    *("acme-1", "a@example.com", "A@b.example, c@d.example"),
)
LICENSED_MODELS = ("graduated_percentage",)
SORTS = ("billable_metric_code", "add_on_code", "charge_model")  # of a charge: another one replaces it
RENAMED = {"tax": 0.2, "add_on": 0.2, "coupon": 0.1, "plan": 0.05, "billable_metric": 0.05}
"""How many get another code in the second project, by kind."""
BY_COUNTRY = ("country", "einvoicing", "eu_tax_management")
EDGES = "abA1.-_/%#?ü漢😀"


@dataclass(frozen=True, slots=True)
class Around:
    """What values depend on: chance, the manifests that there are already, by kind, and what was here `before`."""

    random: Random
    found: Mapping[str, Sequence[Data]] = field(default_factory=dict)
    licence: bool = True
    before: Any = None

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, of: Sequence[Any]) -> Any:
        return self.random.choice(of)

    def some(self, of: Sequence[Any], least: int = 0, most: int = MOST_ITEMS) -> list[Any]:
        """Different ones, in any order."""
        most = min(most, len(of))
        return self.random.sample(list(of), self.random.randint(min(least, most), most))

    def within(self, name: str) -> "Around":
        return replace(self, before=self.before.get(name) if isinstance(self.before, dict) else None)

    def codes(self, kind: str) -> list[str]:
        return [data[KINDS[kind].key] for data in self.found.get(kind, ())]


# Projects ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sort:
    """What sort of project: at most so many resources of each kind, of these kinds."""

    kinds: tuple[str, ...] = tuple(KINDS)
    most: int = 7
    licence: bool = True
    entities: bool = True  # more than the one that is there from the start


def codes(seed: int, sort: Sort) -> dict[str, list[str]]:
    """What the resources of all projects of a seed are called, by kind."""
    around = Around(Random(f"codes {seed}"))
    found = {}
    for name in sort.kinds:
        wanted = around.random.randint(1, sort.most)
        found[name] = list(dict.fromkeys(_name(KINDS[name], around) for _ in range(wanted)))
    if BILLING_ENTITY.name in found:
        found[BILLING_ENTITY.name] = [OWN_ENTITY, *(found[BILLING_ENTITY.name] if sort.entities else ())]
    return found


def project(seed: int, number: int, sort: Sort, before: Iterable[Manifest] = ()) -> tuple[Manifest, ...]:
    """The manifests of a seed's project, in any order; its others have the same codes and anything else.

    With the one `before` some of what Lago would lock once it is in use stays as it was, and what is left out is mostly
    deleted by a tombstone.
    """
    around, names = Around(Random(f"{seed} {number}"), licence=sort.licence), codes(seed, sort)
    was = {(manifest.kind, _key(manifest.data)): manifest.data for manifest in before}
    found: dict[str, list[Data]] = {}
    gone = []
    for name in sort.kinds:
        found[name] = []
        for code in names[name]:
            old, here = was.get((name, code)), replace(around, found=found)
            if around.chance(0.8):
                found[name].append(_resource(KINDS[name], code, here, old))
                if old is not None and around.chance(RENAMED.get(name, 0)):
                    found[name][-1] |= {"code": f"{code}~", "previously": [code]}
            elif old is not None and not KINDS[name].undeletable and KINDS[name].key and around.chance(0.8):
                gone.append({"kind": name, KINDS[name].key: code, "state": "absent"})
    _agree(found)
    all_ = [*(data for each in found.values() for data in each), *gone]
    around.random.shuffle(all_)
    return tuple(Manifest(f"{index}.yaml", data) for index, data in enumerate(all_))


def _key(data: Mapping[str, Json]) -> str:
    return str(data.get(KINDS[data["kind"]].key, ""))


def _resource(kind: ResourceKind, code: str, around: Around, old: Data | None) -> Data:
    named = {kind.key: code} if kind.key else {}
    kept = {}
    if old is not None and around.chance(0.7):
        locked = (one.name for one in kind.fields if one.lock is Lock.IN_USE)
        kept = {name: old.get(name, ABSENT) for name in locked}
    edited = replace(around, before=old if around.chance(0.7) else None)
    data = {"kind": kind.name} | fields(kind.object, edited, (), {**kept, **named})
    if around.chance(0.1):
        data["state"] = "present"
    if around.chance(0.1) and "protect" not in data:
        data["protect"] = False
    if old is not None and around.chance(0.1):
        data["ignore"] = around.some([one.name for one in kind.fields if _can_be_ignored(one)])
    return data


def _can_be_ignored(one: Field) -> bool:
    """Where nothing else depends on what Lago has of it."""
    plain = isinstance(one.type, PLAIN) and not one.write_only
    return plain and not one.required and one.name not in BY_COUNTRY


def _agree(found: Mapping[str, Sequence[Data]]) -> None:
    """A fact that two kinds show is said alike by both; a country decides what Lago can do for an entity."""
    for data, own in (
        (one, two) for one in found.get(ORGANIZATION.name, ()) for two in found.get(BILLING_ENTITY.name, ())
    ):
        if _key(own) == OWN_ENTITY and own.get("country"):
            data["country"] = own["country"]
    if found.get(BILLING_ENTITY.name):  # which of them is the default one only Lago knows, and the taxes are its
        for data in found.get(TAX.name, ()):
            data.pop("applied_to_organization", None)
    for name, manifests in found.items():
        for one in (one for one in KINDS[name].fields if one.same_as is not None):
            other, twin = one.same_as or ("", "")
            own = next((data for data in found.get(other, ()) if _key(data) == OWN_ENTITY), None)
            for data in (data for data in manifests if own is not None and one.name in data):
                _say_alike(data, one, own or {}, _field(KINDS[other].object, twin))


def _say_alike(data: Data, one: Field, own: Data, twin: Field) -> None:
    if twin.type == Many(Reference(data["kind"])):
        data[one.name] = _key(data) in (own.get(twin.name) or ())
    elif one.type == twin.type and own.get(twin.name) is not None:
        data[one.name] = own[twin.name]
    else:
        del data[one.name]


# Objects ----------------------------------------------------------------------------------------------------------


def fields(object_: Object, around: Around, outer: Scope = (), given: Mapping[str, Json] | None = None) -> Data:
    """An object of the table: what it requires, and anything of the rest. `given` values are not left to chance."""
    data: Data = {}
    depending = DEPENDING.get(id(object_))
    own = dict(given or {})
    fixed = {**(depending(around, outer, own) if depending is not None else {}), **own}
    for one in object_.fields:
        if one.name in fixed:
            value = fixed[one.name]
        elif _stays(one, around):
            value = around.before[one.name]
        elif one.required or around.chance(0.7):
            value = _value(one.type, around.within(one.name), (data, *outer)) if _can_be(one, around) else ABSENT
        else:
            value = None if around.chance(0.2) else ABSENT
        if value is not ABSENT:
            data[one.alias if one.alias and around.chance(0.3) else one.name] = value
    return _fitting(data)


PLAIN = (Text, Integer, Exact, Boolean, Moment, TextMap)


def _stays(one: Field, around: Around) -> bool:
    """Half of what depends on nothing else is left as it was, so that an edit changes some fields of many."""
    there = isinstance(around.before, dict) and around.before.get(one.name) is not None
    return there and isinstance(one.type, PLAIN) and _can_be(one, around) and around.chance(0.5)


def _fitting(data: Data) -> Data:
    """What a rule asks of two values that stand side by side."""
    least, most = (data.get(f"per_transaction_{which}_amount") for which in ("min", "max"))
    if least is not None and most is not None and Decimal(least) > Decimal(most):
        data |= {"per_transaction_min_amount": most, "per_transaction_max_amount": least}
    return data


def _can_be(one: Field, around: Around) -> bool:
    return not (one.licence and not around.licence) and _has_targets(one.type, around)


def _has_targets(type_: Type, around: Around) -> bool:
    """Whether there is something to refer to where a reference has to be."""
    match type_:
        case Reference() | Many(item=Reference()):
            return bool(around.codes(type_.kind if isinstance(type_, Reference) else type_.item.kind))  # type: ignore[union-attr]
        case _:
            needed = (one for object_ in objects_of(type_) for one in object_.fields if one.required)
            return all(_has_targets(one.type, around) for one in needed)


def _value(type_: Type, around: Around, scope: Scope) -> Json:
    match type_:
        case Text():
            return _text(type_, around)
        case Integer():
            low = -100 if type_.minimum is None else type_.minimum
            return around.one([low, around.random.randint(low, min(type_.maximum, 10**4)), type_.maximum])
        case Exact():
            return _number(type_, around)
        case Boolean():
            return around.chance(0.5)
        case Moment():
            return around.one(["2099-12-31", "2099-12-31T23:59:59Z", "2099-01-01T10:00:00+02:00"])
        case Reference():
            return around.one(around.codes(type_.kind))
        case Many(item=Reference(kind=kind)):
            return around.some(around.codes(kind))
        case Many():
            return _list(type_, around, scope)
        case TextMap():
            keys = around.some(TEXTS, most=min(MOST_ITEMS, type_.max_keys))
            return {key: None if around.chance(0.1) else around.one(TEXTS) for key in keys}
        case Free():
            return {key: around.one([1, True, "x", [1, "y"], {"z": None}]) for key in around.some(TEXTS)}
        case Object():
            return fields(type_, around, scope)
        case Keyed():
            return _items(type_, around, scope)
        case Variant():
            shape = case_of(type_, scope)
            return {} if shape is None else _shape(shape, around, scope)
        case Grants():
            return {data["code"]: _grants(data, around) for data in around.some(around.found.get(type_.kind, ()))}
        case ValueSets():  # the last of its union; without a metric there is nothing to declare
            raise AssertionError("what a filter takes depends on the metric")


def _list(many: Many, around: Around, scope: Scope) -> list[Json]:
    values = [_value(many.item, around, scope) for _ in range(around.random.randint(0, 2))]
    distinct = {repr(value.get("value", value) if isinstance(value, dict) else value): value for value in values}
    return list(distinct.values())


def _items(keyed: Keyed, around: Around, scope: Scope, given: Sequence[Mapping[str, Json]] | None = None) -> Json:
    """Items that are told apart by their keys."""
    number = around.one([0, 1, *range(1, MOST_ITEMS + 1)])
    if given is None:
        items = [_item(keyed, around, scope) for _ in range(number)]
    else:
        items = [fields(keyed.item, around, scope, one) for one in given]
    keys = keys_of(keyed, items, scope)
    return [item for item, key in zip(items, keys, strict=True) if not _is_repeated(key, keyed)]


def _item(keyed: Keyed, around: Around, scope: Scope) -> Data:
    """A new one, or one that was here with the same name and mostly of the same sort, edited."""
    if not around.before or around.chance(0.2):
        return fields(keyed.item, replace(around, before=None), scope)
    old = around.one(around.before)
    given = {name: old[name] for name in keyed.key if name in old}
    sort = {name: old[name] for name in SORTS if name in old} if around.chance(0.8) else {}
    return fields(keyed.item, replace(around, before=old), scope, {**given, **sort})


def _is_repeated(key: Any, keyed: Keyed) -> bool:
    """`keys_of` numbers the second of a kind."""
    return isinstance(key, tuple) and len(key) == 2 and len(keyed.key) == 1 and isinstance(key[1], int)


# Texts and numbers ------------------------------------------------------------------------------------------------


def _text(text: Text, around: Around) -> str:
    if text.choices:
        return str(around.one(text.choices))
    if text.pattern == CODE.pattern:
        return _code(around)
    fit = [one for one in TEXTS if re.search(text.pattern, one) and len(one) <= (text.max_length or 1000)]
    fit = [one for one in fit if not text.capitals or one == one.upper()]
    assert fit, f"none of TEXTS fits the pattern {text.pattern!r}: add one that does"
    return str(around.one(fit if text.pattern or not text.empty_is_null else [*fit, ""]))


def _code(around: Around) -> str:
    """Odd ones too: dots, slashes, blanks inside, what URLs and YAML have a use for, any alphabet."""
    while True:
        inner = "".join(around.random.choices(EDGES + " +&:", k=around.random.randint(0, 3)))
        code = around.one(EDGES) + inner + around.one(EDGES) if around.chance(0.7) else around.one("abcdefgh")
        if re.search(CODE.pattern, code) and code not in CODE.forbidden:
            return str(code)


def _name(kind: ResourceKind, around: Around) -> str:
    """A value of the field that names a resource."""
    if kind is WEBHOOK_ENDPOINT:
        rest = "".join(around.random.choices([*"abA1._~/?=&:@", "%2F"], k=around.random.randint(0, 6)))
        return f"{around.one(['http', 'https'])}://hooks.example.com/{rest}"
    if not kind.key:
        return ""
    type_ = _field(kind.object, kind.key).type
    assert isinstance(type_, Text)
    while True:
        code = _code(around)
        if re.search(type_.pattern, code):
            return code


def _number(exact: Exact, around: Around) -> Json:
    """Numbers within bounds, some of them at a bound; with as many decimals as Lago keeps."""
    most = 10**6 if exact.maximum is None else int(exact.maximum)
    places = 4 if exact.places is None else min(exact.places, 12)
    small = Decimal(around.random.randint(1, 10**4)).scaleb(-min(places, 4))
    special = [Decimal(1).scaleb(-places), Decimal(min(most, 100)), Decimal(most)]
    if exact.above is None:
        special.append(Decimal(0))
    if not exact.binary and exact.places is None and around.chance(0.2):
        special.append(Decimal("0.12345678901234567891234567890123456789"))
    return written(around.one([min(small, Decimal(most)), *special]), around)


def written(number: Decimal, around: Around) -> Json:
    """The number in one of the ways in which a manifest can write it."""
    plain = format(number.normalize(), "f")
    longer = f"{plain}.0" if number == int(number) else f"{plain}0"
    return around.one([plain, longer, int(number) if number == int(number) else number])


# What depends on something else -----------------------------------------------------------------------------------


def _metric(around: Around, _: Scope, given: dict[str, Json]) -> Data:
    """All but custom_agg, which no manifest can describe."""
    aggregations = [one for one in _choices(BILLABLE_METRIC.object, "aggregation_type") if one != "custom_agg"]
    aggregation = given.get("aggregation_type", around.one(aggregations))
    rounding = around.one([ABSENT, *_choices(BILLABLE_METRIC.object, "rounding_function")])
    return {
        "aggregation_type": aggregation,
        "field_name": ABSENT if aggregation in WITHOUT_FIELD else around.one(TEXTS),
        "recurring": ABSENT if aggregation in NEVER_RECURRING else around.one([ABSENT, True, False]),
        "weighted_interval": "seconds" if aggregation == "weighted_sum_agg" else ABSENT,
        "rounding_function": rounding,
        "rounding_precision": ABSENT if rounding is ABSENT else around.random.randint(-15, 15),
        "expression": around.one([ABSENT, "event.properties.a + 1", "round(event.properties.b)"]),
    }


def _metric_filter(around: Around, _: Scope, __: dict[str, Json]) -> Data:
    return {"values": around.some(TEXTS, least=1)}


def _plan(around: Around, _: Scope, given: dict[str, Json]) -> Data:
    interval = given.get("interval", around.one(_choices(PLAN.object, "interval")))
    flag = [ABSENT, True, False] if interval in LONG_INTERVALS else [ABSENT, False]
    amounts = around.some(range(1, 1000), most=2)
    thresholds = [{"amount_cents": amount, "recurring": ABSENT} for amount in amounts]
    if around.chance(0.3):
        thresholds.append({"recurring": True})
    items = _items(_keyed(PLAN.object, "usage_thresholds"), around.within("usage_thresholds"), (), thresholds)
    return {
        "interval": interval,
        "bill_charges_monthly": around.one(flag),
        "bill_fixed_charges_monthly": around.one(flag),
        "usage_thresholds": items if around.licence and around.chance(0.7) else ABSENT,
    }


def _grants(feature: Mapping[str, Json], around: Around) -> Data:
    return {one["code"]: _grant(one, around) for one in feature.get("privileges") or () if around.chance(0.7)}


def _grant(privilege: Mapping[str, Json], around: Around) -> Json:
    match privilege.get("value_type"):
        case "integer":
            return around.random.randint(-(10**6), 10**6)
        case "boolean":
            return around.chance(0.5)
        case "select":
            return around.one(privilege["config"]["select_options"])
        case _:
            return around.one([*TEXTS, "007"])


def _privilege(around: Around, _: Scope, __: dict[str, Json]) -> Data:
    value_type = around.one([ABSENT, None, *_choices(PRIVILEGE, "value_type")])
    options = {"select_options": around.some(TEXTS, least=1)}
    return {"value_type": value_type, "config": options if value_type == "select" else around.one([ABSENT, {}])}


def _charge(around: Around, _: Scope, given: dict[str, Json]) -> Data:
    """A charge that Lago takes on its metric; of the sort that is given, where there is such a metric still."""
    metrics = around.found[BILLABLE_METRIC.name]
    metric = next((one for one in metrics if one["code"] == given.get("billable_metric_code")), around.one(metrics))
    aggregation = metric["aggregation_type"]
    models = [one for one in MODELS if _prices(one, aggregation) and (around.licence or one not in LICENSED_MODELS)]
    model = around.one([*models, *(one for one in models if one in BY_MODEL)])  # which few metrics can have
    model = given["charge_model"] if given.get("charge_model") in models else model
    for name in SORTS:
        given.pop(name, None)
    advance = aggregation in IN_ADVANCE and model != "volume" and around.chance(0.4)
    invoiceable = not advance or not around.licence or around.chance(0.6)
    prorates = bool(metric.get("recurring")) and aggregation != "weighted_sum_agg"
    prorates = prorates and model in (("standard",) if advance else PRORATED)
    found: Data = {
        "billable_metric_code": metric["code"],
        "charge_model": model,
        "pay_in_advance": _said(advance, around, default=False),
        "prorated": around.one([ABSENT, True, False]) if prorates else ABSENT,
        "invoiceable": _said(invoiceable, around, default=True),
        "regroup_paid_fees": ABSENT if invoiceable else around.one([ABSENT, None, "invoice"]),
        "filters": ABSENT,
    }
    if advance:
        found["min_amount_cents"] = ABSENT
    if metric.get("filters") and around.chance(0.7):
        found["filters"] = _charge_filters({**found, **given}, metric, around)
    return found


def _charge_filters(charge: Mapping[str, Json], metric: Mapping[str, Json], around: Around) -> list[Data]:
    """Filters on keys and values of the metric, each set of values once."""
    item = _keyed(CHARGE, "filters").item
    shape = case_of(_field(item, "properties").type, (charge,))  # type: ignore[arg-type]
    there = [one["values"] for one in around.within("filters").before or () if _fits(one["values"], metric)]
    new = [_value_set(metric, around) for _ in range(around.random.randint(0, MOST_ITEMS))]
    sets = around.some([*there, *new])
    distinct = {frozenset((key, frozenset(values)) for key, values in one.items()): one for one in sets}
    given = ({"values": values, "properties": _shape(shape or Object(()), around, ())} for values in distinct.values())
    return [fields(item, around, (charge,), one) for one in given]


def _fits(values: Mapping[str, Sequence[str]], metric: Mapping[str, Json]) -> bool:
    known = {one["key"]: {ALL_VALUES, *one["values"]} for one in metric["filters"]}
    return all(known.get(key, set()).issuperset(taken) for key, taken in values.items())


def _value_set(metric: Mapping[str, Json], around: Around) -> Data:
    declared = around.some(metric["filters"], least=1)
    return {
        item["key"]: [ALL_VALUES] if around.chance(0.2) else around.some(item["values"], least=1) for item in declared
    }


def _prices(model: str, aggregation: str) -> bool:
    fits = aggregation in BY_MODEL.get(model, (aggregation,))
    return fits and not (model in NOT_OF_LATEST and aggregation == "latest_agg")


def _shape(shape: Object, around: Around, scope: Scope) -> Data:
    """The properties of a charge model, as a charge, a filter or a fixed charge takes them."""
    given: Data = {"custom_properties": ABSENT}  # of metrics that no manifest can describe
    for one in shape.fields:
        if one.name in TIER_FIELDS:
            given[one.name] = _tiers(_keyed(shape, one.name), 1 if one.name == "volume_ranges" else 0, around)
    return fields(shape, around, scope, given)


def _tiers(keyed: Keyed, step: int, around: Around) -> list[Data]:
    """One to three tiers that follow upon one another as Lago lets them."""
    expected, found = Decimal(0), []
    for length in around.some(["1", "10", "0.5", "1000"], most=2):
        start = expected + around.one([0, 0, 1])
        end = start + Decimal(length)
        found.append({"from_value": written(start, around), "to_value": written(end, around)})
        expected = end + step
    found.append({"from_value": written(expected + around.one([0, 0, 1]), around), "to_value": None})
    return [fields(keyed.item, around, (), bounds) for bounds in found]


def _fixed_charge(around: Around, _: Scope, given: dict[str, Json]) -> Data:
    model = given.pop("charge_model", around.one(list(FIXED_CHARGE_PROPERTIES.cases)))
    if given.get("add_on_code") not in around.codes("add_on"):
        given.pop("add_on_code", None)
    advance = model != "volume" and around.chance(0.5)
    return {
        "charge_model": model,
        "pay_in_advance": _said(advance, around, default=False),
        "prorated": ABSENT if advance and model == "graduated" else around.one([ABSENT, True, False]),
    }


def _coupon(around: Around, _: Scope, given: dict[str, Json]) -> Data:
    sort = given.get("coupon_type", around.one(_choices(COUPON.object, "coupon_type")))
    frequency = given.get("frequency", around.one(_choices(COUPON.object, "frequency")))
    expiration, amounts = around.one(_choices(COUPON.object, "expiration")), sort == "fixed_amount"
    limits = [one for one in _object(COUPON.object, "applies_to").fields if _has_targets(one.type, around)]
    limit = around.one([None, *limits])
    applies = {} if limit is None else {limit.name: _value(limit.type, around, ())}
    return {
        "coupon_type": sort,
        "amount_cents": around.random.randint(1, 10**6) if amounts else ABSENT,
        "amount_currency": around.one(_choices(COUPON.object, "amount_currency")) if amounts else ABSENT,
        "percentage_rate": ABSENT if amounts else _value(_field(COUPON.object, "percentage_rate").type, around, ()),
        "frequency": frequency,
        "frequency_duration": around.random.randint(1, 100) if frequency == "recurring" else ABSENT,
        "expiration": expiration,
        "expiration_at": _value(Moment(), around, ()) if expiration == "time_limit" else ABSENT,
        "applies_to": applies or around.one([ABSENT, None, {}]),
    }


def _entity(around: Around, _: Scope, __: dict[str, Json]) -> Data:
    """Countries decide what Lago can do for an entity. Sections are made in its web page only."""
    country = around.one([ABSENT, *E_INVOICING, *around.some(_choices(BILLING_ENTITY.object, "country"))])
    return {
        "country": country,
        "einvoicing": around.one([ABSENT, True, False]) if country in E_INVOICING else ABSENT,
        "eu_tax_management": around.one([ABSENT, True, False]) if country in EUROPEAN_UNION else ABSENT,
        "invoice_custom_section_codes": around.one([ABSENT, None, []]),
    }


def _webhook(around: Around, _: Scope, __: dict[str, Json]) -> Data:
    some = [around.one([one, one.upper(), f" {one} "]) for one in around.some(sorted(EVENT_TYPES))]
    return {"event_types": around.one([ABSENT, None, ["*"], some])}


Depending = Callable[[Around, Scope, dict[str, Json]], Data]


def _organization(_: Around, __: Scope, ___: dict[str, Json]) -> Data:
    """Its country is that of its billing entity."""
    return {"country": ABSENT}


DEPENDING: Mapping[int, Depending] = {
    id(object_): depending
    for object_, depending in (
        (BILLABLE_METRIC.object, _metric),
        (next(objects_of(next(one.type for one in BILLABLE_METRIC.fields if one.name == "filters"))), _metric_filter),
        (PLAN.object, _plan),
        (CHARGE, _charge),
        (FIXED_CHARGE, _fixed_charge),
        (PRIVILEGE, _privilege),
        (COUPON.object, _coupon),
        (BILLING_ENTITY.object, _entity),
        (WEBHOOK_ENDPOINT.object, _webhook),
        (ORGANIZATION.object, _organization),
    )
}
"""By object of the tables, what chance alone can't choose."""


def _said(value: bool, around: Around, *, default: bool) -> Json:
    """A flag of that value; it may be left out where that is the default."""
    return around.one([ABSENT, None, value]) if value is default else value


def _choices(object_: Object, name: str) -> tuple[str, ...]:
    type_ = _field(object_, name).type
    assert isinstance(type_, Text)
    return type_.choices


def _keyed(object_: Object, name: str) -> Keyed:
    type_ = _field(object_, name).type
    assert isinstance(type_, Keyed)
    return type_


def _object(object_: Object, name: str) -> Object:
    type_ = _field(object_, name).type
    assert isinstance(type_, Object)
    return type_


def _field(object_: Object, name: str) -> Field:
    return next(one for one in object_.fields if one.name == name)
