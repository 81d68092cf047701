"""The sandbox: one WSGI callable that answers as Lago would."""

import threading
import traceback
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from lago_gitops.sandbox.base.errors import PartlyRefusedError, RefusedError, not_found, unauthorized
from lago_gitops.sandbox.base.http.messages import REASONS, Answer, Request, path_parts, read_request
from lago_gitops.sandbox.base.http.routes import Router
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.base.storage.kinds import DELIVERY
from lago_gitops.sandbox.base.storage.store import UnusableFileError
from lago_gitops.sandbox.base.versions import Abilities
from lago_gitops.sandbox.base.world import new_world
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.serving import control, jobs
from lago_gitops.sandbox.serving.courier import Courier
from lago_gitops.sandbox.serving.registry import REACTIONS, ROUTES
from lago_gitops.sandbox.webhooks import delivering

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_API = "/api/v1/"
_PRODUCTS = "/api/v2/products"  # after 1.51; the only part of the product catalogue that the sandbox has
_TIME_HEADER = "HTTP_X_SANDBOX_NOW"
_READS = frozenset({"GET", "HEAD"})


class Sandbox:
    """Handles one request at a time; its changes are committed when the call returns."""

    def __init__(self, settings: Settings) -> None:
        """Raises UnusableFileError."""
        self.settings = settings
        self._world = new_world(settings, REACTIONS)
        with self._world.store.file_in_use():
            control.set_clock(self._world)
            organizations.ensure(self._world)
        self._router = _router(self._world.can)
        self._lock = threading.RLock()
        self._courier = Courier(self._send)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = self._answer_or_own_fault(environ)
        payload = answer.payload()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(payload)))]
        start_response(f"{answer.status} {REASONS[answer.status]}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else payload]

    def drain(self) -> int:
        """Run the queued jobs and send the webhooks that they write. Returns the number of jobs."""
        with self._lock:
            done = jobs.run_all(self._world)
            self._hand_over()
        self._courier.flush()
        return done

    def close(self) -> None:
        self._courier.end()
        with self._lock:
            self._world.store.close()

    def _hand_over(self) -> None:
        """Pass the webhooks that jobs have written to the courier."""
        while self._world.outbox:
            self._courier.take(self._world.outbox.popleft())

    def _send(self, delivery_id: str) -> None:
        """Runs in the courier's thread. A delivery that was reset or rolled back isn't sent."""
        with self._lock:
            delivery = self._world.store.get(DELIVERY, delivery_id)
        if delivery is None:
            return
        delivery = delivering.sent(delivery, self.settings.webhook_hosts)
        with self._lock, self._world.store.transaction():
            if self._world.store.get(DELIVERY, delivery_id) is not None:
                self._world.store.save(DELIVERY, delivery)

    def _answer_or_own_fault(self, environ: "WSGIEnvironment") -> Answer:
        """A bug in the sandbox isn't one of Lago's 500s: its answer has a `sandbox` key."""
        try:
            request = read_request(environ)
            is_control = request.path.startswith(control.PREFIX)
            if is_control:
                self._courier.flush()
            in_use = self._world.store.file_in_use()
            with self._lock, in_use, self._world.clock.at(control.at(environ.get(_TIME_HEADER))):
                if host := environ.get("HTTP_HOST"):
                    self._world.address.url = f"{environ.get('wsgi.url_scheme', 'http')}://{host}"
                answer = self._answer(request)
                self._hand_over()
            if is_control:
                self._courier.flush()
            return answer
        except RefusedError as refused:
            return Answer(refused.status, refused.body)
        except UnusableFileError as fault:
            return Answer(500, {"status": 500, "error": str(fault)})
        except Exception as fault:  # a bug must not stop the server
            traceback.print_exc(file=environ["wsgi.errors"])
            return Answer(500, {"status": 500, "error": "Internal Server Error", "sandbox": repr(fault)})

    def _answer(self, request: Request) -> Answer:
        if request.method in _READS and request.path.rstrip("/") == "/health":
            return Answer(200, self._health())
        if request.path.startswith(control.PREFIX):
            return Answer(200, control.answered(self._world, request))
        answer = self._routed(request)
        if self.settings.jobs == "auto":
            jobs.run_all(self._world)
        return answer

    def _health(self) -> dict[str, str]:
        version = self.settings.lago_version
        version = f"v{version}" if version[:1].isdigit() else version
        url = f"https://github.com/getlago/lago-api/tree/{version}"
        return {"version": version, "github_url": url, "message": "Success"}

    def _routed(self, request: Request) -> Answer:
        path = request.path
        below = path[len(_API) :].removesuffix("/")
        if path == _PRODUCTS and request.token == self.settings.api_key and self.settings.products:
            return Answer(200, {"products": [{"code": code} for code in self.settings.products]})
        route = self._router.find(request.method, below) if path.startswith(_API) else None
        if route is None:
            raise not_found("resource")
        if request.token != self.settings.api_key:
            raise unauthorized()
        handler, parts = route
        asked = Request(request.method, path, request.body, request.query, request.token, path_parts(parts))
        if request.method in _READS:
            return Answer(200, handler(self._world, asked))
        with self._world.store.transaction():
            try:
                return Answer(200, handler(self._world, asked))
            except PartlyRefusedError as refused:
                return Answer(refused.status, refused.body)


@cache
def _router(can: Abilities) -> Router:
    return Router(ROUTES, can)
