from importlib import import_module
from pkgutil import walk_packages

import lago_gitops.sandbox
from lago_gitops.sandbox.serving.registry import MODULES


def test_every_module_that_has_routes_is_registered() -> None:
    names = [one.name for one in walk_packages(lago_gitops.sandbox.__path__, "lago_gitops.sandbox.")]
    routed = {name for name in names if hasattr(import_module(name), "ROUTES")}
    serving = {"lago_gitops.sandbox.serving.app", "lago_gitops.sandbox.serving.registry"}
    assert routed - serving == {module.__name__ for module in MODULES}
