from contextlib import ExitStack

import httpx
import pytest

from lago_gitops.lago.http.connections import Connections, Origin


class Way(httpx.BaseTransport):
    is_closed = False

    def close(self) -> None:
        self.is_closed = True


def connections(made: list[Way]) -> Connections:
    def make() -> Way:
        made.append(Way())
        return made[-1]

    return Connections(Origin("http://lago.invalid", httpx.Headers()), make)


def test_what_follows_takes_the_connection_that_was_used_last() -> None:
    made: list[Way] = []
    several = connections(made)
    with several.one(), several.one() as second:
        pass
    with several.one(), several.one():
        pass
    with several.one() as last:
        assert last is not second
    assert len(made) == 2


def test_as_many_connections_are_made_as_are_used_at_a_time() -> None:
    made: list[Way] = []
    several = connections(made)
    with ExitStack() as stack:
        used = {id(stack.enter_context(several.one())) for _ in range(5)}
    assert (len(used), len(made)) == (5, 5)


def test_a_connection_that_failed_is_used_again() -> None:
    made: list[Way] = []
    several = connections(made)
    with pytest.raises(httpx.ReadError), several.one():
        raise httpx.ReadError("gone")
    with several.one():
        pass
    assert len(made) == 1


def test_closing_closes_all_and_none_is_made_afterwards() -> None:
    made: list[Way] = []
    several = connections(made)
    with several.one(), several.one():
        several.close()
        with pytest.raises(RuntimeError, match="closed"), several.one():
            pass
    assert [one.is_closed for one in made] == [True, True]
