"""What Lago takes for an e-mail address."""

import re

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


def are_addresses(text: str) -> bool:
    """Of one address, or of several with commas between. A host needs no dot, and nothing beyond ASCII will do."""
    return all(_ADDRESS.fullmatch(part.strip()) for part in text.split(","))
