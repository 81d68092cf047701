"""Lago's REST API as paths and plain JSON objects."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from lago_gitops.lago.errors import BadAnswer, Call, NotFound, UnsteadyList
from lago_gitops.lago.http.paging import Page, PageOf, is_whole, made, page
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.transport import Params, Transport, api_path

PER_PAGE = 100
LIST_TRIES = 3
PAGES_AHEAD = 4
MOST_PAGES = 10_000  # of PER_PAGE rows: nobody has a million prices


T = TypeVar("T")


class Reader:
    """Reads, and can't write. Thread-safe; at most `concurrency` pages are in flight at a time.

    Path parts are raw (`reader.get("taxes", code)`). Every method raises LagoError, and ValueError for a path or page
    size that would request something else.
    """

    def __init__(self, transport: Transport, *, concurrency: int) -> None:
        self._transport = transport
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="lago")

    def get(self, *parts: str, params: Params | None = None) -> JsonObject:
        """The whole answer, including the root key."""
        return self._transport.send(Call("GET", api_path(*parts)), params=params)

    def has_any(self, path: str) -> bool:
        """Whether a list outside this version of the API has a row; False if there is no such list.

        The rows are under the last part of the path.
        """
        try:
            answer = self._transport.send(Call("GET", path), params={"per_page": 1})
        except NotFound:
            return False
        return bool(answer.get(path.rpartition("/")[2]))

    def one(self, root: str, *parts: str, params: Params | None = None) -> JsonObject:
        """The object under the root key of the answer. Raises BadAnswer if there is none."""
        object_ = self.get(*parts, params=params).get(root)
        if not isinstance(object_, dict):
            call = Call("GET", api_path(*parts))
            raise BadAnswer(call, f"an unexpected answer: no object under {root!r}", status=200)
        return object_

    def pages(
        self, *collection: str, params: Params | None = None, per_page: int = PER_PAGE, key: str | None = None
    ) -> list[JsonObject]:
        """All rows of a list, in Lago's order: newest first.

        `key` is the key of the rows, if it isn't the last part of the path. Raises UnsteadyList if the
        list changed during every read.
        """
        return self.values(_itself, *collection, params=params, per_page=per_page, key=key)

    def values(
        self,
        each: Callable[[JsonObject], T],
        *collection: str,
        params: Params | None = None,
        per_page: int = PER_PAGE,
        key: str | None = None,
    ) -> list[T]:
        """The values that `each` creates from the rows of a list, page by page, so rows aren't all in memory: the first
        page is converted before any other.

        Raises UnsteadyList if the list changed during every read, LagoError, and ValueError for a page size of 0.
        """
        if per_page < 1:
            raise ValueError(f"Lago fails at {per_page} rows a page, or sends 25")
        call = Call("GET", api_path(*collection))
        asked, under = dict(params or {}, per_page=per_page), key or collection[-1]
        for _ in range(LIST_TRIES):
            pages = self._all_pages(call, asked, under, each)
            if is_whole(pages):
                return [value for page in pages for value in page.rows]
        raise UnsteadyList(
            call,
            f"somebody else is making changes: the list changed during each of {LIST_TRIES} reads; try again later",
        )

    def newest(self, *collection: str, params: Params | None = None) -> tuple[JsonObject, ...]:
        """The first row of a list, or None."""
        call = Call("GET", api_path(*collection))
        return self._page(call, dict(params or {}, per_page=1), collection[-1], 1).rows

    def first_page(self, *collection: str, params: Params | None = None, per_page: int = PER_PAGE) -> Page:
        """The newest rows of a list, and its number of rows."""
        return self.page(*collection, number=1, params=params, per_page=per_page)

    def page(self, *collection: str, number: int, params: Params | None = None, per_page: int = PER_PAGE) -> Page:
        """One page of a list, counted from 1."""
        call = Call("GET", api_path(*collection))
        return self._page(call, dict(params or {}, per_page=per_page), collection[-1], number)

    def walk(
        self, *collection: str, params: Params | None = None, first: int = 1, key: str | None = None
    ) -> Iterator[Page]:
        """Yield the pages of a list too long for memory, from page `first` on; a few are requested
        ahead.

        For lists that grow at their end: if rows are deleted meanwhile, `total_count` shrinks, and as many are missed.
        """
        call = Call("GET", api_path(*collection))
        ask = partial(self._page, call, dict(params or {}, per_page=PER_PAGE), key or collection[-1])
        page = ask(first)
        yield page
        asked = deque[Future[Page]]()
        following = first + 1
        while asked or following <= (page.total_pages or 1):
            while following <= (page.total_pages or 1) and len(asked) < PAGES_AHEAD:
                asked.append(self._pool.submit(ask, following))
                following += 1
            page = asked.popleft().result()
            yield page

    def count(self, *collection: str, params: Params | None = None, key: str | None = None) -> int:
        """The number of rows in a list; reads only one."""
        call = Call("GET", api_path(*collection))
        first = self._page(call, dict(params or {}, per_page=1), key or collection[-1], 1)
        return len(first.rows) if first.total_count is None else first.total_count

    def announce(self, number: int) -> None:
        """Announce a number of requests, for progress displays."""
        self._transport.announce(number)

    def hurry(self) -> None:
        """Stop waiting for rate limits: requests that would wait aren't sent. Safe in a signal handler."""
        self._transport.hurry()

    def close(self) -> None:
        """Abort requests in flight. A write may still be carried out."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _all_pages(self, call: Call, params: Params, key: str, each: Callable[[JsonObject], T]) -> list[PageOf[T]]:
        """The first page is converted on its own: `each` may wait for another list then."""
        first = made(self._page(call, params, key, 1), each)
        last = first.total_pages or 1
        if last > MOST_PAGES:
            raise BadAnswer(call, f"a list of {last} pages, which is more than the limit of {MOST_PAGES}", status=200)
        self.announce(last - 1)

        def take(answer: JsonObject) -> PageOf[T]:
            return made(_page_in(call, answer, key), each)

        def ask(number: int) -> PageOf[T]:
            return self._transport.read(call, take, params={**params, "page": number})

        return [first, *self._pool.map(ask, range(2, last + 1))]

    def _page(self, call: Call, params: Params, key: str, number: int) -> Page:
        return _page_in(call, self._transport.send(call, params={**params, "page": number}), key)


class Writer(Reader):
    """Also writes.

    Every method returns the object's new state, including the root key (after a `delete`: the old one). Raises
    LostAnswer if it is unknown whether the write was carried out.
    """

    def post(self, *parts: str, body: JsonObject) -> JsonObject:
        return self._transport.send(Call("POST", api_path(*parts)), body=body)

    def put(self, *parts: str, body: JsonObject) -> JsonObject:
        return self._transport.send(Call("PUT", api_path(*parts)), body=body)

    def patch(self, *parts: str, body: JsonObject) -> JsonObject:
        return self._transport.send(Call("PATCH", api_path(*parts)), body=body)

    def delete(self, *parts: str, params: Params | None = None) -> JsonObject:
        return self._transport.send(Call("DELETE", api_path(*parts)), params=params)


def _page_in(call: Call, answer: JsonObject, key: str) -> Page:
    try:
        return page(answer, key)
    except ValueError as error:
        raise BadAnswer(call, f"an unexpected answer: {error}", status=200) from None


def _itself(row: JsonObject) -> JsonObject:
    return row
