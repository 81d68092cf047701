"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """ "1 subscription", "214 subscriptions"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
