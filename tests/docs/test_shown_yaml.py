"""Manifests and project files that pages show are such as the tool takes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.project import find_project
from lago_gitops.workflow.pulling.imports import SHAPES
from tests.docs.test_pages import ALL, name, text

BLOCK = re.compile(r"^(?P<indent> *)```yaml[^\n]*\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
OF_PROJECTS = {"default_environment", "environments", "external", "lint", "manifests", "policies", "profiles", "prune"}
PART_OF_ONE = "has no url"  # what a page shows of an environment is no whole one
SHOWN = [page for page in sorted(ALL) if BLOCK.search(text(page))]


def blocks(page: Path) -> Iterator[str]:
    for block in BLOCK.finditer(text(page)):
        yield re.sub(rf"^{block['indent']}", "", block["text"], flags=re.MULTILINE)


def problems(block: str, manifest: Manifest, folder: Path) -> Iterator[str]:
    if "kind" in manifest.data:
        yield from map(str, SHAPES.problems(manifest))
    elif OF_PROJECTS & manifest.data.keys():
        (folder / "lago-gitops.yaml").write_text(block, encoding="utf-8")
        found = map(str, find_project(folder).problems)
        yield from (problem for problem in found if PART_OF_ONE not in problem)


@pytest.mark.parametrize("page", SHOWN, ids=name)
def test_what_is_shown_as_yaml_has_fields_that_there_are(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        reading = read_text(name(page), block)
        wrong = (problem for manifest in reading.manifests for problem in problems(block, manifest, tmp_path))

        assert [*map(str, reading.problems), *wrong] == [], block
