"""One request to a forge's REST API and its answer. Reads are repeated; a write is for the caller to look after."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

TIMEOUT_S = 20.0
TRIES = 4
PER_PAGE = 100
MOST_PAGES = 100  # of comments: far more than a pull request has
LONGEST_WAIT_S = 60.0
LONGEST_WORDS = 300  # characters of an answer that end up in a message


class ForgeError(Exception):
    """The forge can't be reached, or refuses; the text says what would help."""


class PassingError(ForgeError):
    """It may go well in a moment. `wait_s` is what the forge asked for, None if it didn't say."""

    def __init__(self, text: str, wait_s: float | None = None) -> None:
        super().__init__(text)
        self.wait_s = wait_s


class ForgeRefusedError(ForgeError):
    """A 4xx."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Connection:
    """`permission` says which one a token lacks that gets a 403; `sleep` waits so many seconds."""

    http: httpx.Client
    permission: str
    sleep: Callable[[float], None] = field(default=time.sleep)

    def read(self, path: str, **params: Any) -> Any:
        """The JSON at a path. Raises ForgeError after some tries."""
        return self._repeated(path, params).json()

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        """The items of a list, over all of its pages. Raises ForgeError."""
        url: str = path
        params: Mapping[str, Any] | None = {**query, "per_page": PER_PAGE, "page": 1}
        for page in range(2, MOST_PAGES + 2):
            answer = self._repeated(url, params)
            items = _items(answer)
            yield from items
            following = answer.links.get("next", {}).get("url")
            if following:
                url, params = self._own(following), None
            elif len(items) < PER_PAGE:
                return
            else:
                params = {**query, "per_page": PER_PAGE, "page": page}
        raise ForgeError(f"GET {path}: more than {MOST_PAGES} pages")

    def write(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Sent once. Raises PassingError where its fate is unknown, ForgeError otherwise; a 404 of a DELETE is fine."""
        answer = self._sent(method, path, json=body)
        if method == "DELETE":
            return None
        return answer.json()

    def _repeated(self, path: str, params: Mapping[str, Any] | None) -> httpx.Response:
        for attempt in range(TRIES):
            try:
                return self._sent("GET", path, params=params)
            except PassingError as error:
                if attempt + 1 == TRIES:
                    raise
                self.sleep(error.wait_s if error.wait_s is not None else 2.0**attempt)
        raise AssertionError("the last try returns or raises")

    def _sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self.http.request(method, path, **more)
        except httpx.RequestError as error:
            raise PassingError(f"{method} {self._shown(path)}: {_words(error)}") from error
        if answer.is_success or (method == "DELETE" and answer.status_code == 404):
            return _json(answer, f"{method} {self._shown(path)}")
        raise self._refusal(answer, f"{method} {self._shown(path)}")

    def _refusal(self, answer: httpx.Response, request: str) -> ForgeError:
        text = f"{request}: {answer.status_code} {_message(answer)}"
        waits = _wait_s(answer)
        if answer.status_code >= 500 or answer.status_code == 429 or (answer.status_code == 403 and waits is not None):
            return PassingError(text, waits)
        hints = {401: "the token is missing, wrong or expired", 403: self.permission}
        hint = hints.get(answer.status_code)
        return ForgeRefusedError(f"{text}; {hint}" if hint else text, answer.status_code)

    def _own(self, url: str) -> str:
        """The path of a following page, for the token goes to no other host than the API's."""
        base, target = self.http.base_url, httpx.URL(url)
        if (target.scheme, target.host, target.port) != (base.scheme, base.host, base.port):
            raise ForgeError(f"the next page of a list is on another host, {target.host!r}")
        return url

    def _shown(self, path: str) -> str:
        return f"{self.http.base_url.host}{httpx.URL(path).path}" if path.startswith("/") else path


def _json(answer: httpx.Response, request: str) -> httpx.Response:
    if answer.content and answer.status_code != 404:
        try:
            answer.json()
        except ValueError:
            raise PassingError(f"{request}: {answer.status_code}, but the answer is not JSON") from None
    return answer


def _items(answer: httpx.Response) -> list[Any]:
    body = answer.json()
    if not isinstance(body, list):
        raise ForgeError(f"GET {answer.request.url.path}: a list was expected")
    return body


def _message(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.reason_phrase
    words = body.get("message") or body.get("error") if isinstance(body, dict) else None
    return str(words or answer.reason_phrase)[:LONGEST_WORDS]


def _wait_s(answer: httpx.Response) -> float | None:
    """What a limited client is told to wait, within reason."""
    retry_after = answer.headers.get("retry-after", "")
    return min(float(retry_after), LONGEST_WAIT_S) if retry_after.isdigit() else None


def _words(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in {TIMEOUT_S:.0f} s"
    return str(error) or type(error).__name__
