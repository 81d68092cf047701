"""GitHub's REST API, as far as comments, labels and issues need it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from lago_gitops.forge.checks import CheckResult, request_body
from lago_gitops.forge.comments import Comment
from lago_gitops.forge.connection import TIMEOUT_S, Connection, ForgeError, ForgeRefusedError

API_URL = "https://api.github.com"
ACTIONS_LOGIN = "github-actions[bot]"  # whom the token of a workflow writes as; it may not ask who it is
PERMISSION = (
    "the token may not do this: give the job `permissions: {pull-requests: write, issues: write}`. "
    "For pull requests from forks, GitHub's token is read-only"
)
_VIEWER = "query { viewer { login } }"


@dataclass(frozen=True, slots=True)
class GitHub:
    """`repository` is `owner/name`."""

    connection: Connection
    repository: str

    def login(self) -> str:
        try:
            return str(self.connection.read("/user")["login"])
        except ForgeRefusedError as refused:
            if refused.status not in (403, 404):
                raise
            return self._viewer()

    def comments(self, number: int) -> tuple[Comment, ...]:
        return tuple(_comment(one) for one in self.connection.pages(self._path("issues", number, "comments")))

    def create_comment(self, number: int, body: str) -> None:
        self.connection.write("POST", self._path("issues", number, "comments"), {"body": body})

    def edit_comment(self, number: int, comment: int, body: str) -> None:
        del number  # GitHub's comments have ids of their own
        self.connection.write("PATCH", self._path("issues", "comments", comment), {"body": body})

    def delete_comment(self, number: int, comment: int) -> None:
        del number
        self.connection.write("DELETE", self._path("issues", "comments", comment))

    def open_issues(self, label: str) -> tuple[Comment, ...]:
        issues = self.connection.pages(self._path("issues"), state="open", labels=label)
        return tuple(_issue(one) for one in issues if "pull_request" not in one)

    def open_issue(self, title: str, body: str, label: str) -> None:
        self.connection.write("POST", self._path("issues"), {"title": title, "body": body, "labels": [label]})

    def rewrite_issue(self, number: int, body: str) -> None:
        self.connection.write("PATCH", self._path("issues", number), {"body": body})

    def close_issue(self, number: int, reason: str) -> None:
        self.create_comment(number, reason)
        self.connection.write("PATCH", self._path("issues", number), {"state": "closed"})

    def pull_request_of(self, sha: str) -> int | None:
        """The merged pull request of a commit, or None."""
        pulls = self.connection.read(self._path("commits", sha, "pulls"))
        return next((int(one["number"]) for one in pulls if one.get("merged_at")), None)

    def open_pull_request_at(self, sha: str) -> int | None:
        """The open pull request with this newest commit, also from a fork, or None."""
        pulls = self.connection.pages(self._path("pulls"), state="open")
        return next((int(one["number"]) for one in pulls if one["head"]["sha"] == sha), None)

    def create_check(self, check: CheckResult) -> None:
        self.connection.write("POST", self._path("check-runs"), request_body(check))

    def checks(self, sha: str) -> tuple[Mapping[str, Any], ...]:
        """The check runs of a commit, in GitHub's words."""
        answer = self.connection.read(self._path("commits", sha, "check-runs"), per_page=100, filter="all")
        return tuple(answer.get("check_runs") or ())

    def head_sha(self, number: int) -> str:
        """The newest commit of a pull request."""
        return str(self.connection.read(self._path("pulls", number))["head"]["sha"])

    def labels(self, number: int) -> tuple[str, ...]:
        """The labels that a pull request has now."""
        return tuple(str(one["name"]) for one in self.connection.pages(self._path("issues", number, "labels")))

    def label_events(self, number: int) -> tuple[Mapping[str, Any], ...]:
        """Who gave or took which label when, oldest first, in GitHub's words."""
        return tuple(self.connection.pages(self._path("issues", number, "events")))

    def may_write(self, login: str) -> bool:
        """Whether somebody may push to the repository."""
        try:
            answer = self.connection.read(self._path("collaborators", login, "permission"))
        except ForgeRefusedError as refused:
            if refused.status == 404:
                return False
            raise
        return answer.get("permission") in ("admin", "maintain", "write")

    def is_member(self, team: str, login: str) -> bool | None:
        """Whether somebody is in a team, `organization/team`; None where the token may not know.

        GitHub answers 404 for a team that the token can't see, too, so of such an answer the team itself is asked.
        """
        path = "/orgs/{}/teams/{}".format(*team.split("/"))
        try:
            return bool(self.connection.read(f"{path}/memberships/{login}").get("state") == "active")
        except ForgeRefusedError as refused:
            if refused.status == 404:
                return False if self._is_there(path) else None
            if refused.status == 403:
                return None
            raise

    def _is_there(self, path: str) -> bool:
        try:
            self.connection.read(path)
        except ForgeRefusedError as refused:
            if refused.status in (403, 404):
                return False
            raise
        return True

    def _viewer(self) -> str:
        try:
            answer = self.connection.write("POST", "/graphql", {"query": _VIEWER})
            return str(answer["data"]["viewer"]["login"])
        except (ForgeError, KeyError, TypeError):
            return ACTIONS_LOGIN

    def _path(self, *parts: str | int) -> str:
        return "/".join(("/repos", self.repository, *map(str, parts)))


def github(
    repository: str, token: str, api_url: str = API_URL, *, transport: httpx.BaseTransport | None = None
) -> GitHub:
    """Raises ForgeError where repository or token are missing."""
    if not token:
        raise ForgeError("GITHUB_TOKEN is not set: pass the job's token with `env: GITHUB_TOKEN`")
    if repository.count("/") != 1:
        raise ForgeError(f"GITHUB_REPOSITORY is {repository!r}, and has to be owner/name")
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "lago-gitops",
    }
    http = httpx.Client(base_url=api_url.rstrip("/"), headers=headers, timeout=TIMEOUT_S, transport=transport)
    return GitHub(Connection(http, PERMISSION), repository)


def _issue(row: Mapping[str, Any]) -> Comment:
    return replace(_comment(row), id=int(row["number"]))


def _comment(row: Mapping[str, Any]) -> Comment:
    author = row.get("user") or {}
    return Comment(int(row["id"]), str(author.get("login", "")), row.get("body") or "")
