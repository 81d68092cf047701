"""Targets as lines, as JSON, and as the table of a page."""

import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.bench import Target

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "performance.md"
_TABLE = re.compile(r"(?<=<!-- benchmarks -->\n).*?(?=<!-- /benchmarks -->)", re.DOTALL)
_WORDS = {True: "ok", False: "MISSED", None: "–"}


def line(target: Target) -> str:
    note = f"  ({target.note})" if target.note else ""
    return f"{_WORDS[target.is_met]:8}{target.name}: {_number(target.value)} {target.unit}, {_limit(target)}{note}"


def results(items: Mapping[str, Sequence[Target]], before: Any) -> dict[str, Any]:
    """What was measured now, and of items that weren't what was known before."""
    known = dict(before.get("items", {}))
    known |= {name: [asdict(target) for target in targets] for name, targets in items.items()}
    machine = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return {"machine": machine, "items": known}


def targets(found: Any) -> tuple[Target, ...]:
    """The targets in a file of results."""
    return tuple(Target(**one) for each in found["items"].values() for one in each)


def table(found: Iterable[Target]) -> str:
    rows = "".join(f"| {one.name} | {_number(one.value)} {one.unit} | {_limit(one)} |\n" for one in found)
    return f"| What | Measured | Target |\n|---|---|---|\n{rows}"


def with_table(text: str, found: Iterable[Target]) -> str:
    """The page's text with that table between its marks."""
    return _TABLE.sub(lambda _: table(found), text)


def dump(found: Any) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _limit(target: Target) -> str:
    if target.most is not None:
        return f"at most {target.most:g}"
    return "–" if target.least is None else f"at least {target.least:g}"
