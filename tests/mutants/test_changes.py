"""What an edit of a module's text is."""

import ast

import pytest

from tests.mutants.changes import edits


def said(text: str) -> list[str]:
    return [one.applied(text.encode()).decode() for one in edits(text)]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a == b", ["a != b"]),
        ("a <= (b)", ["a < (b)", "a > (b)"]),
        ("not a", ["(a)"]),
        ("a and b", ["((a) or (b))", "((b))", "((a))"]),
        ("x if a else y", ["(x)", "(y)"]),
        ("[a for a in b if c]", ["[a for a in b if True]", "[a for a in b if False]"]),
        ("f(a, b=c)", ["f(a, )"]),
        ("{a, *b}", ["{*b}", "{a, }"]),
        ("{a: b, **c}", ["{**c}"]),
        ("(a, b)", ["(a,)", "(b,)"]),
        ("sorted(a)", ["tuple(a)"]),
        ("a.strip()", ["(a)"]),
        ("é + 1", ["é - 1", "é + 2"]),
    ],
)
def test_an_expression_is_said_otherwise(text: str, others: list[str]) -> None:
    assert [one.removeprefix("v = ") for one in said(f"v = {text}")] == others


def test_conditions_hold_always_or_never() -> None:
    assert said("if a:\n    b()\n") == ["if True:\n    b()\n", "if False:\n    b()\n", "if a:\n    pass\n"]
    assert said("match a:\n    case B() if c:\n        d = e\n    case _:\n        d = f\n") == [
        "match a:\n    case B() if True:\n        d = e\n    case _:\n        d = f\n",
        "match a:\n    case B() if False:\n        d = e\n    case _:\n        d = f\n",
        "match a:\n    case B() if c:\n        d = e\n    case _ if False:\n        d = f\n",
    ]


@pytest.mark.parametrize(
    "text",
    ['"""Doc."""', "Alias = A | None", "def f(a: A | B) -> C | D: ...", "@a(b=c)\nclass D: ...", 'f"{a + b}"',
     "v = f(doc='text')"],
)  # fmt: skip
def test_what_only_people_and_type_checkers_read_is_left_alone(text: str) -> None:
    assert said(text) == []


def test_each_edit_leaves_python_that_says_something_else() -> None:
    text = (
        "def f(a, b=1):\n    for c in a:\n        if c > b and not a:\n            continue\n    return (a, -b, 'x')\n"
    )
    trees = [ast.dump(ast.parse(one)) for one in said(text)]
    assert len(trees) == len(set(trees)) > 10
    assert ast.dump(ast.parse(text)) not in trees
