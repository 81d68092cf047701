"""Prints the processor time that an output of a plan takes, of its document in a file:
`python -m tests.benchmarks.outputs NAME FILE`."""

import gc
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time
from typing import Any

from lago_gitops.cli import COLLECTIONS
from lago_gitops.cli.base.saved_plans import about_now
from lago_gitops.core.saved_plan import verify
from lago_gitops.kinds import KINDS
from lago_gitops.lago.redaction import Redaction
from lago_gitops.render.base.json import dump
from lago_gitops.render.html.report import run_html
from lago_gitops.render.markdown.comment import plan_comment
from lago_gitops.render.plan.document import plan_document, saved
from lago_gitops.render.plan_file import is_plan
from lago_gitops.render.review.text import plan_text
from lago_gitops.render.run.facts import Facts
from tests.benchmarks.documents import planned

FLOOR = "json.dumps"


def _check(document: dict[str, Any]) -> None:
    verify(document, now="")
    if not is_plan(document):
        raise AssertionError("a plan that was just saved is none")


OUTPUTS: Mapping[str, Callable[[dict[str, Any]], object]] = {
    FLOOR: json.dumps,
    "text": lambda document: plan_text(document, lambda text, _: text),
    "JSON": dump,
    "saved plan": lambda document: dump(saved(document, about_now())),
    "comment": plan_comment,
    "report": lambda document: run_html(Facts("plan", plan=document)),
    "redaction": lambda document: Redaction().document(document),
    "check of a saved plan": _check,
}
"""By name what makes it of the document."""


def write_document(before: Path, after: Path, file: Path) -> Path:
    """The plan in which one project becomes another, saved as a file."""
    document = saved(plan_document(planned(str(before), str(after)), KINDS), about_now())
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def main(name: str, file: str) -> None:
    document = json.loads(Path(file).read_bytes())
    gc.set_threshold(*COLLECTIONS)  # as every command does
    start = process_time()
    OUTPUTS[name](document)
    sys.stdout.write(f"{process_time() - start}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
