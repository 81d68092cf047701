"""Where tests are: those of a module stand at its own path, so that nobody has to look for them.

What a room does as a whole is tested where the whole is (commands, recorded servers, recorded prices): its modules need
no test each. Rooms that are named here have one for every module that does something.
"""

import ast
from pathlib import Path

import pytest

import lago_gitops

PACKAGE = Path(lago_gitops.__file__).parent
TESTS = Path(__file__).parent
MIRRORED = (
    "cli",
    "core",
    "core/assessment",
    "core/comparison",
    "core/comparison/pulling",
    "core/execution",
    "core/validation",
    "kinds/billable_metric",
    "kinds/coupon",
    "kinds/feature",
    "kinds/tax",
    "kinds/webhook_endpoint",
    "manifests/reading",
    "pricing/catalog",
    "pricing/models",
    "pricing/usage",
    "render/bill",
    "sandbox/webhooks",
)


def does_something(module: Path) -> bool:
    """More than to declare what values look like, or tables."""
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("room", MIRRORED)
def test_every_module_that_does_something_has_tests_at_its_path(room: str) -> None:
    modules = [module for module in (PACKAGE / room).glob("[!_]*.py") if does_something(module)]

    assert [module.name for module in modules if not (TESTS / room / f"test_{module.name}").exists()] == []


def test_folders_of_tests_are_rooms_of_the_package() -> None:
    tops = [folder for folder in TESTS.iterdir() if (PACKAGE / folder.name / "__init__.py").exists()]
    folders = {module.parent.relative_to(TESTS) for top in tops for module in top.rglob("test_*.py")}

    assert sorted(str(folder) for folder in folders if not (PACKAGE / folder / "__init__.py").exists()) == []
