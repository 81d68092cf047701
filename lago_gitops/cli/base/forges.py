"""The forge that this run belongs to, from the variables that GitHub Actions and GitLab CI set."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.forge.connection import ForgeError
from lago_gitops.forge.github import API_URL, GitHub, github
from lago_gitops.forge.gitlab import GitLab, gitlab


def this_github(repository: str | None = None) -> GitHub:
    """GitHub by GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL. Raises StoppedError where one is missing."""
    try:
        return github(
            repository or os.environ.get("GITHUB_REPOSITORY", ""),
            os.environ.get("GITHUB_TOKEN", ""),
            os.environ.get("GITHUB_API_URL") or API_URL,
        )
    except ForgeError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None


def this_forge(repository: str | None = None) -> GitHub | GitLab:
    """GitLab inside of its pipelines, GitHub elsewhere. Raises StoppedError where a variable is missing."""
    if os.environ.get("GITLAB_CI") and not os.environ.get("GITHUB_REPOSITORY"):
        try:
            project = repository or os.environ.get("CI_PROJECT_ID", "")
            return gitlab(project, os.environ.get("GITLAB_TOKEN", ""), os.environ.get("CI_API_V4_URL", ""))
        except ForgeError as error:
            raise StoppedError(Exit.USAGE, str(error)) from None
    return this_github(repository)


def event() -> Mapping[str, Any]:
    """What started this run, as GitHub says it in a file; empty elsewhere."""
    path = os.environ.get("GITHUB_EVENT_PATH", "")
    try:
        payload = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return payload if isinstance(payload, dict) else {}


def pull_request_number(chosen: int | None) -> int:
    """As given, or that of the event. Raises StoppedError where there is neither."""
    number = chosen or (event().get("pull_request") or {}).get("number") or os.environ.get("CI_MERGE_REQUEST_IID")
    if not number:
        raise StoppedError(Exit.USAGE, "which pull request? Pass --pull-request N, or run on a pull_request event")
    return int(number)


def head_sha(number: int, forge: GitHub | GitLab) -> str:
    """The newest commit of the pull request: never the merge commit that a workflow has checked out."""
    pull_request = event().get("pull_request") or {}
    if pull_request.get("number") == number and "head" in pull_request:
        return str(pull_request["head"]["sha"])
    return forge.head_sha(number)
