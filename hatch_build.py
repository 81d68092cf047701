"""The README as a package index shows it: what leads to a file of the repository there, leads to it from anywhere."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

REPOSITORY = "https://github.com/lago-gitops/lago-gitops"
PICTURES = "https://raw.githubusercontent.com/lago-gitops/lago-gitops/main"
LINK = re.compile(r"(?P<picture>!?)(?P<words>\[[^\]]*\])\((?!https?://|#)(?P<path>[^)\s]+)\)")


class Readme(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": LINK.sub(self._absolute, text)}

    def _absolute(self, link: re.Match[str]) -> str:
        path = link["path"]
        if link["picture"]:
            return f"!{link['words']}({PICTURES}/{path})"
        sort = "tree" if Path(self.root, path).is_dir() else "blob"
        return f"{link['words']}({REPOSITORY}/{sort}/main/{path})"
