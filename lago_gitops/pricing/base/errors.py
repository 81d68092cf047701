"""Why something can't be priced: each error says in words what is wrong and what would help."""


class PricingError(ValueError):
    """The base of everything the rating engine raises on purpose."""


class UnknownCurrencyError(PricingError):
    """Not one of the currencies that Lago accepts; their codes are upper case."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not a currency that Lago accepts: use an upper-case ISO 4217 code such as 'EUR'")


class UnratableError(PricingError):
    """Lago accepts this price and then fails to bill it: it makes no invoice at all."""


class UnsupportedError(PricingError):
    """Only the Lago server itself can know this price."""


class InvalidPriceError(PricingError):
    """A price list that can't be read: a figure that isn't a number, a property that is missing, an unknown word."""
