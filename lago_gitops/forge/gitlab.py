"""GitLab's notes on a merge request: its comments, in its own words."""

from dataclasses import dataclass
from urllib.parse import quote

import httpx

from lago_gitops.forge.comments import Comment
from lago_gitops.forge.connection import TIMEOUT_S, Connection, ForgeError

PERMISSION = "the token may not do this: it needs the scope `api` and the role Reporter or higher"


@dataclass(frozen=True, slots=True)
class GitLab:
    """`project` is the number of the project, or its path."""

    connection: Connection
    project: str

    def login(self) -> str:
        return str(self.connection.read("/user")["username"])

    def comments(self, number: int) -> tuple[Comment, ...]:
        notes = self.connection.pages(self._notes(number))
        return tuple(Comment(int(one["id"]), str(one["author"]["username"]), one["body"] or "") for one in notes)

    def create_comment(self, number: int, body: str) -> None:
        self.connection.write("POST", self._notes(number), {"body": body})

    def edit_comment(self, number: int, comment: int, body: str) -> None:
        self.connection.write("PUT", f"{self._notes(number)}/{comment}", {"body": body})

    def delete_comment(self, number: int, comment: int) -> None:
        self.connection.write("DELETE", f"{self._notes(number)}/{comment}")

    def head_sha(self, number: int) -> str:
        """The newest commit of a merge request."""
        return str(self.connection.read(self._request(number))["sha"])

    def _notes(self, number: int) -> str:
        return f"{self._request(number)}/notes"

    def _request(self, number: int) -> str:
        return f"/projects/{quote(self.project, safe='')}/merge_requests/{number}"


def gitlab(project: str, token: str, api_url: str, *, transport: httpx.BaseTransport | None = None) -> GitLab:
    """Raises ForgeError without a token."""
    if not token:
        raise ForgeError("GITLAB_TOKEN is not set: a project access token with the scope `api`")
    headers = {"PRIVATE-TOKEN": token, "User-Agent": "lago-gitops"}
    http = httpx.Client(base_url=api_url.rstrip("/"), headers=headers, timeout=TIMEOUT_S, transport=transport)
    return GitLab(Connection(http, PERMISSION), project)
