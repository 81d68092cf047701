"""Edits inside functions that are loaded already."""

from collections.abc import Sequence
from types import FunctionType, ModuleType

import pytest

from tests.mutants.bodies import edited_in_place, loaded_functions
from tests.mutants.changes import Edit

TEXT = b"""from functools import cache, cached_property

ONE = 1


@cache
def cached(a):
    return a + 10


class Box:
    @property
    def number(self):
        return 20

    @cached_property
    def slow(self):
        return sum(n for n in [30])

    def default(self, a=40):
        return a
"""


def loaded(name: str) -> tuple[ModuleType, Sequence[FunctionType]]:
    module = ModuleType(name)
    exec(compile(TEXT, f"{name}.py", "exec"), module.__dict__)
    return module, loaded_functions(f"{name}.py")


def edit(old: str, new: str) -> Edit:
    start = TEXT.index(old.encode())
    return Edit(start, start + len(old), new)


@pytest.mark.parametrize(("old", "new"), [("10", "11"), ("20", "21"), ("30", "31")])
def test_a_function_is_edited_wherever_it_is_kept(old: str, new: str) -> None:
    module, functions = loaded("bodies_edited")
    assert edited_in_place(functions, TEXT, edit(old, new))
    box = module.Box()
    answers = [module.cached(0), box.number, box.slow]
    assert answers == [int(new) if str(one) == old else one for one in (10, 20, 30)]


@pytest.mark.parametrize("old", ["1\n", "40"])
def test_what_runs_on_import_is_not_edited_in_place(old: str) -> None:
    module, functions = loaded("bodies_imported")
    assert not edited_in_place(functions, TEXT, edit(old, old.replace("4", "5").replace("1", "2")))
    assert (module.ONE, module.Box().default()) == (1, 40)


def test_a_module_that_is_not_loaded_is_not_edited() -> None:
    assert not edited_in_place((), TEXT, edit("10", "11"))
