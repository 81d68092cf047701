"""Routes: which handler answers which method and path."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.versions import Abilities
from lago_gitops.sandbox.base.world import World

Handler = Callable[[World, Request], Doc | str | None]

# A code may contain dots and slashes, an id neither; where Lago's routes have no constraint, a dot ends the code.
_PARTS = {"{code}": "(.+)", "{id}": "([^/]+)", "{plain}": "([^/.]+)(?:\\.[^/]*)?"}


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is below /api/v1; the route exists only if the flag of Abilities named `ability` is set."""

    methods: str
    path: str
    handler: Handler
    ability: str | None = None


def read_route(path: str, handler: Handler, ability: str | None = None) -> Route:
    return Route("GET HEAD", path, handler, ability)


def write_route(path: str, handler: Handler, ability: str | None = None) -> Route:
    """Lago treats PUT and PATCH alike."""
    return Route("PUT PATCH", path, handler, ability)


def list_routes(root: str, listed: Callable[[World, Request, Any], Doc]) -> tuple[Route, Route]:
    """A list of all customers, or the one in the query; and the same list below one customer."""

    def of_all(world: World, request: Request) -> Doc:
        return listed(world, request, request.query.get("external_customer_id"))

    def of_customer(world: World, request: Request) -> Doc:
        return listed(world, request, request.args[0])

    return read_route(root, of_all), read_route(f"customers/{{id}}/{root}", of_customer)


class Router:
    """The deepest route wins; otherwise a code with slashes would match the routes nested below it.

    Among routes of the same depth, the first one wins.
    """

    def __init__(self, routes: Iterable[Route], can: Abilities) -> None:
        self._routes: dict[tuple[str, str], list[tuple[re.Pattern[str], Handler]]] = {}
        for route in sorted(routes, key=lambda route: -route.path.count("/")):
            if route.ability is None or getattr(can, route.ability):
                self._add(route)

    def _add(self, route: Route) -> None:
        pattern = re.compile("".join(_PARTS.get(part, part) for part in re.split(r"(\{\w+\})", route.path)), re.DOTALL)
        for method in route.methods.split():
            self._routes.setdefault((method, route.path.split("/")[0]), []).append((pattern, route.handler))

    def find(self, method: str, path: str) -> tuple[Handler, tuple[str, ...]] | None:
        """The handler of a path below /api/v1, and the named parts of the path, still percent-encoded."""
        for pattern, handler in self._routes.get((method, path.partition("/")[0]), ()):
            if match := pattern.fullmatch(path):
                return handler, match.groups()
        return None
