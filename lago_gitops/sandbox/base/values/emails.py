"""What Lago accepts as an e-mail address."""

import re

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


def are_addresses(text: str) -> bool:
    """One address, or several separated by commas. The host doesn't need a dot; only ASCII is allowed."""
    return all(_ADDRESS.fullmatch(part.strip()) for part in text.split(","))
