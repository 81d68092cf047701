"""Whether a Lago has a licence: no answer says so, but some lists are there with one only."""

from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import NO_LICENCE, Answered, Forbidden, ServerFailed


def has_licence(reader: Reader) -> bool | None:
    """One request; None where the answer doesn't tell. Recorded: an-mrr, without a licence and with one.

    Lago looks for its licence before anything else, so whatever fails after that is a sign of one. So is a key that may
    not read it: keys have permissions with a licence only.
    """
    try:
        reader.get("analytics", "mrr")
    except Forbidden as error:
        return error.code != NO_LICENCE
    except ServerFailed:
        return True
    except Answered:
        return None
    return True
