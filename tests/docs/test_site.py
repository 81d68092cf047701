"""The pages build strictly: no dangling link, no page that none leads to."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lago_gitops.sandbox.serving.control import CONTROLS, PREFIX

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    words = ("-W", "-n", "--keep-going", "-q", "-b", "html", str(ROOT / "docs"), str(tmp_path))
    built = subprocess.run((sys.executable, "-m", "sphinx", *words), capture_output=True, text=True, check=False)

    assert built.returncode == 0, built.stderr


def test_links_to_the_repository_on_github_lead_to_files_that_are_there() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md")]
    link = re.compile(r"https://github\.com/lago-gitops/lago-gitops/(?:blob|tree)/main/([^)#\s>\"]+)")
    links = [(page, path) for page in pages for path in link.findall(page.read_text(encoding="utf-8"))]

    assert len(links) > 5
    assert [f"{page.name}: {path}" for page, path in links if not (ROOT / path).exists()] == []


def test_links_to_headings_lead_to_headings() -> None:
    """As GitHub names them; of the pages as a site, Sphinx checks them."""
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)\s:]*#[^)\s]+)\)", _text(page))]

    assert [f"{page.name}: {link}" for page, link in links if not _has_heading(page, link)] == []


def _has_heading(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    headings = re.findall(r"^#+ (.+)$", _text(page.parent / path if path else page), re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_links_to_files_of_the_repository_lead_somewhere() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))]
    local = [(page, link) for page, link in links if "://" not in link and "generated" not in link]

    assert [f"{page.name}: {link}" for page, link in local if not (page.parent / link).exists()] == []


def test_every_route_of_the_sandboxs_own_is_listed() -> None:
    page = (ROOT / "docs" / "reference" / "sandbox.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z]+ /\S+)`", page, re.MULTILINE)) == {
        f"{method} {PREFIX}{name}" for method, name in CONTROLS
    }


def test_every_key_of_the_project_file_is_explained() -> None:
    page = (ROOT / "docs" / "reference" / "project.md").read_text(encoding="utf-8")
    keys = json.loads((ROOT / "schemas" / "project.schema.json").read_text(encoding="utf-8"))["properties"]
    environment = keys["environments"]["additionalProperties"]["properties"]

    assert {*keys, *environment} - {"$schema"} - set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set()


def test_options_in_help_texts_are_shown_as_they_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    from reference_pages import _as_restructured  # type: ignore[import-not-found]

    assert (
        _as_restructured("Files *.yaml; see `plan --out *`, or `a`.")
        == "Files \\*.yaml; see ``plan --out *``, or ``a``."
    )
    assert _as_restructured(".. option:: `x`") == ".. option:: `x`"
    assert 'smartquotes_action = "qe"' in _text(ROOT / "docs" / "conf.py")
