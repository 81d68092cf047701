"""Findings as SARIF 2.1.0, which code scanning reads."""

from typing import Any, Final
from urllib.parse import quote

from lago_gitops.render.base.json import dump
from lago_gitops.render.run.facts import Facts, Finding, findings

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS: Final = 5_000  # results of one run that GitHub accepts


def sarif(facts: Facts) -> str:
    shown = findings(facts)[:MOST_RESULTS]
    rules = tuple(dict.fromkeys(one.rule for one in shown))
    name, _, version = facts.about.get("tool", "lago-gitops").partition(" ")
    driver: dict[str, Any] = {"name": name, "rules": [{"id": rule} for rule in rules]}
    run = {
        "tool": {"driver": driver | ({"version": version} if version else {})},
        "invocations": [{"executionSuccessful": not facts.stopped, "exitCode": facts.exit_code}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules.index(one.rule)) for one in shown],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(one: Finding, rule: int) -> dict[str, Any]:
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(one.path.replace("\\", "/"))},
            "region": {"startLine": one.line, "startColumn": one.column},
        }
    }
    return {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": one.level.value,
        "message": {"text": one.message},
        "locations": [place] if one.path else [],
    }
