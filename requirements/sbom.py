"""Writes the bill of materials that goes into the wheel, as CycloneDX, from the locked requirements.

Run `make lock`. The same requirements give the same file, byte for byte.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REQUIREMENT = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main() -> None:
    locked = (HERE / "action.txt").read_text(encoding="utf-8")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "lago-gitops", "bom-ref": "lago-gitops"}},
        "components": list(_components(locked)),
    }
    text = json.dumps(bill, indent=2) + "\n"
    (HERE / "lago-gitops.cdx.json").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(bill['components'])} components\n")


def _components(locked: str) -> Iterator[dict[str, Any]]:
    for found in REQUIREMENT.finditer(locked):
        name, version = found["name"], found["version"]
        purl = f"pkg:pypi/{name}@{version}"
        # a release has many files: these are the hashes of those that may be installed
        hashes = [{"name": "lago-gitops:file-sha256", "value": one} for one in sorted(HASH.findall(found["rest"]))]
        yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "properties": hashes}


if __name__ == "__main__":
    main()
