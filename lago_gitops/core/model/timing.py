"""When a change of a price list reaches an invoice."""

from enum import StrEnum


class Timing(StrEnum):
    """Which invoices have a change, from those that it reaches soonest or hurts most to those that it never reaches."""

    ENDS = "ends"
    LOST = "lost"
    DOUBLE = "double"
    NOW_BILL = "now-bill"
    SPLIT = "split"
    ALL = "all"
    NEW_EVENTS = "new-events"
    NEXT = "next"
    FROM_THEN = "from-then"
    NEXT_INVOICE = "next-invoice"
    MOVES_NOW = "moves-now"
    MOVES_NEXT = "moves-next"
    AT_ONCE = "at-once"
    NEW_ONLY = "new-only"
    NAMES = "names"
    IGNORED = "ignored"
    NEVER = "never"
    NONE = "none"


MEANINGS: dict[Timing, str] = {
    Timing.ENDS: "subscriptions end, and are invoiced",
    Timing.LOST: "unbilled usage is never billed, not even usage on drafts",
    Timing.DOUBLE: "what was already billed is billed again",
    Timing.NOW_BILL: "an invoice is created immediately",
    Timing.SPLIT: "the running period is split at the day of the change",
    Timing.ALL: "the whole running period, from its first day, and drafts of the previous one",
    Timing.NEW_EVENTS: "events after the change; what was already billed stays",
    Timing.NEXT: "the next period; the running one stays as it is",
    Timing.FROM_THEN: "from the change on, whatever the period",
    Timing.NEXT_INVOICE: "invoices created or finalized from now on",
    Timing.MOVES_NOW: "subscriptions move to another plan at once, and are invoiced",
    Timing.MOVES_NEXT: "subscriptions move to another plan when their period ends",
    Timing.AT_ONCE: "entitlements change at once; no invoice does",
    Timing.NEW_ONLY: "only new subscriptions, customers or discounts",
    Timing.NAMES: "no amounts; names on invoices change, even on finalized ones",
    Timing.IGNORED: "nothing: Lago answers 200 and keeps what it has, or what customers have",
    Timing.NEVER: "nothing: this Lago stores it but never bills it",
    Timing.NONE: "nothing visible on invoices or in entitlements",
}
