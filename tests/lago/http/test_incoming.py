import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.http.incoming import MOST_HEAD_BYTES, BrokenAnswerError, Incoming

SIZED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = b'{"tax": {}}'
IN_CHUNKS = b'4\r\n{"ta\r\n7;x=y\r\nx": {}}\r\n0\r\nX-After: 1\r\n\r\n'
WHOLE = [
    SIZED + BODY,
    CHUNKED + IN_CHUNKS,
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + SIZED + BODY,
]


def incoming(*pieces: bytes) -> Incoming:
    rest = iter(pieces)
    return Incoming(lambda _: next(rest, b""))


def read(answer: Incoming) -> tuple[int, bytes]:
    status, _ = answer.head()
    return status, b"".join(answer.pieces())


@given(st.sampled_from(WHOLE), st.lists(st.integers(1, 30), max_size=40))
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(said: bytes, sizes: list[int]) -> None:
    pieces, rest = [], said
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    answer = incoming(*filter(None, [*pieces, rest]))
    assert read(answer) == (200, BODY)
    assert answer.leaves_open


@given(st.sampled_from(WHOLE), st.integers(0, 10**6))
def test_what_ends_too_soon_is_no_answer(said: bytes, at: int) -> None:
    answer = incoming(said[: at % len(said)])
    with pytest.raises(BrokenAnswerError, match="closed"):
        read(answer)
    assert not answer.leaves_open


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n", BODY),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n", BODY),
        (b"HTTP/1.1 200 OK\r\n\r\n", BODY),
        (SIZED, BODY + b"more"),
    ],
)
def test_nothing_follows_where_the_server_ends_or_says_more_than_it_should(head: bytes, body: bytes) -> None:
    answer = incoming(head, body)
    assert read(answer) == (200, BODY)
    assert not answer.leaves_open


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body_whatever_they_say_of_it(status: int) -> None:
    answer = incoming(b"HTTP/1.1 %d X\r\nContent-Length: 11\r\n\r\n" % status)
    assert read(answer) == (status, b"")
    assert answer.leaves_open


def test_a_header_is_found_by_its_lower_case_name_and_joined_where_it_is_repeated() -> None:
    _, headers = incoming(b"HTTP/1.1 200\nX-One:  a \nx-ONE: b\n folded\nEmpty:\nContent-Length: 1, 1\n\n{").head()
    assert headers == {"x-one": "a, b folded", "empty": "", "content-length": "1, 1"}


@pytest.mark.parametrize(
    "said",
    [
        b"garbage\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nspace : 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        CHUNKED + b"x\r\n",
        CHUNKED + b"1\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (MOST_HEAD_BYTES + 1),
    ],
)
def test_what_is_not_http_is_no_answer(said: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read(incoming(said))
