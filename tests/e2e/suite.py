"""Which part of the suite runs against which server, and what is said of it."""

import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conformance.replay import VERSIONS, Verdict
from tests.conformance.report import difference, table
from tests.e2e.conformance import Drain, conformance, worker
from tests.e2e.product import Story, stories
from tests.e2e.server import Server
from tests.e2e.tool import Tool

WRONG_USAGE = 64
PARTS = ("product", "conformance")


def main(args: Sequence[str], variables: Mapping[str, str]) -> int:
    """0 where all is as it should be, 1 where something is not, 64 where the organization is none to try this on."""
    part = args[0] if args else PARTS[0]
    url, key = variables.get("LAGO_API_URL", ""), variables.get("LAGO_API_KEY", "")
    if part not in PARTS or not url or not key:
        return _refused(f"say {' or '.join(PARTS)}, and set LAGO_API_URL and LAGO_API_KEY")
    with Server(url, key) as server:
        return _run(part, server, variables)


def _run(part: str, server: Server, variables: Mapping[str, str]) -> int:
    if left := tuple(server.left_behind()):
        return _refused(
            f"the organization at {server.url} is not empty ({', '.join(left)}): this suite creates and deletes, so it "
            "runs on an organization made for it, and on no other"
        )
    if part == "product":
        return told_stories(server)
    command = variables.get("LAGO_WORKER", "")
    if not command:
        return _refused("conformance decides when jobs run: set LAGO_WORKER to what starts and stops the worker")
    return told_conformance(server, variables.get("LAGO_VERSION", ""), worker(server, command))


def told_stories(server: Server, only: str = "") -> int:
    """Each story; one that fails ends the run, since it leaves things behind."""
    for name, story in stories():
        if only in name and not _is_told(name, story, server):
            return 1
    return 0


def told_conformance(server: Server, version: str, drain: Drain) -> int:
    """How many answers are as recorded, and each that is not. 1 where there is one."""
    recorded = "1.38.0" if version.removeprefix("v").startswith("1.38.") else next(iter(VERSIONS))
    found = conformance(server, recorded, drain)
    print(f"compared with Lago {recorded}, without a licence\n{table(found)}")  # noqa: T201 -- the report is the purpose
    differing = [one for one in found if one.verdict is Verdict.DIFFERS]
    for one in differing:
        print(f"\n{one.step}\n{difference(one)}")  # noqa: T201 -- as above
    return 1 if differing else 0


def _is_told(name: str, story: Story, server: Server) -> bool:
    with tempfile.TemporaryDirectory(prefix="lago-gitops-e2e-") as folder:
        tool = Tool(Path(folder), server)
        try:
            story(tool)
        except Exception:
            said = "\n".join((*tool.said, traceback.format_exc()))
            print(f"FAIL {name}\n{said}")  # noqa: T201 -- as above
            return False
    print(f"ok   {name}")  # noqa: T201 -- as above
    return True


def _refused(why: str) -> int:
    print(f"e2e: {why}")  # noqa: T201 -- as above
    return WRONG_USAGE
