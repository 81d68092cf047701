"""How many inputs a property is tried on: a tenth of them in `make quick`."""

from hypothesis import settings

OF = settings.get_profile("tests").max_examples


def tries(number: int) -> int:
    """So many, and as small a part of them as the profile in use tries of any property that names no number."""
    return max(number * settings.default.max_examples // OF, 1)
