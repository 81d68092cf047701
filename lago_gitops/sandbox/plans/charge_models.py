"""Charge models: the properties that each keeps, their defaults and their checks."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash
from lago_gitops.sandbox.base.values.numerals import amount, is_price
from lago_gitops.sandbox.base.world import World

_FREE_TIER = {"from_value": 0, "to_value": None, "per_unit_amount": "0", "flat_amount": "0"}
_FREE_SHARE = {"from_value": 0, "to_value": None, "rate": "0", "fixed_amount": "0", "flat_amount": "0"}

_DEFAULTS: dict[str, Doc] = {
    "standard": {"amount": "0"},
    "graduated": {"graduated_ranges": [_FREE_TIER]},
    "package": {"package_size": 1, "amount": "0", "free_units": 0},
    "percentage": {"rate": "0"},
    "volume": {"volume_ranges": [_FREE_TIER]},
    "graduated_percentage": {"graduated_percentage_ranges": [_FREE_SHARE]},
    "dynamic": {},
    "custom": {},
}
_KEYS: dict[str, tuple[str, ...]] = {
    "standard": ("amount",),
    "graduated": ("graduated_ranges",),
    "package": ("amount", "free_units", "package_size"),
    "percentage": (
        "fixed_amount",
        "free_units_per_events",
        "free_units_per_total_aggregation",
        "per_transaction_max_amount",
        "per_transaction_min_amount",
        "rate",
    ),
    "volume": ("volume_ranges",),
    "graduated_percentage": ("graduated_percentage_ranges",),
    "dynamic": (),
    "custom": (),
}
MODELS = frozenset(_KEYS)
MOST_PRESENTATION_KEYS = 2


def defaults(model: str | None) -> Doc:
    """The properties of a charge sent without any: a price of zero."""
    return json.loads(json.dumps(_DEFAULTS.get(model or "", {})))  # type: ignore[no-any-return] # a copy


def sliced(world: World, model: str, metric: Doc, properties: Doc) -> Doc:
    """The properties that the model keeps; others are dropped, except within tiers."""
    kept = {key: properties[key] for key in _KEYS.get(model, ()) if key in properties}
    kept |= _group_keys(properties)
    if world.can.presentation_group_keys and properties.get("presentation_group_keys") not in (None, []):
        kept["presentation_group_keys"] = properties["presentation_group_keys"]
    if metric["aggregation_type"] == "custom_agg" and "custom_properties" in properties:
        kept["custom_properties"] = _custom_properties(properties["custom_properties"])
    return kept


def _group_keys(properties: Doc) -> Doc:
    """The old name grouped_by is stored under the new one; blank items are dropped, and so is an empty list."""
    given = properties.get("pricing_group_keys") or properties.get("grouped_by")
    if not given:
        return {}
    if not isinstance(given, list) or not all(isinstance(key, str) for key in given):
        raise crash()
    return {"pricing_group_keys": [key for key in given if key.strip()]}


def _custom_properties(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        return {}


def mirrored(properties: Doc) -> Doc:
    """As read back: with the group keys under their old name, too."""
    keys = properties.get("pricing_group_keys")
    return {**properties, "grouped_by": keys} if keys else properties


def problems(world: World, model: str, metric: Doc, properties: Doc) -> list[str]:
    """Error codes under `properties`, each once."""
    check = _CHECKS.get(model)
    codes = check(world, metric, properties) if check else []
    codes += _presentation_problems(properties.get("presentation_group_keys"))
    return list(dict.fromkeys(codes))


def _standard(_: World, __: Doc, properties: Doc) -> list[str]:
    return [] if is_price(properties.get("amount")) else ["invalid_amount"]


def _package(_: World, __: Doc, properties: Doc) -> list[str]:
    codes = [] if is_price(properties.get("amount")) else ["invalid_amount"]
    if not _is_whole(properties.get("free_units"), 0):
        codes.append("invalid_free_units")
    if not _is_whole(properties.get("package_size"), 1):
        codes.append("invalid_package_size")
    return codes


def _percentage(world: World, metric: Doc, properties: Doc) -> list[str]:
    codes = [] if is_price(properties.get("rate")) else ["invalid_rate"]
    for key in ("fixed_amount", "free_units_per_events", "free_units_per_total_aggregation"):
        value = properties.get(key)
        fits = _is_whole(value, 1) if key == "free_units_per_events" else is_price(value)
        if value is not None and not fits:
            codes.append(f"invalid_{key}")
    if world.premium:
        codes += _per_transaction(properties)
    return codes + _not_of_latest(metric)


def _per_transaction(properties: Doc) -> list[str]:
    least, most = properties.get("per_transaction_min_amount"), properties.get("per_transaction_max_amount")
    if not all(value is None or is_price(value) for value in (least, most)):
        return ["invalid_amount"]
    bounds = amount(least), amount(most)
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        return ["per_transaction_max_lower_than_per_transaction_min"]
    return []


def _not_of_latest(metric: Doc) -> list[str]:
    return ["invalid_value"] if metric["aggregation_type"] == "latest_agg" else []


def _graduated(world: World, _: Doc, properties: Doc) -> list[str]:
    return _tiers(world, properties.get("graduated_ranges"), "graduated_ranges", _tier_prices)


def _volume(world: World, _: Doc, properties: Doc) -> list[str]:
    return _tiers(world, properties.get("volume_ranges"), "volume_ranges", _tier_prices)


def _graduated_percentage(world: World, metric: Doc, properties: Doc) -> list[str]:
    key = "graduated_percentage_ranges"
    if properties.get(key) is None:
        raise crash()
    return _tiers(world, properties[key], key, _tier_shares) + _not_of_latest(metric)


def _tiers(world: World, tiers: Any, key: str, price_problems: Callable[[Doc], list[str]]) -> list[str]:
    if not tiers:
        return [f"missing_{key}"]
    if not isinstance(tiers, list) or not all(isinstance(tier, dict) for tier in tiers):
        raise crash()
    codes = [code for tier in tiers for code in price_problems(tier)]
    gap, slack = _joints(world, key)
    return codes if _joined(tiers, gap, slack) else [*codes, f"invalid_{key}"]


def _joints(world: World, key: str) -> tuple[int, int]:
    """How far above the end of a tier the next one starts, and the tolerance.

    The tolerance of volume tiers allows gaps that Lago can't bill; before 1.45 there was no tolerance.
    """
    if not world.can.touching_tiers:
        return 1, 0
    return (1, 1) if key == "volume_ranges" else (0, 1)


def _tier_prices(tier: Doc) -> list[str]:
    fits = is_price(tier.get("per_unit_amount")) and is_price(tier.get("flat_amount"))
    return [] if fits else ["invalid_amount"]


def _tier_shares(tier: Doc) -> list[str]:
    codes = [] if is_price(tier.get("flat_amount")) else ["invalid_amount"]
    return codes if is_price(tier.get("rate")) else [*codes, "invalid_rate"]


def _joined(tiers: list[Doc], gap: int, slack: int) -> bool:
    """Whether the tiers start at zero and follow one another, and the last one is open."""
    expected = Decimal(0)
    for tier in tiers:
        start, end = _bound(tier.get("from_value")), tier.get("to_value")
        if start not in (expected, expected + slack):
            return False
        if tier is tiers[-1]:
            return end is None
        if end is None or _bound(end) <= start:
            return False
        if gap and isinstance(end, str):
            raise crash()  # Lago adds a number to a text
        expected = _bound(end) + gap
    return True


def _bound(value: Any) -> Decimal:
    """Lago casts anything to a decimal, and crashes if it can't."""
    number = amount(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    if number is None:
        raise crash()
    return number


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _presentation_problems(keys: Any) -> list[str]:
    if keys is None:
        return []
    if not isinstance(keys, list) or not all(_is_presentation_key(key) for key in keys):
        return ["invalid_type"]
    if len(keys) > MOST_PRESENTATION_KEYS:
        return ["too_many_keys"]
    return [] if len({key["value"] for key in keys}) == len(keys) else ["value_is_duplicated"]


def _is_presentation_key(key: Any) -> bool:
    if not isinstance(key, dict) or not isinstance(key.get("value"), str):
        return False
    options = key.get("options")
    return options is None or (isinstance(options, dict) and isinstance(options.get("display_in_invoice", True), bool))


_CHECKS: dict[str, Callable[[World, Doc, Doc], list[str]]] = {
    "standard": _standard,
    "package": _package,
    "percentage": _percentage,
    "graduated": _graduated,
    "volume": _volume,
    "graduated_percentage": _graduated_percentage,
}
