"""Whether a Lago has a licence: it doesn't say so, but some lists need one."""

from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import NO_LICENCE, Answered, Forbidden, ServerFailed


def has_licence(reader: Reader) -> bool | None:
    """One request; None if the answer doesn't tell. Recorded: an-mrr, without a licence and with one.

    Lago checks the licence first, so any later failure means that there is one. So does a key without permission to
    read the list: only licensed servers have permissions of keys.
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
