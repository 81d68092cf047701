"""The word that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """A hint that names the nearest of the known words, whatever its case; empty when none is near.

    `likeness` is from 0 (any word will do) to 1 (only the same word in another case).
    """
    words = list(known)
    by_case = {one.casefold(): one for one in reversed(words)}
    lowered = get_close_matches(word.casefold(), by_case, n=1, cutoff=likeness)
    if lowered != [word.casefold()] and (near := get_close_matches(word, words, n=1, cutoff=likeness)):
        return f"did you mean {near[0]!r}?"
    return f"did you mean {by_case[lowered[0]]!r}?" if lowered else ""
