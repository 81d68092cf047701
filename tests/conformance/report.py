"""How many answers agree with Lago's, by the first part of their path."""

import json
from collections.abc import Iterable
from difflib import unified_diff

from tests.conformance.replay import LISTS, VERSIONS, Result, Verdict, replayed


def table(results: Iterable[Result]) -> str:
    """A line for each group: how many agree of those that Lago's answer is known of, and how many more were sent."""
    groups: dict[str, list[Verdict]] = {}
    for result in results:
        groups.setdefault(result.group, []).append(result.verdict)
    every = [verdict for verdicts in groups.values() for verdict in verdicts]
    rows = [*sorted(groups.items()), ("all", every)]
    return "\n".join(_row(name, verdicts) for name, verdicts in rows)


def _row(name: str, verdicts: list[Verdict]) -> str:
    unknown = verdicts.count(Verdict.UNANSWERED)
    agreed = verdicts.count(Verdict.AGREED)
    return f"{name:20} {agreed:4}/{len(verdicts) - unknown:<4} and {unknown} without a recorded answer"


def difference(result: Result) -> str:
    """Line by line, Lago's answer first."""
    lago, sandbox = (json.dumps(side, indent=1, ensure_ascii=False) for side in (result.expected, result.actual))
    return "\n".join(unified_diff(lago.splitlines(), sandbox.splitlines(), "Lago", "sandbox", lineterm="", n=2))


def main() -> int:
    """Print the report of both lists against both versions; 1 when an answer differs."""
    differing = 0
    for version in VERSIONS:
        results = [result for steps in LISTS for result in replayed(steps, version)]
        print(f"Lago {version}\n{table(results)}\n")  # noqa: T201 (the report is the purpose)
        for result in results:
            if result.verdict is Verdict.DIFFERS:
                differing += 1
                print(f"{result.step}\n{difference(result)}\n")  # noqa: T201 (as above)
    return 1 if differing else 0
