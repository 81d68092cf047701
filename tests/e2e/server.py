"""A Lago server at a URL, as the suite needs it: what is there, somebody who subscribes, jobs that are awaited."""

import time
from collections.abc import Iterator
from typing import Any, Self

import httpx

from lago_gitops.kinds import KINDS

BESIDE_KINDS = ("customers",)
TIMEOUT_S = 60.0
PATIENCE_S = 300.0  # for what Lago does in the background
PAUSE_S = 0.5


class Server:
    """Requests below /api/v1. Every answer of 400 and above raises httpx.HTTPStatusError unless it is asked for."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/").removesuffix("/api/v1")
        self.key = key
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=f"{self.url}/api/v1/", headers=headers, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str) -> Any:
        return self._client.get(path).raise_for_status().json()

    def post(self, path: str, body: Any) -> Any:
        return self._client.post(path, json=body).raise_for_status().json()

    def put(self, path: str, body: Any) -> Any:
        return self._client.put(path, json=body).raise_for_status().json()

    def delete(self, path: str) -> None:
        self._client.delete(path).raise_for_status()

    def left_behind(self) -> Iterator[str]:
        """What an empty organization would not have, with how many there are. What a licence hides is not there."""
        lists = [one.collection for one in KINDS.values() if not (one.fixed or one.undeletable)]
        for name in (*lists, *BESIDE_KINDS):
            answer = self._client.get(name, params={"per_page": 1})
            if answer.status_code in (403, 404):
                continue
            number = answer.raise_for_status().json()["meta"]["total_count"]
            if number:
                yield f"{number} {name.replace('_', ' ')}"

    def wait_for_deletes(self) -> None:
        """Until Lago has carried out its deletes of plans. Raises TimeoutError."""
        until = time.monotonic() + PATIENCE_S
        while any(plan.get("pending_deletion") for plan in self.get("plans?per_page=100")["plans"]):
            if time.monotonic() > until:
                raise TimeoutError(f"Lago still has not deleted a plan after {PATIENCE_S:.0f} s: does its worker run?")
            time.sleep(PAUSE_S)
