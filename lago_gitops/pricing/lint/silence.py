"""Silenced rules: `silence: {rule: reason}` at the top of a manifest."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lago_gitops.core.model.fields import NOT_BLANK
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.suggestions import closest
from lago_gitops.pricing.lint.rule import LintFinding

SILENCE: Final = "silence"
SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "additionalProperties": {"type": "string", "pattern": NOT_BLANK},
    "description": "Pricing lint rules to ignore here, each with the reason.",
}
"""The JSON Schema of `silence`."""
UNKNOWN: Final = "silence-unknown"
UNUSED: Final = "silence-unused"

Silences = Mapping[Address, Mapping[str, str]]


def silences(manifests: Mapping[Address, Mapping[str, Any]]) -> Silences:
    """The silences of each manifest that has some."""
    return {address: data[SILENCE] for address, data in manifests.items() if data.get(SILENCE)}


def audible(
    findings: Iterable[LintFinding], silenced: Silences, rules: Iterable[str], later: Iterable[str] = ()
) -> Iterator[LintFinding]:
    """Findings that aren't silenced, then a warning for each silence of an unknown rule, or of one that found nothing.

    `rules` are the ids of all rules, `later` those that run at other times, whose silences may be unused here.
    """
    used = set()
    for finding in findings:
        if finding.rule in silenced.get(finding.address, ()):
            used.add((finding.address, finding.rule))
        else:
            yield finding
    known, elsewhere = sorted(rules), frozenset(later)
    for address, reasons in silenced.items():
        for rule in reasons:
            if rule not in elsewhere and (address, rule) not in used:
                yield _useless(address, rule, known)


def _useless(address: Address, rule: str, known: list[str]) -> LintFinding:
    path = (SILENCE, rule)
    if rule in known:
        message, hint = f"{rule} finds nothing here, so there is nothing to silence", "remove the line"
        return LintFinding(address, path, message, hint, UNUSED, Severity.WARNING)
    message, hint = f"there is no rule {rule!r} to silence", closest(rule, known) or "the rules are listed in docs/lint"
    return LintFinding(address, path, message, hint, UNKNOWN, Severity.WARNING)
