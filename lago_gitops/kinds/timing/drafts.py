"""Which requests mark draft invoices, so that they are computed again before they are finalized.

Money is the same in the end: what isn't marked is computed when it is finalized. Measured: draft_flags.
"""

from typing import Final

MARKING: Final = (
    ("PUT", "plans", ""),
    ("PUT", "billable_metrics", "filters"),
    ("DELETE", "billable_metrics", ""),
    ("PUT", "billing_entities", "tax_codes"),
)
"""Method, collection, and the field that has to be sent; none: any, even a name.

Requests to what is below an object, such as its charges, mark nothing.
"""


def marks_drafts(method: str, path: str, field: str = "") -> bool:
    """Whether a request that sends the field marks the drafts of those whom it is about."""
    collection, _, *below = path.strip("/").split("/")
    return not below and any((method, collection) == each[:2] and each[2] in ("", field) for each in MARKING)
