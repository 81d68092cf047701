"""A forge in this process: GitHub's comments, labels and users, with the faults that a test asks for."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from lago_gitops.forge.connection import Connection
from lago_gitops.forge.github import GitHub, github

REPOSITORY = "acme/pricing"
OWN = "github-actions[bot]"
Fault = Callable[[httpx.Request], httpx.Response | None]


@dataclass
class Stub(httpx.BaseTransport):
    """`faults` are asked first, in order; what one answers is the answer. `after` acts once a write is done."""

    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    login: str | None = OWN
    page_size: int = 2
    faults: list[Fault] = field(default_factory=list)
    after: list[Callable[[httpx.Request], None]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=dict)
    teams: dict[str, dict[str, str]] = field(default_factory=dict)  # of an organization: the state of its members
    labels: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    head_sha: str = ""  # of pull request 1
    merged: dict[str, int] = field(default_factory=dict)  # commit → pull request
    checks: list[dict[str, Any]] = field(default_factory=list)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.path}")
        for fault in self.faults:
            if (answer := fault(request)) is not None:
                return answer
        answer = self._answer(request)
        if request.method != "GET" and self.after:
            self.after.pop(0)(request)
        return answer

    @property
    def writes(self) -> list[str]:
        return [one for one in self.requests if not one.startswith("GET")]

    def add(self, body: str, author: str = OWN) -> int:
        number = max(self.comments, default=100) + 1
        self.comments[number] = {"id": number, "body": body, "user": {"login": author}}
        return number

    def bodies(self) -> list[str]:
        return [one["body"] for one in self.comments.values()]

    def github(self) -> GitHub:
        forge = github(REPOSITORY, "token", transport=self)
        return GitHub(Connection(forge.connection.http, forge.connection.permission, lambda _: None), REPOSITORY)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(f"/repos/{REPOSITORY}/")
        match request.method, path.split("/"):
            case "GET", ["", "orgs", owner, "teams", team, *more] if members := self.teams.get(f"{owner}/{team}"):
                if not more:
                    return _json({"slug": team})
                return (
                    _json({"state": members[more[1]]}) if more[1] in members else _json({"message": "Not Found"}, 404)
                )
            case "GET", ["", "user"]:
                return (
                    _json({"login": self.login}) if self.login else _json({"message": "Resource not accessible"}, 403)
                )
            case "GET", ["issues", "1", "comments"]:
                return self._page(request, list(self.comments.values()))
            case "POST", ["issues", "1", "comments"]:
                return _json(self.comments[self.add(json.loads(request.content)["body"])], 201)
            case "PATCH", ["issues", "comments", number]:
                self.comments[int(number)]["body"] = json.loads(request.content)["body"]
                return _json(self.comments[int(number)])
            case "DELETE", ["issues", "comments", number]:
                return httpx.Response(204 if self.comments.pop(int(number), None) else 404)
            case "GET", ["issues", "1", "labels"]:
                return self._page(request, [{"name": name} for name in self.labels])
            case "GET", ["issues", "1", "events"]:
                return self._page(request, self.events)
            case "GET", ["collaborators", login, "permission"] if login in self.permissions:
                return _json({"permission": self.permissions[login]})
            case "GET", ["pulls", "1"]:
                return _json({"number": 1, "head": {"sha": self.head_sha}})
            case "GET", ["pulls"]:
                return self._page(request, [{"number": 1, "head": {"sha": self.head_sha}}])
            case "GET", ["commits", sha, "pulls"]:
                return _json([{"number": self.merged[sha], "merged_at": "2026-10-01"}] if sha in self.merged else [])
        return self._answer_about_checks_and_issues(request, path)

    def _answer_about_checks_and_issues(self, request: httpx.Request, path: str) -> httpx.Response:
        sent = json.loads(request.content) if request.content else {}
        match request.method, path.split("/"):
            case "POST", ["check-runs"]:
                self.checks.append({"id": len(self.checks) + 1, "app": {"slug": "github-actions"}, **sent})
                return _json(self.checks[-1], 201)
            case "GET", ["commits", sha, "check-runs"]:
                return _json({"check_runs": [one for one in self.checks if one["head_sha"] == sha]})
            case "GET", ["issues"]:
                return self._page(request, [one for one in self.issues.values() if one["state"] == "open"])
            case "POST", ["issues"]:
                number = len(self.issues) + 50
                self.issues[number] = {"id": 9000 + number, "number": number, "state": "open", "user": {"login": OWN}}
                self.issues[number] |= sent
                return _json(self.issues[number], 201)
            case "PATCH", ["issues", number]:
                self.issues[int(number)] |= sent
                return _json(self.issues[int(number)])
            case "POST", ["issues", _, "comments"]:
                return _json({}, 201)
        return _json({"message": "Not Found"}, 404)

    def _page(self, request: httpx.Request, items: list[Any]) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        start = (page - 1) * self.page_size
        following = request.url.copy_merge_params({"page": str(page + 1)})
        more = start + self.page_size < len(items)
        return _json(
            items[start : start + self.page_size], headers={"Link": f'<{following}>; rel="next"'} if more else {}
        )


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json=value, headers=headers)


def once(method: str, status: int, **headers: str) -> Fault:
    """Answers the first such request with a status."""
    left = [True]

    def fault(request: httpx.Request) -> httpx.Response | None:
        if request.method != method or not left:
            return None
        left.clear()
        return _json({"message": "unlucky"}, status, {name.replace("_", "-"): value for name, value in headers.items()})

    return fault


def always(method: str, status: int, message: str) -> Fault:
    """Answers every such request with a status."""
    return lambda request: _json({"message": message}, status) if request.method == method else None
