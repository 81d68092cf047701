"""The wheel and the source distribution, built once and used without the repository; no network."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = (sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment that has the wheel; only what it needs comes from this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    wheel = next(dist.glob("*.whl"))
    pip = (sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet")
    subprocess.run((*pip, "--no-index", "--no-deps", str(wheel)), check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "needed.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    return folder / "bin"


def run(installed: Path, folder: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LAGO_", "PYTHON"))}
    ran = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_wheel_alone_plans_and_applies(installed: Path, tmp_path: Path) -> None:
    tool = str(installed / "lago-gitops")
    where = run(installed, tmp_path, str(installed / "python"), "-c", "import lago_gitops; print(lago_gitops.__file__)")
    assert where.startswith(str(installed.parent))

    run(installed, tmp_path, tool, "init")
    assert "2 to create" in run(installed, tmp_path, tool, "plan", "--report", "markdown=plan.md")
    assert "2 done" in run(installed, tmp_path, tool, "apply", "--auto-approve")
    assert "No changes" in run(installed, tmp_path, tool, "plan")
    assert "129.00" in run(installed, tmp_path, tool, "price", "--plan", "growth", "--usage", "api_requests=25000")
    assert "plan" in (tmp_path / "plan.md").read_text(encoding="utf-8")


def test_what_starts_a_process_of_its_own_works_where_python_does_not_know_the_package(
    dist: Path, tmp_path: Path
) -> None:
    """As in a zipapp: what runs is on the path of the running process alone."""
    venv.create(tmp_path / "bare", with_pip=False)
    wheel = zipfile.ZipFile(next(dist.glob("*.whl")))
    wheel.extractall(tmp_path / "site")
    code = "import sys; sys.path += sys.argv.pop(1).split(':'); from lago_gitops.cli import main; main()"
    way = f"{tmp_path / 'site'}:{sysconfig.get_paths()['purelib']}"
    project = tmp_path / "project"
    project.mkdir()
    (project / "tax.yaml.j2").write_text("{kind: tax, code: vat, name: VAT, rate: {{ 4 * 5 }}}\n", encoding="utf-8")
    bare = tmp_path / "bare/bin/python"

    assert "1 resource, no problems" in run(bare.parent, project, str(bare), "-c", code, way, "validate")
    assert "1 to create" in run(bare.parent, project, str(bare), "-c", code, way, "ci", "plan")


def test_it_runs_as_a_module(installed: Path, tmp_path: Path) -> None:
    assert "lago-gitops 0." in run(installed, tmp_path, str(installed / "python"), "-m", "lago_gitops", "--version")


def test_the_wheel_has_types_templates_completions_and_a_bill_of_materials(dist: Path) -> None:
    names = zipfile.ZipFile(next(dist.glob("*.whl"))).namelist()

    for end in ("py.typed", ".md.j2", "completions/lago-gitops", ".dist-info/sboms/lago-gitops.cdx.json"):
        assert [name for name in names if name.endswith(end)], end
    assert not [name for name in names if name.startswith("tests/")]


def test_an_index_takes_them_and_shows_links_that_lead_somewhere(dist: Path) -> None:
    files = [str(path) for path in (*dist.glob("*.whl"), *dist.glob("*.tar.gz"))]
    checked = subprocess.run(
        (sys.executable, "-m", "twine", "check", "--strict", *files), capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    wheel = zipfile.ZipFile(next(dist.glob("*.whl")))
    metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))).decode()
    links = re.findall(r"\]\(([^)\s]+)\)", metadata)
    repository = "https://github.com/lago-gitops/lago-gitops/"
    ours = [link.split("/main/")[1].partition("#")[0] for link in links if link.startswith(repository)]

    assert len(ours) > 20
    assert [path for path in ours if not (ROOT / path).exists()] == []
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_the_source_distribution_has_what_the_tests_need(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as files:
        names = {name.partition("/")[2] for name in files.getnames()}

    assert {"Makefile", "LICENSE", "README.md", "tests/conftest.py", "schemas/plan.schema.json"} <= names
