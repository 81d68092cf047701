"""Manifests that Lago could take: every field of the tables within its bounds, in combinations that the rules allow."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from lago_gitops.core.model.fields import CODE
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
    Integer,
    Json,
    Keyed,
    Many,
    Moment,
    Object,
    Reference,
    Text,
    TextMap,
    Type,
    Variant,
)
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds.add_on import ADD_ON
from lago_gitops.kinds.billable_metric.rules import NEVER_RECURRING, WITHOUT_FIELD
from lago_gitops.kinds.billable_metric.table import BILLABLE_METRIC
from lago_gitops.kinds.coupon.table import COUPON
from lago_gitops.kinds.feature.table import FEATURE, PRIVILEGE
from lago_gitops.kinds.plan.charge import CHARGE
from lago_gitops.kinds.plan.charge import FILTER as CHARGE_FILTER
from lago_gitops.kinds.plan.charge_models import FIXED_CHARGE_MODELS, MODELS
from lago_gitops.kinds.plan.charge_rules import ALL_VALUES, BY_MODEL, IN_ADVANCE, NOT_OF_LATEST, PRORATED
from lago_gitops.kinds.plan.fixed_charge import FIXED_CHARGE
from lago_gitops.kinds.plan.rules import LONG_INTERVALS
from lago_gitops.kinds.plan.table import PLAN, USAGE_THRESHOLD
from lago_gitops.kinds.plan.tier_rules import TIER_FIELDS
from lago_gitops.kinds.tax.table import TAX
from lago_gitops.kinds.webhook_endpoint.table import WEBHOOK_ENDPOINT

Data = dict[str, Json]
Values = st.SearchStrategy[Any]
Draw = Callable[[Values], Any]

EDGES = "abA1.-_/%#?ü漢😀"
EVENTS = ("invoice.created", " Fee.Created ", "plan.updated", "PLAN.UPDATED")
LICENSED_MODELS = ("graduated_percentage",)
ABSENT: Values = st.just(...)  # of a field: it is not written


@dataclass(frozen=True, slots=True)
class Around:
    """What a value depends on: what there is to refer to, by kind, and whether Lago would keep licensed fields."""

    licence: bool = True
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def has(self, kind: str) -> bool:
        return bool(self.codes.get(kind))

    def knowing(self, kind: str, manifests: Sequence[Data], key: str = "code") -> "Around":
        return replace(self, codes={**self.codes, kind: [data[key] for data in manifests]})


# Organizations ----------------------------------------------------------------------------------------------------


@st.composite
def organizations(draw: Draw, *, licence: bool = True, features: bool = False, most: int = 2) -> tuple[Manifest, ...]:
    """Manifests of all kinds in any order, `most` of each, whose references lead to one another.

    Without a licence they use only what Lago keeps then. Features, and entitlements to them, are there where they are
    asked for: before 1.39 Lago has them with a licence only. Billing entities and the organization are not: they can't
    be deleted.
    """
    around = Around(licence)
    tax_data = draw(several(taxes(around), most))
    around = around.knowing("tax", tax_data)
    metric_data = draw(several(metrics(around), most))
    around = around.knowing("billable_metric", metric_data)
    add_on_data = draw(several(add_ons(around), most))
    around = around.knowing("add_on", add_on_data)
    feature_data = draw(several(features_(around), most)) if features else []
    plan_data = draw(several(plans(around, metric_data, feature_data), most))
    around = around.knowing("plan", plan_data)
    coupon_data = draw(several(coupons(around), most))
    webhook_data = draw(several(webhook_endpoints(around), most, key="webhook_url"))
    found = [*tax_data, *metric_data, *add_on_data, *feature_data, *plan_data, *coupon_data, *webhook_data]
    return tuple(Manifest(f"{n}.yaml", data) for n, data in enumerate(draw(st.permutations(found))))


def several(one: st.SearchStrategy[Data], most: int, key: str = "code") -> st.SearchStrategy[list[Data]]:
    return st.lists(one, max_size=most, unique_by=lambda data: data[key])


# Kinds ------------------------------------------------------------------------------------------------------------


def taxes(around: Around) -> st.SearchStrategy[Data]:
    return resources(TAX.name, TAX.object, around)


def add_ons(around: Around) -> st.SearchStrategy[Data]:
    return resources(ADD_ON.name, ADD_ON.object, around)


@st.composite
def metrics(draw: Draw, around: Around) -> Data:
    """All but custom_agg, which no manifest can describe."""
    aggregations = [one for one in choices(BILLABLE_METRIC.object, "aggregation_type") if one != "custom_agg"]
    aggregation = draw(st.sampled_from(aggregations))
    rounding = draw(st.sampled_from([..., *choices(BILLABLE_METRIC.object, "rounding_function")]))
    filters = st.lists(
        st.fixed_dictionaries({"key": short_texts(), "values": st.lists(short_texts(), min_size=1, max_size=3)}),
        max_size=2,
        unique_by=lambda item: item["key"],
    )
    return draw(
        resources(
            BILLABLE_METRIC.name,
            BILLABLE_METRIC.object,
            around,
            aggregation_type=st.just(aggregation),
            field_name=ABSENT if aggregation in WITHOUT_FIELD else short_texts(),
            recurring=ABSENT if aggregation in NEVER_RECURRING else maybe(st.booleans()),
            weighted_interval=st.just("seconds") if aggregation == "weighted_sum_agg" else ABSENT,
            rounding_function=st.just(rounding),
            rounding_precision=ABSENT if rounding is ... else maybe(st.integers(-15, 15)),
            expression=ABSENT,  # a language of its own
            filters=maybe(filters),
        )
    )


@st.composite
def plans(draw: Draw, around: Around, metric_data: Sequence[Data], feature_data: Sequence[Data] = ()) -> Data:
    interval = draw(st.sampled_from(choices(PLAN.object, "interval")))
    monthly = maybe(st.booleans()) if interval in LONG_INTERVALS else maybe(st.just(False))
    charge = st.sampled_from(metric_data).flatmap(lambda metric: charges(around, metric)) if metric_data else None
    return draw(
        resources(
            PLAN.name,
            PLAN.object,
            around,
            interval=st.just(interval),
            bill_charges_monthly=monthly,
            bill_fixed_charges_monthly=monthly,
            usage_thresholds=maybe(thresholds(around)) if around.licence else ABSENT,
            charges=maybe(several(charge, 2)) if charge is not None else ABSENT,
            fixed_charges=maybe(several(fixed_charges(around), 2)) if around.has("add_on") else ABSENT,
            entitlements=maybe(entitlements(feature_data)),
        )
    )


def entitlements(feature_data: Sequence[Data]) -> st.SearchStrategy[Data]:
    each = {
        feature["code"]: st.fixed_dictionaries(
            {}, optional={one["code"]: privilege_values(one) for one in feature.get("privileges") or ()}
        )
        for feature in feature_data
    }
    return st.fixed_dictionaries({}, optional=each)


def privilege_values(privilege: Data) -> Values:
    match privilege.get("value_type"):
        case "integer":
            return st.integers(-(10**6), 10**6)
        case "boolean":
            return st.booleans()
        case "select":
            return st.sampled_from(privilege["config"]["select_options"])
        case _:
            return st.one_of(short_texts(), st.sampled_from(["25", "true", "007"]))


@st.composite
def features_(draw: Draw, around: Around) -> Data:
    found = draw(maybe(several(privileges(around), 3)))
    return draw(resources(FEATURE.name, FEATURE.object, around, privileges=st.just(found)))


@st.composite
def privileges(draw: Draw, around: Around) -> Data:
    value_type = draw(st.sampled_from([..., None, *choices(PRIVILEGE, "value_type")]))
    options = st.lists(st.one_of(short_texts(), st.sampled_from(["25", "true"])), min_size=1, max_size=3)
    config = st.fixed_dictionaries({"select_options": options}) if value_type == "select" else maybe(st.just({}))
    return draw(objects(PRIVILEGE, around, value_type=st.just(value_type), config=config))


@st.composite
def thresholds(draw: Draw, around: Around) -> list[Data]:
    """At most one recurring, the others at amounts of their own."""
    amounts = draw(st.lists(st.integers(1, 1000), max_size=2, unique=True))
    once = [draw(objects(USAGE_THRESHOLD, around, amount_cents=st.just(n), recurring=ABSENT)) for n in amounts]
    again = draw(st.lists(objects(USAGE_THRESHOLD, around, recurring=st.just(True)), max_size=1))
    return [*once, *again]


@st.composite
def charges(draw: Draw, around: Around, metric: Data) -> Data:
    """Charges that Lago takes on the metric."""
    aggregation, licence = metric["aggregation_type"], around.licence
    model = draw(st.sampled_from([one for one in MODELS if _prices(one, aggregation, licence=licence)]))
    advance = aggregation in IN_ADVANCE and model != "volume" and draw(st.booleans())
    invoiceable = not advance or not licence or draw(st.booleans())
    proratable = (
        bool(metric.get("recurring"))
        and aggregation != "weighted_sum_agg"
        and model in (("standard",) if advance else PRORATED)
    )
    return draw(
        objects(
            CHARGE,
            around,
            billable_metric_code=st.just(metric["code"]),
            charge_model=st.just(model),
            pay_in_advance=said(default=False, value=advance),
            prorated=maybe(st.booleans()) if proratable else ABSENT,
            invoiceable=said(default=True, value=invoiceable),
            regroup_paid_fees=ABSENT if invoiceable else maybe(st.just("invoice")),
            min_amount_cents=ABSENT if advance or not licence else maybe(st.integers(0, 10**6)),
            properties=maybe(prices(around, CHARGE, model)),
            filters=maybe(charge_filters(around, model, metric)) if metric.get("filters") else ABSENT,
        )
    )


@st.composite
def charge_filters(draw: Draw, around: Around, model: str, metric: Data) -> list[Data]:
    """Filters on keys and values of the metric, each set of values once."""
    declared = {item["key"]: item["values"] for item in metric["filters"]}
    value_sets = draw(st.lists(_value_sets(declared), max_size=2, unique_by=_as_set))
    price = prices(around, CHARGE_FILTER, model)
    return [draw(objects(CHARGE_FILTER, around, values=st.just(values), properties=price)) for values in value_sets]


@st.composite
def fixed_charges(draw: Draw, around: Around) -> Data:
    model = draw(st.sampled_from(FIXED_CHARGE_MODELS))
    advance = model != "volume" and draw(st.booleans())
    return draw(
        objects(
            FIXED_CHARGE,
            around,
            charge_model=st.just(model),
            pay_in_advance=said(default=False, value=advance),
            prorated=ABSENT if advance and model == "graduated" else maybe(st.booleans()),
            properties=maybe(prices(around, FIXED_CHARGE, model)),
        )
    )


@st.composite
def coupons(draw: Draw, around: Around) -> Data:
    of_amount, recurring, limited = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    frequencies = ["recurring"] if recurring else ["once", "forever"]
    limits = [name for name, kind in COUPON_LIMITS.items() if around.has(kind)]
    limit = draw(st.sampled_from([None, *limits]))
    applies_to = {} if limit is None else {limit: st.none() | _values(_field(_limits(), limit).type, around)}
    return draw(
        resources(
            COUPON.name,
            COUPON.object,
            around,
            coupon_type=st.just("fixed_amount" if of_amount else "percentage"),
            amount_cents=st.integers(1, 10**6) if of_amount else ABSENT,
            amount_currency=_values(_field(COUPON.object, "amount_currency").type, around) if of_amount else ABSENT,
            percentage_rate=ABSENT if of_amount else _values(_field(COUPON.object, "percentage_rate").type, around),
            frequency=st.sampled_from(frequencies),
            frequency_duration=st.integers(1, 100) if recurring else ABSENT,
            expiration=st.just("time_limit" if limited else "no_expiration"),
            expiration_at=_values(Moment(), around) if limited else ABSENT,
            applies_to=maybe(st.fixed_dictionaries({}, optional=applies_to)),
        )
    )


COUPON_LIMITS = {"plan_codes": "plan", "billable_metric_codes": "billable_metric"}


def webhook_endpoints(around: Around) -> st.SearchStrategy[Data]:
    rest = st.lists(st.sampled_from([*"abA1._~/?=&:@", "%2F"]), max_size=6).map("".join)
    events = st.one_of(st.just(["*"]), st.lists(st.sampled_from(EVENTS), max_size=3))
    return resources(
        WEBHOOK_ENDPOINT.name,
        WEBHOOK_ENDPOINT.object,
        around,
        webhook_url=st.builds("{}://hooks.example.com/{}".format, st.sampled_from(["http", "https"]), rest),
        event_types=maybe(events),
    )


# Prices -----------------------------------------------------------------------------------------------------------


@st.composite
def prices(draw: Draw, around: Around, object_: Object, model: str) -> Data:
    """Properties of the model as `object_` (a charge, a filter, a fixed charge) takes them."""
    variant = _field(object_, "properties").type
    assert isinstance(variant, Variant)
    shape = variant.cases[model]
    names = {one.name for one in shape.fields}
    special: dict[str, Values] = {"custom_properties": ABSENT}
    special |= {name: tiers(_field(shape, name).type, around) for name in names & {*TIER_FIELDS}}
    if "pricing_group_keys" in names:
        written = draw(st.sampled_from(["pricing_group_keys", "grouped_by"]))
        special |= {"pricing_group_keys": ABSENT, written: maybe(st.lists(short_texts(), max_size=2, unique=True))}
    if "presentation_group_keys" in names:
        shown = _values(_field(shape, "presentation_group_keys").type, around)
        special["presentation_group_keys"] = maybe(
            shown.filter(lambda keys: len({key["value"] for key in keys}) == len(keys) <= 2)
        )
    found = draw(objects(shape, around, **special))
    least, most = (found.get(f"per_transaction_{which}_amount") for which in ("min", "max"))
    if least is not None and most is not None and Decimal(least) > Decimal(most):
        found |= {"per_transaction_min_amount": most, "per_transaction_max_amount": least}
    return found


@st.composite
def tiers(draw: Draw, keyed: Type, around: Around) -> list[Data]:
    """One to three tiers that follow upon one another as Lago lets them."""
    assert isinstance(keyed, Keyed)
    step = 1 if keyed is _field(_shape_of("volume"), "volume_ranges").type else 0
    bounds: list[tuple[Decimal, Decimal | None]] = []
    expected = Decimal(0)
    for length in draw(st.lists(st.sampled_from(["1", "10", "0.5", "1000"]), max_size=2)):
        start = expected + draw(st.integers(0, 1))
        end = start + Decimal(length)
        bounds.append((start, end))
        expected = end + step
    bounds.append((expected + draw(st.integers(0, 1)), None))
    return [
        draw(objects(keyed.item, around, from_value=written(st.just(start)), to_value=_bound(end)))
        for start, end in bounds
    ]


def _bound(end: Decimal | None) -> Values:
    return st.none() if end is None else written(st.just(end))


def _prices(model: str, aggregation: str, *, licence: bool) -> bool:
    if model in LICENSED_MODELS and not licence:
        return False
    return aggregation in BY_MODEL.get(model, (aggregation,)) and not (
        model in NOT_OF_LATEST and aggregation == "latest_agg"
    )


def _shape_of(model: str) -> Object:
    return Object(MODELS[model])


def _value_sets(declared: Mapping[str, list[str]]) -> st.SearchStrategy[dict[str, list[str]]]:
    each = {
        key: st.one_of(st.just([ALL_VALUES]), st.lists(st.sampled_from(values), min_size=1, max_size=3))
        for key, values in declared.items()
    }
    return st.fixed_dictionaries({}, optional=each).filter(bool)


def _as_set(values: Mapping[str, list[str]]) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((key, frozenset(taken)) for key, taken in values.items())


# Objects and values, out of the tables ----------------------------------------------------------------------------


def resources(kind: str, object_: Object, around: Around, **given: Values) -> st.SearchStrategy[Data]:
    """`given`: strategies of fields that depend on others; they say themselves whether the field is there."""
    words = st.fixed_dictionaries({}, optional={"state": st.just("present"), "protect": st.just(False)})
    return st.builds(lambda data, words: {"kind": kind} | data | words, objects(object_, around, **given), words)


def objects(object_: Object, around: Around, **given: Values) -> st.SearchStrategy[Data]:
    """Objects of the table, with what it requires and anything of the rest."""
    each = {one.name: _field_values(one, around) for one in object_.fields} | given
    return st.fixed_dictionaries(each).map(lambda data: {key: item for key, item in data.items() if item is not ...})


def _field_values(one: Field, around: Around) -> Values:
    if one.licence and not around.licence:
        return ABSENT
    value = _values(one.type, around)
    return value if one.required else maybe(value)


def maybe(value: Values) -> Values:
    """A field that can be left out, null, or there."""
    return st.one_of(ABSENT, st.none(), value)


def said(*, default: bool, value: bool) -> Values:
    """A flag of that value; it may be left out where that is the default."""
    return st.sampled_from([..., None, value]) if value is default else st.just(value)


def _values(type_: Type, around: Around) -> Values:
    match type_:
        case Text():
            return _texts(type_)
        case Integer():
            low = -100 if type_.minimum is None else type_.minimum
            return st.one_of(st.integers(low, min(type_.maximum, 10**4)), st.just(type_.maximum))
        case Exact():
            return _exact(type_)
        case Boolean():
            return st.booleans()
        case Moment():
            return st.sampled_from(["2099-12-31", "2099-12-31T23:59:59Z", "2099-01-01T10:00:00+02:00"])
        case Reference():
            return st.sampled_from(around.codes.get(type_.kind) or [""]).filter(bool)
        case Many(item=Reference(kind=kind)) if not around.has(kind):
            return st.just([])
        case Many():
            return st.lists(_values(type_.item, around), max_size=2)
        case TextMap():
            return st.dictionaries(short_texts(), st.one_of(st.none(), st.text("ab ü", max_size=4)), max_size=2)
        case Free():
            return st.dictionaries(short_texts(), st.one_of(st.integers(), st.booleans(), short_texts()), max_size=2)
        case Object():
            return objects(type_, around)
        case _:
            return st.just([] if isinstance(type_, Keyed) else {})


def _texts(text: Text) -> Values:
    if text.choices:
        return st.sampled_from(text.choices)
    if text.pattern == CODE.pattern:
        return codes()
    found = st.one_of(
        short_texts(), st.sampled_from(["two\nlines", "quote\" ' #: -", "0123", "null", "ünï 漢😀", " x "])
    )
    return found if text.pattern or not text.empty_is_null else st.one_of(st.just(""), found)


def codes() -> st.SearchStrategy[str]:
    """Odd ones too: dots, slashes, blanks inside, what URLs and YAML have a use for, any alphabet."""
    edge, inner = st.sampled_from(EDGES), st.text(EDGES + " +&:", max_size=2)
    found = st.one_of(st.sampled_from("abc"), st.builds("{}{}{}".format, edge, inner, edge))
    return found.filter(lambda code: re.search(CODE.pattern, code) is not None and code not in CODE.forbidden)


def short_texts() -> st.SearchStrategy[str]:
    return st.text("abü1", min_size=1, max_size=3)


def _exact(exact: Exact) -> Values:
    """Numbers within bounds, some of them at a bound; with as many decimals as Lago keeps."""
    most = 10**6 if exact.maximum is None else int(exact.maximum)
    places = 4 if exact.places is None else min(exact.places, 12)
    small = st.integers(1, 10**4).map(lambda n: Decimal(n).scaleb(-min(places, 4)))
    tiny = Decimal(1).scaleb(-places)
    special = [tiny, Decimal(min(most, 100)), Decimal(most)] + ([] if exact.above is not None else [Decimal(0)])
    return written(st.one_of(small.filter(lambda n: n <= most), st.sampled_from(special)))


def written(number: st.SearchStrategy[Decimal]) -> Values:
    """The number in one of the ways in which a manifest can write it."""
    ways: list[Callable[[Decimal], Json]] = [
        _plain,
        lambda n: f"{_plain(n)}.0" if n == int(n) else f"{_plain(n)}0",
        _number,
    ]
    return st.builds(lambda n, way: way(n), number, st.sampled_from(ways))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _number(number: Decimal) -> Json:
    return int(number) if number == int(number) else number


def choices(object_: Object, name: str) -> tuple[str, ...]:
    type_ = _field(object_, name).type
    assert isinstance(type_, Text)
    return type_.choices


def _limits() -> Object:
    type_ = _field(COUPON.object, "applies_to").type
    assert isinstance(type_, Object)
    return type_


def _field(object_: Object, name: str) -> Field:
    return next(one for one in object_.fields if one.name == name)
