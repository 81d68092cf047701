"""Where a pulled manifest goes: one file a resource, one folder a kind."""

import hashlib
import re

LONGEST_NAME = 60


def file_name(code: str, shown: str) -> str:
    """A name that every file system takes, different for different codes. `shown` is the code without its secrets.

    What is unusual in a code becomes `-`, and a digest then tells it from its like; so it does where codes differ in
    nothing but capitals, which some file systems don't tell apart.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", shown).strip("-.")[:LONGEST_NAME].lower()
    if plain == code:
        return f"{plain}.yaml"
    return f"{plain or 'x'}-{hashlib.sha256(code.encode()).hexdigest()[:8]}.yaml"
