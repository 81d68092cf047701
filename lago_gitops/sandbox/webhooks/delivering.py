"""Delivers webhooks, only to this machine and allowed hosts, in up to three logged attempts."""

import base64
import http.client
import json
from collections.abc import Iterable, Set
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

from lago_gitops.sandbox.base.clock import stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import read_route
from lago_gitops.sandbox.base.storage.kinds import DELIVERY, WEBHOOK_ENDPOINT
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.webhooks import payloads, signing

ATTEMPTS = 3
NOT_ALLOWED = "not allowed"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TIMEOUT_S = 5.0
SUCCESSES = frozenset({200, 201, 202, 204})


def prepare(world: World, job: Doc) -> None:
    """Prepare a signed delivery for each endpoint subscribed to the type."""
    body = payloads.payload(world, job, organizations.only(world)["id"])
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    for endpoint in world.store.kept(WEBHOOK_ENDPOINT):
        if endpoint["event_types"] is None or job["event_type"] in endpoint["event_types"]:
            _prepare(world, endpoint, job["event_type"], text)


def _prepare(world: World, endpoint: Doc, event_type: str, body: str) -> None:
    id_ = new_id()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Ruby",
        "X-Lago-Signature": _signature(world, endpoint, body),
        "X-Lago-Signature-Algorithm": endpoint["signature_algo"],
        "X-Lago-Unique-Key": id_,
    }
    kept = {"url": endpoint["webhook_url"], "type": event_type, "headers": headers, "body": body, "attempts": []}
    world.store.save(DELIVERY, {"id": id_, "created_at": world.stamp(), **kept})
    world.outbox.append(id_)


def sent(delivery: Doc, hosts: Iterable[str]) -> Doc:
    """Send it, and return it with its attempts: without pauses, each dated as Lago would have made it.

    Doesn't touch the sandbox: receivers may send requests to it.
    """
    at, attempts = unstamp(delivery["created_at"]), list[Doc]()
    while len(attempts) < ATTEMPTS:
        attempt = _attempt(delivery["url"], delivery["headers"], delivery["body"], LOOPBACK | set(hosts))
        attempts.append({"at": stamp(at), **attempt})
        if attempt["status"] in SUCCESSES or attempt["error"] == NOT_ALLOWED:
            break
        at += pause(len(attempts))
    return delivery | {"attempts": attempts}


def pause(attempt: int) -> timedelta:
    """The pause after failed attempt number `attempt`, from 1; Lago adds up to 15 %."""
    return timedelta(seconds=2 + attempt**4)


def _signature(world: World, endpoint: Doc, body: str) -> str:
    if endpoint["signature_algo"] == "hmac":
        return signing.hmac_signature(world, body)
    return signing.jwt(world, body, world.address.url)


def _attempt(url: str, headers: dict[str, str], body: str, hosts: Set[str]) -> Doc:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in hosts:
        return {"status": None, "error": NOT_ALLOWED}
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT_S)
        with closing(connection):
            connection.request("POST", path, body.encode(), headers)
            with connection.getresponse() as answer:
                answer.read()
                return {"status": answer.status, "error": None}
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"status": None, "error": type(error).__name__}


def log(world: World) -> list[Doc]:
    """All deliveries, oldest first."""
    return list(reversed(world.store.newest(DELIVERY)))


def _key(world: World, _: Request) -> str:
    return _encoded(world)


def _key_as_json(world: World, _: Request) -> Doc:
    return {"webhook": {"public_key": _encoded(world)}}


def _encoded(world: World) -> str:
    """The PEM in base64, in lines of 60 characters, as Ruby encodes it."""
    text = base64.b64encode(signing.pem(world).encode()).decode()
    return "".join(f"{text[at : at + 60]}\n" for at in range(0, len(text), 60))


ROUTES = (
    read_route("webhooks/public_key", _key),
    read_route("webhooks/json_public_key", _key_as_json),
)
