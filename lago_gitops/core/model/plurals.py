"""Numbers in sentences."""


def counted(number: int | None, noun: str) -> str:
    """ "1 subscription", "214 subscriptions", "an unknown number of subscriptions" for None."""
    if number is None:
        return f"an unknown number of {_plural(noun)}"
    return f"{number:,} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
