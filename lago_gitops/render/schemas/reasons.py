"""Why a fee differs, as constants for programs."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a fee differs from the price list."""

    OVERRIDDEN = "overridden"
    EARLIER_PRICE = "earlier_price"
    LATER_PRICE = "later_price"
    CHANGED_IN_LAGO = "changed_in_lago"
    CHANGED_IN_BETWEEN = "changed_in_between"
    NOT_LISTED = "not_in_price_list"
    OTHER_FEES = "other_fees"
    ROUNDING = "rounding"
    COUPON = "coupon"
    SERVER_VERSION = "server_version"
    UNKNOWN = "unknown"
