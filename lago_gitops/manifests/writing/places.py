"""File names of pulled manifests: one file per resource, one folder per kind."""

import hashlib
import re
from collections.abc import Container, Iterator
from itertools import count

from lago_gitops.manifests.sources.files import is_manifest

LONGEST_NAME = 60
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")  # reserved by Windows, with any suffix


def file_name(code: str, shown: str, taken: Container[str] = ()) -> str:
    """A name valid on every file system, with a manifest's suffix, and not in `taken`.

    `shown` is the code without its secrets. Unusual characters become `-`, and then a digest makes the name unique.
    So it does for codes that differ only in case, which some file systems ignore. Names in
    `taken` are in lower case.
    """
    return next(name for name in _names(code, shown) if name not in taken)


def _names(code: str, shown: str) -> Iterator[str]:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", shown).strip("-.")[:LONGEST_NAME].lower()
    if plain == code and is_manifest(f"{plain}.yaml") and not _DEVICES.fullmatch(plain):
        yield f"{plain}.yaml"
    stem = f"{plain.replace('.', '-') or 'x'}-{hashlib.sha256(code.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    yield f"{stem}.yaml"
    yield from (f"{stem}-{number}.yaml" for number in count(2))
