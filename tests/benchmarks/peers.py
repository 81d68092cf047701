"""What others take for the like, in environments of their own."""

import subprocess
import sys
import venv
from pathlib import Path

from tests.benchmarks.measure import Command

OCTODNS = "octodns==1.22.0"
LAGO_CLIENT = "lago-python-client==1.55.0"
ENVIRONMENTS = Path(sys.prefix, "peers")
_INSTALL_S = 120
_CONFIG = """\
providers:
  config: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/wanted, enforce_order: false}}
  live: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/live, enforce_order: false}}
zones:
  example.com.: {{sources: [config], targets: [live]}}
"""


def octodns(folder: Path, records: int) -> Command | str:
    """Planning a zone of so many records of three values each that hasn't changed; or why it can't be had."""
    python = _installed("octodns", OCTODNS)
    if python is None:
        return f"{OCTODNS} can't be installed here"
    own = folder / f"octodns-{records}"
    for name in ("wanted", "live"):
        (own / name).mkdir(parents=True, exist_ok=True)
        zone = "".join(_record(number) for number in range(records))
        (own / name / "example.com.yaml").write_text(f"---\n{zone}", encoding="utf-8")
    config = own / "config.yaml"
    config.write_text(_CONFIG.format(folder=own), encoding="utf-8")
    return Command((str(python.with_name("octodns-sync")), "--quiet", "--config-file", str(config)))


def lago_client(url: str) -> Command | str:
    """Creating metrics with Lago's own client for Python; or why it can't be had. It says seconds."""
    python = _installed("lago_client", LAGO_CLIENT)
    if python is None:
        return f"{LAGO_CLIENT} can't be installed here"
    return Command((str(python), str(Path(__file__).with_name("lago_client.py")), url), says=True)


def _installed(name: str, requirement: str) -> Path | None:
    """The interpreter of an environment that has it; None where it can't be made."""
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True)
        args = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement)
        try:
            subprocess.run(args, check=True, capture_output=True, timeout=_INSTALL_S)
        except (subprocess.SubprocessError, OSError):
            return None
        (folder / "installed").touch()
    return python


def _record(number: int) -> str:
    values = "\n".join(f"    - 10.{at}.{number // 256 % 256}.{number % 256}" for at in range(3))
    return f"r{number:06}:\n  ttl: 300\n  type: A\n  values:\n{values}\n"
