"""Why something can't be priced: each message says what is wrong and what to do."""


class PricingError(ValueError):
    """The base of everything the rating engine raises on purpose."""


class UnknownCurrencyError(PricingError):
    """Not one of the currencies that Lago accepts; their codes are upper case."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not a currency that Lago accepts: use an upper-case ISO 4217 code such as 'EUR'")


class UnratableError(PricingError):
    """Lago accepts this price but then fails to bill it: it creates no invoice at all."""


class UnsupportedError(PricingError):
    """Only the Lago server itself can know this price."""


class InvalidPriceError(PricingError):
    """A price list that can't be read: a figure that isn't a number, a missing property, an unknown word."""
