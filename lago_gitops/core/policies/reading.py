"""`policies` of the project file: from data of the right shape to rules, and what is wrong with them besides."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import LABEL, WAIVERS, Requirement
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.policies.rule import Bounds, Condition, PolicyRule, RuleResult
from lago_gitops.core.policies.window import Window, minutes
from lago_gitops.core.validation.manifest import Manifest, Path

WHERE = "policies"
RULE = "policy"
UNIT_S = {"m": 60, "h": 3600, "d": 24 * 3600}
WINDOWS = ("during", "outside")


def policy_problems(manifest: Manifest) -> Iterator[Problem]:
    """What the schema can't say. The shape has to be right."""
    policies = manifest.data.get(WHERE) or ()
    for index, name in repeated(one["name"] for one in policies):
        mark = manifest.mark((WHERE, index, "name"))
        yield Problem(mark, f"there is another policy {name!r}", "give the policy a name: --allow uses it", RULE)
    for index, one in enumerate(policies):
        if one["name"] in WAIVERS:
            mark, hint = manifest.mark((WHERE, index, "name")), "choose another name"
            yield Problem(mark, f"{one['name']!r} is the name of a built-in guard", hint, RULE)
        given = sum(result in one for result in RuleResult)
        if given != 1:
            wrong = "several consequences" if given else "no consequence"
            hint = "give one of warn, require and refuse"
            yield Problem(manifest.mark((WHERE, index)), f"policy {one['name']!r} has {wrong}", hint, RULE)
        for path, window in _windows_in(one, (WHERE, index, "when")):
            yield from _window_problems(manifest, path, window)


def read_policies(manifest: Manifest) -> tuple[PolicyRule, ...]:
    """Of a manifest without problems."""
    policies = manifest.data.get(WHERE) or ()
    return tuple(_rule(manifest, index, one) for index, one in enumerate(policies))


def _windows_in(policy: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    when = policy.get("when") or {}
    for name in WINDOWS:
        windows = when.get(name)
        if isinstance(windows, Mapping):
            yield (*path, name), windows
        for index, one in enumerate(windows if isinstance(windows, Sequence) else ()):
            yield (*path, name, index), one


def _window_problems(manifest: Manifest, path: Path, window: Mapping[str, Any]) -> Iterator[Problem]:
    if not _is_zone(window["time_zone"]):
        mark = manifest.mark((*path, "time_zone"))
        message, hint = f"there is no time zone {window['time_zone']!r}", "use a name such as Europe/Paris or UTC"
        yield Problem(mark, message, hint, RULE)
    for index, text in enumerate(window.get("dates") or ()):
        if wrong := _wrong_dates(text):
            yield Problem(manifest.mark((*path, "dates", index)), f"{text!r}: {wrong}", rule=RULE)


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # of a name that is no path below the database's folder, or a folder
        return False
    return True


def _wrong_dates(text: str) -> str:
    try:
        first, last = _dates(text)
    except ValueError as error:
        return str(error)
    return "" if first <= last else "it ends before it begins"


# Data to values -----------------------------------------------------------------------------------------------------


def _rule(manifest: Manifest, index: int, data: Mapping[str, Any]) -> PolicyRule:
    result = next(one for one in RuleResult if one in data)
    because = data[result]["because"] if result is RuleResult.REQUIRE else data[result]
    return PolicyRule(
        name=data["name"],
        mark=manifest.mark((WHERE, index)),
        result=result,
        because=because.strip(),
        environments=tuple(data.get("environments") or ()),
        when=_condition(data.get("when") or {}),
        requirement=_requirement(data["name"], data["require"]) if result is RuleResult.REQUIRE else None,
    )


def _requirement(name: str, data: Mapping[str, Any]) -> Requirement:
    wait = data.get("wait")
    usual = "" if wait and not data.get("approvers") else f"{LABEL}{name}"  # nothing but time is wanted
    return Requirement(
        label=data.get("label") or usual,
        approvers=tuple(data.get("approvers") or ()),
        wait_s=int(wait[:-1]) * UNIT_S[wait[-1]] if wait else 0,
    )


def _condition(data: Mapping[str, Any]) -> Condition:
    amount = data.get("amount_per_month")
    return Condition(
        kinds=_several(data.get("kind")),
        codes=_several(data.get("code")),
        actions=_several(data.get("action")),
        classes=tuple(map(ChangeClass, _several(data.get("class")))),
        effects=tuple(map(EffectClass, _several(data.get("effect")))),
        rise=_bounds(data.get("increase_percent")),
        fall=_bounds(data.get("decrease_percent")),
        amount=_bounds(amount),
        currency=(amount or {}).get("currency", ""),
        subscriptions=_bounds(data.get("subscriptions")),
        during=tuple(map(_window, _several(data.get("during")))),
        outside=tuple(map(_window, _several(data.get("outside")))),
    )


def _several(value: Any) -> tuple[Any, ...]:
    """One that needs no list, a list, or nothing."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def _bounds(data: Mapping[str, Any] | None) -> Bounds | None:
    if data is None:
        return None
    return Bounds(*(None if data.get(name) is None else Decimal(data[name]) for name in ("at_least", "at_most")))


def _window(data: Mapping[str, Any]) -> Window:
    from zoneinfo import ZoneInfo

    start, _, end = data.get("hours", "").partition("-")
    return Window(
        zone=ZoneInfo(data["time_zone"]),
        days=tuple(data.get("days") or ()),
        hours=(minutes(start), minutes(end)) if start else None,
        days_of_month=tuple(map(int, data.get("days_of_month") or ())),
        dates=tuple(map(_dates, data.get("dates") or ())),
    )


def _dates(text: str) -> tuple[date, date]:
    """Raises ValueError for a day that no month has."""
    first, _, last = text.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last or first)
