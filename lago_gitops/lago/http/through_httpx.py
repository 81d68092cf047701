"""A line through httpx: for servers in this process, and where proxies are in the way."""

from collections.abc import Iterator

import httpx

from lago_gitops.lago.http.line import CutOffError, Message, Reply, UnansweredError, late

# Raised while there is no connection yet, so that nothing can have been sent.
_NEVER_OPENED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class HttpxLine:
    """A line to the server that the client is for, with the client's headers."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._origin = str(client.base_url).removesuffix("/")

    def send(self, message: Message) -> Reply:
        """Once the head of the answer is there. Raises UnansweredError."""
        try:
            answer = self._client.send(self._request(message), stream=True)
        except httpx.RequestError as error:
            raise UnansweredError(_words(error), is_sent=not isinstance(error, _NEVER_OPENED)) from error
        return Reply(answer.status_code, answer.headers, _pieces(answer), answer.close)

    def close(self) -> None:
        self._client.close()

    def _request(self, message: Message) -> httpx.Request:
        headers = self._client.headers.copy()
        if message.body:
            headers["Content-Type"] = "application/json"
        timeout = httpx.Timeout(message.wait_s, connect=message.connect_s)
        return httpx.Request(  # a client, asked for one, takes the URL apart three times
            message.method,
            self._origin + message.target,
            content=message.body or None,
            headers=headers,
            extensions={"timeout": timeout.as_dict()},
        )


def _pieces(answer: httpx.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_bytes()
    except httpx.RequestError as error:
        raise CutOffError(_words(error)) from error


def _words(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return late(type(error).__name__)
    return str(error) or type(error).__name__
