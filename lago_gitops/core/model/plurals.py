"""Numbers and lists in sentences."""

from collections.abc import Iterable, Sequence


def counted(number: int | None, noun: str) -> str:
    """ "1 subscription", "214 subscriptions", "an unknown number of subscriptions" for None."""
    if number is None:
        return f"an unknown number of {_plural(noun)}"
    return f"{number:,} {noun if number == 1 else _plural(noun)}"


def bills_change(number: int | None, also: str = "") -> str:
    """ "the bill of 1 subscription changes", "the bills of 214 subscriptions change"; `also` follows their number."""
    whose, verb = ("bill", "changes") if number == 1 else ("bills", "change")
    return f"the {whose} of {counted(number, 'subscription')}{also} {verb}"


def enumerated(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; empty for none."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def listed(things: Iterable[object], most: int = 5) -> str:
    """`a, b`; of many the first, and how many more there are: `a, b and 3 more`."""
    names = [str(thing) for thing in things]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def in_words(name: str) -> str:
    """The name of a kind, a list or a field as prose has it: `billable metrics`, `add-on`."""
    return name.replace("_", " ").replace("add on", "add-on")


def _plural(noun: str) -> str:
    if noun.endswith("ty"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith("x") else f"{noun}s"
