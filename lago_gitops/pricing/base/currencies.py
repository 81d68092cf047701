"""How Lago divides the currencies it accepts into subunits ("cents"), and how far it rounds them."""

import math
from functools import cache

from lago_gitops.core.model.currencies import SUBUNITS
from lago_gitops.pricing.base.errors import UnknownCurrencyError


def subunits(currency: str) -> int:
    """Subunits of one unit: 100 for EUR, 1 for JPY, 5 for MRO. Raises UnknownCurrencyError."""
    try:
        return SUBUNITS[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


@cache
def exponent(currency: str) -> int:
    """Decimals to which an amount is rounded before it becomes subunits: 2 for EUR, 1 for MRO."""
    return round(math.log10(subunits(currency)))
