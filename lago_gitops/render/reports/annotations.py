"""Commands to GitHub's runner that annotate the lines of a pull request with findings."""

from typing import Final

from lago_gitops.render.base.values import printable
from lago_gitops.render.run.facts import Facts, Finding, Level, findings

MOST: Final = 10  # annotations per level that GitHub shows for one step

_COMMANDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def annotations(facts: Facts) -> str:
    """One line each, the gravest first, up to the number that GitHub shows; then how many more there are."""
    all_findings = findings(facts)
    shown = [one for level in Level for one in [each for each in all_findings if each.level is level][:MOST]]
    lines = [_line(one) for one in shown]
    if len(shown) < len(all_findings):
        lines.append(f"::notice title=lago-gitops::{len(all_findings) - len(shown)} more findings are in the report")
    return "".join(f"{line}\n" for line in lines)


def _line(one: Finding) -> str:
    place = f"file={_value(one.path)},line={one.line},col={one.column}," if one.path else ""
    return f"::{_COMMANDS[one.level]} {place}title={_value(f'lago-gitops: {one.rule}')}::{_message(one.message)}"


def _message(text: str) -> str:
    """A message, escaped like the runner's own toolkit does it."""
    shown = "\n".join(map(printable, text.split("\n")))
    return shown.replace("%", "%25").replace("\n", "%0A")


def _value(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
