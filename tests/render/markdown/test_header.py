from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.render.markdown.header import Header, header_line, read_header

HEADER = Header("production", "2026-10-01T12:00:00Z", head_sha="4e1a9c2", digest="91bd", truncated=True)
TEXTS = st.text(max_size=40)


def test_a_header_is_read_back() -> None:
    assert read_header(f"{header_line(HEADER)}\n### Plan") == HEADER


@given(TEXTS, TEXTS, TEXTS)
def test_no_value_ends_the_comment_or_poses_as_another_key(environment: str, sha: str, digest: str) -> None:
    header = Header(environment, "2026-10-01T12:00:00Z", sha, digest)
    line = header_line(header)

    assert read_header(line) == header
    assert "\n" not in line
    assert "--" not in line[4:-3]
    assert ">" not in line[:-1]


def test_a_header_counts_only_as_the_first_line() -> None:
    assert read_header(f"quoted:\n{header_line(HEADER)}") is None


def test_line_ends_of_a_web_form_are_no_difference() -> None:
    assert read_header(f"{header_line(HEADER)}\r\nbody") == HEADER


def test_what_is_no_header_is_none() -> None:
    lines = ("", "<!-- lago-gitops -->", "<!-- lago-gitops {} -->", '<!-- lago-gitops {"v":1,"environment":3} -->')
    more = ('<!-- lago-gitops {"v":2,"environment":"a","valid_at":"b"} -->', "<!-- lago-gitops [1] -->")

    assert [read_header(line) for line in (*lines, *more)] == [None] * 6
