"""The 142 currencies that Lago accepts, and how many subunits ("cents") it divides each of them into."""

import math

from lago_gitops.pricing.errors import UnknownCurrencyError

_SUBUNITS = {
    10_000: "CLF",
    1_000: "BHD JOD KWD",
    100: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP "
        "CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG IDR ILS INR IRR JMD "
        "KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
        "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLL SOS SRD STD SZL THB TJS TOP TRY TTD "
        "TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW"
    ),
    5: "MRO",
    1: "BIF CLP DJF GNF HUF ISK JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF",
}
SUBUNITS = {code: subunits for subunits, codes in _SUBUNITS.items() for code in codes.split()}


def subunits(currency: str) -> int:
    """Subunits of one unit: 100 for EUR, 1 for JPY, 5 for MRO. Raises UnknownCurrencyError."""
    try:
        return SUBUNITS[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


def exponent(currency: str) -> int:
    """Decimals to which an amount is rounded before it becomes subunits: 2 for EUR, 1 for MRO."""
    return round(math.log10(subunits(currency)))
