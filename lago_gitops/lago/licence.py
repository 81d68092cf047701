"""Whether a Lago has a licence: no answer says so, but some lists are there with one only."""

from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import NO_LICENCE, Answered, Forbidden


def has_licence(reader: Reader) -> bool | None:
    """One request; None where the answer doesn't tell. Recorded: an-mrr, without a licence and with one.

    A key that may not read it is a sign, too: keys have permissions with a licence only.
    """
    try:
        reader.get("analytics", "mrr")
    except Forbidden as error:
        return error.code != NO_LICENCE
    except Answered:
        return None
    return True
