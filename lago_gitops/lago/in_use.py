"""Whether and how much an object is in use: no answer about the object itself says so, its counters are always 0."""

from lago_gitops.core.comparison.answered import ROW
from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.kind import CountedUse
from lago_gitops.core.model.resources import Live
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import Forbidden
from lago_gitops.lago.expected import expected_shape
from lago_gitops.lago.transport import Params


def is_in_use(reader: Reader, use: CountedUse, found: Live) -> bool:
    """One request: the newest row that names the object's code decides.

    Rows older than the object belong to one that had the code before it. What the key may not read may be in use.
    """
    params: Params = {use.code_param: found.address.key, **use.params}
    try:
        newest = reader.newest(use.collection, params=params)
    except Forbidden:
        return True
    rows = (expected_shape(ROW, row, use.collection) for row in newest)
    return any(row["created_at"] >= found.created_at for row in rows)


def count(reader: Reader, asked: Count, found: Live) -> Number:
    """How many rows of the list name the object's code; None where the key may not read it. One request."""
    try:
        return reader.count(asked.collection, params={asked.code_param: found.address.key, **asked.params})
    except Forbidden:
        return None
