"""Projects of which one file is harmed: a manifest, a template, an overlay, a price test or the project file."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml

from tests.fuzz.mutations import mutated, scribbled
from tests.fuzz.project import BEFORE
from tests.fuzz.trials import Ran, ran

EXAMPLES = Path(__file__).parents[2] / "examples"
SUFFIXES = frozenset({".yaml", ".j2"})
REPORTS = tuple(
    f"--report={one}=report.{one}" for one in ("text", "markdown", "html", "json", "sarif", "junit", "github")
)
COMMANDS = (
    ("validate",),
    ("validate", "--format", "json", *REPORTS),
    ("fmt",),
    ("fmt", "--check", "--format", "json"),
    ("plan", "--env", "sandbox"),
    ("plan", "--env", "sandbox", "--format", "json", *REPORTS),
    ("apply", "--env", "sandbox", "--auto-approve", *REPORTS),
    ("pull", "--env", "sandbox"),
    ("graph",),
    ("test",),
    ("test", "--format", "json", *REPORTS),
    ("price", "--plan", "growth", "--usage", "api=20000"),
)
VARIABLES = {"HARBOR_WEBHOOK_URL": "https://hooks.example.com/services/T0AB12CD34/lago"}


@contextmanager
def trials() -> Iterator[Callable[[int], Ran]]:
    """A trial for each number."""
    with TemporaryDirectory() as name:
        mine, folder = Path(name, "mine"), Path(name, "now")
        (mine / "manifests").mkdir(parents=True)
        text = BEFORE + "---\nkind: webhook_endpoint\nwebhook_url: {env: HARBOR_WEBHOOK_URL}\n"
        (mine / "manifests" / "all.yaml").write_text(text)
        (mine / "lago-gitops.yaml").write_text("manifests: [manifests]\n")
        projects = (mine, *sorted(path.parent for path in EXAMPLES.glob("*/lago-gitops.yaml")))

        def trial(number: int) -> Ran:
            random = Random(number)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(random.choice(projects), folder)
            files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
            _harm(random.choice(files), random)
            return ran(folder, random.choice(COMMANDS), VARIABLES)

        yield trial


def _harm(file: Path, random: Random) -> None:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".j2" or random.random() < 0.5:
        file.write_text(scribbled(text, random), encoding="utf-8", newline="")
        return
    documents = list(yaml.safe_load_all(text))
    number = random.randrange(len(documents))
    documents[number] = mutated(documents[number], random)
    file.write_text(yaml.safe_dump_all(documents, sort_keys=False), encoding="utf-8")
