"""Pulled manifests have names that every platform takes and that are read as manifests."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.manifests.sources.files import is_manifest
from lago_gitops.manifests.writing.places import file_name

RESERVED = {"con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(10))}
ODD = (
    *("x.test", "X.TEST", "lago-gitops", "con", "CON", "nul.txt", "com1", "aux.x.y", ".hidden", "..a", "a.", "a/b"),
    *("a\\b", "a:b", "é", "e\u0301", "😀", "a b", "-a", "~", "x" * 255, "x" * 256, "x.yaml", "x.yaml.j2", "a", "A"),
)
codes = st.one_of(st.sampled_from(ODD), st.text(min_size=1, max_size=80))


def named(*wanted: str) -> list[str]:
    taken: set[str] = set()
    for code in wanted:
        taken.add(file_name(code, code, taken))
    return sorted(taken)


@pytest.mark.parametrize("code", ["growth", "v1.2", "gpt-4.1", "a_b"])
def test_a_usual_code_is_its_name(code: str) -> None:
    assert file_name(code, code) == f"{code}.yaml"


def test_a_code_without_its_secrets_is_told_from_its_like_by_a_digest() -> None:
    assert re.fullmatch(r"https-hooks-[0-9a-f]{8}\.yaml", file_name("https://hooks/?token=1", "https://hooks/"))
    assert file_name("https://hooks/?token=1", "https://hooks/") != file_name(
        "https://hooks/?token=2", "https://hooks/"
    )


def test_a_name_that_is_taken_is_not_given_again() -> None:
    other = file_name("A", "A")

    assert file_name("a", "a", {"a.yaml"}) != "a.yaml"
    assert file_name("A", "A", {other}) == other.replace(".yaml", "-2.yaml")


@given(st.lists(codes, max_size=12, unique=True))
def test_any_codes_have_names_that_every_platform_takes(wanted: list[str]) -> None:
    names = named(*wanted)

    assert len(names) == len(wanted)  # in small letters: some file systems don't tell capitals apart
    for name in names:
        assert re.fullmatch(r"[a-z0-9_][a-z0-9._-]{0,98}", name)
        assert name.split(".")[0] not in RESERVED
        assert is_manifest(name)
