"""The 142 currencies that Lago accepts, with Lago's own subunits, which no public table agrees with.

Recorded: one plan in every currency was billed (prices: cur_*).
"""

from types import MappingProxyType

from lago_gitops.core.model.scalars import EXACT

_HUNDREDTHS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK
DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG IDR ILS INR IRR JMD KES KGS KHR KYD KZT LAK
LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
RSD RUB SAR SBD SCR SEK SGD SHP SLL SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW
"""
_WHOLE = "BIF CLP DJF GNF HUF ISK JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD JOD KWD"

SUBUNITS = MappingProxyType(
    dict.fromkeys(_HUNDREDTHS.split(), 100)
    | dict.fromkeys(_WHOLE.split(), 1)
    | dict.fromkeys(_THOUSANDTHS.split(), 1000)
    | {"CLF": 10_000, "MRO": 5}
)
"""How many cents (the subunits that `*_cents` counts) make one unit, by ISO code."""

SYMBOLS = MappingProxyType(
    {
        "EUR": "€",
        "USD": "$",
        "GBP": "£",
        "JPY": "¥",
        "INR": "₹",
        "KRW": "₩",
        "ILS": "₪",
        "VND": "₫",
        "UAH": "₴",
        "NGN": "₦",
        "PHP": "₱",
    }
)
"""Currencies whose symbol nobody takes for another one's; all others are named by their code."""

CODES = tuple(sorted(SUBUNITS))


def money_of(cents: int, currency: str) -> str:
    """Cents with the decimals of their currency: €1,234.50, KWD 1.500. A currency that Lago doesn't know has two."""
    subunits = SUBUNITS.get(currency, 100)
    places = len(str(subunits)) - 1 if subunits != 5 else 1
    figures = f"{EXACT.divide(abs(cents), subunits):,.{places}f}"
    return f"{'−' if cents < 0 else ''}{SYMBOLS.get(currency) or f'{currency} '}{figures}"
