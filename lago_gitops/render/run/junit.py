"""JUnit XML, as CI systems read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """`failure` says in one line what went wrong, empty for success; `details` has everything that helps."""

    name: str
    file: str
    line: int
    failure: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    cases: tuple[Case, ...]


def junit(name: str, suites: Iterable[Suite]) -> str:
    """The report, its suites in order; without times, which nobody measures."""
    all_ = tuple(suites)
    root = Element("testsuites", {"name": _clean(name), **_counts(case for suite in all_ for case in suite.cases)})
    for suite in all_:
        element = SubElement(root, "testsuite", {"name": _clean(suite.name), **_counts(suite.cases)})
        for case in suite.cases:
            _add(element, suite, case)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _counts(cases: Iterable[Case]) -> dict[str, str]:
    failed = [bool(case.failure) for case in cases]
    return {"tests": str(len(failed)), "failures": str(sum(failed)), "errors": "0", "skipped": "0"}


def _add(suite: Element, of: Suite, case: Case) -> None:
    about = {"classname": of.name, "name": case.name, "file": case.file, "line": str(case.line)}
    element = SubElement(suite, "testcase", {key: _clean(value) for key, value in about.items()})
    if case.failure:
        message, details = _clean(case.failure), _clean(case.details)
        SubElement(element, "failure", {"message": message}).text = details


def _clean(text: str) -> str:
    """XML can't represent most control characters."""
    return NOT_XML.sub("�", text)
