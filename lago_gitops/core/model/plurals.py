"""Numbers in sentences."""


def counted(number: int | None, noun: str) -> str:
    """ "1 subscription", "214 subscriptions", "an unknown number of subscriptions" for None."""
    if number is None:
        return f"an unknown number of {noun}s"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
