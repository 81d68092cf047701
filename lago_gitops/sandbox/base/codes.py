"""Codes that Lago generates for charges and fixed charges sent without one."""

import re

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.store import Kind
from lago_gitops.sandbox.base.world import World


def generated(world: World, kind: Kind, plan: Doc, base: str) -> str:
    """`base`, or if it is taken `base_2`, `base_3` …; an object about to be deleted still takes its code."""
    taken = world.store.codes(kind, plan["id"])
    if base not in taken:
        return base
    numbered = re.compile(re.escape(base) + r"_(\d+)")
    matches = (numbered.fullmatch(code) for code in taken if code)
    return f"{base}_{max([1, *(int(match[1]) for match in matches if match)]) + 1}"
