from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.render.run.junit import Case, Suite, junit


def test_suites_have_their_cases_and_count_them() -> None:
    passed, failed = Case("a", "x.yaml", 3), Case("b", "x.yaml", 5, "total is wrong", "total is wrong\nby <1 €>")
    root = fromstring(junit("prices", [Suite("x.yaml", (passed, failed)), Suite("y.yaml", (passed,))]))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    assert [suite.get("failures") for suite in root] == ["1", "0"]
    found = root[0][1][0]
    assert (found.get("message"), found.text) == ("total is wrong", "total is wrong\nby <1 €>")


@given(st.text(), st.text(min_size=1))
def test_any_text_makes_xml_that_can_be_read(name: str, failure: str) -> None:
    root = fromstring(junit(name, [Suite(name, (Case(name, name, 1, failure, failure),))]).encode())
    assert root.get("tests") == "1"
