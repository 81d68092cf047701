"""Where a pulled manifest goes: one file a resource, one folder a kind."""

import hashlib
import re
from collections.abc import Container, Iterator
from itertools import count

from lago_gitops.manifests.sources.files import is_manifest

LONGEST_NAME = 60
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")  # no files to Windows, whatever their ending


def file_name(code: str, shown: str, taken: Container[str] = ()) -> str:
    """A name that every file system takes, that is read as a manifest, and that isn't taken.

    `shown` is the code without its secrets. What is unusual in a code becomes `-`, and a digest then tells it from its
    like; so it does where codes differ in nothing but capitals, which some file systems don't tell apart. Names in
    `taken` are in small letters.
    """
    return next(name for name in _names(code, shown) if name not in taken)


def _names(code: str, shown: str) -> Iterator[str]:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", shown).strip("-.")[:LONGEST_NAME].lower()
    if plain == code and is_manifest(f"{plain}.yaml") and not _DEVICES.fullmatch(plain):
        yield f"{plain}.yaml"
    stem = f"{plain.replace('.', '-') or 'x'}-{hashlib.sha256(code.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    yield f"{stem}.yaml"
    yield from (f"{stem}-{number}.yaml" for number in count(2))
