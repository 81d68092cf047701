"""The suite that real servers are tried with, tried on the sandbox over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.e2e.conformance import worker
from tests.e2e.server import Server
from tests.e2e.suite import main, told_conformance, told_stories

KEY = "k3y"


@contextmanager
def sandbox(version: str = "HEAD", jobs: str = "auto") -> Iterator[Server]:
    settings = Settings(api_key=KEY, organization="Recording", lago_version=version, jobs=jobs)
    with serve(Sandbox(settings)) as url, Server(url, KEY) as server:
        yield server


@pytest.mark.slow
@pytest.mark.parametrize(("version", "story"), [("HEAD", "usage-tiers"), ("1.38.0", "a price list in use")])
def test_a_story_begins_and_ends_with_an_empty_organization(
    version: str, story: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with sandbox(version) as server:
        assert told_stories(server, only=story) == 0, capsys.readouterr().out
        assert list(server.left_behind()) == []


def test_an_organization_that_is_not_empty_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with sandbox() as server:
        server.post("customers", {"customer": {"external_id": "c", "name": "C"}})

        code = main(["product"], {"LAGO_API_URL": f"{server.url}/api/v1", "LAGO_API_KEY": KEY})

    assert code == 64
    assert "is not empty (1 customers)" in capsys.readouterr().out


def test_without_a_server_the_suite_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {}) == main(["all"], {"LAGO_API_URL": "http://127.0.0.1:9", "LAGO_API_KEY": KEY}) == 64
    assert "set LAGO_API_URL and LAGO_API_KEY" in capsys.readouterr().out


@pytest.mark.slow
def test_the_walk_through_every_kind_is_answered_as_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    with sandbox(jobs="manual") as server:

        def drain() -> None:
            httpx.post(f"{server.url}/sandbox/drain").raise_for_status()

        assert told_conformance(server, "1.51.0", drain) == 0, capsys.readouterr().out


def test_without_a_way_to_stop_jobs_conformance_is_not_tried(capsys: pytest.CaptureFixture[str]) -> None:
    with sandbox() as server:
        assert main(["conformance"], {"LAGO_API_URL": server.url, "LAGO_API_KEY": KEY}) == 64
    assert "LAGO_WORKER" in capsys.readouterr().out


def test_jobs_run_between_the_start_of_the_worker_and_its_stop(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with sandbox() as server:
        drain = worker(server, f"bash -c 'echo \"$@\" >> {log}' --")
        drain()

    assert log.read_text(encoding="utf-8").splitlines() == ["stop worker", "start worker", "stop worker"]


def test_a_story_that_fails_is_told_with_all_that_was_run(capsys: pytest.CaptureFixture[str]) -> None:
    with sandbox() as server, Server(server.url, "wrong") as broken:
        assert told_stories(broken, only="a price list in use") == 1
    out = capsys.readouterr().out
    assert "FAIL a price list in use" in out
    assert "$ lago-gitops doctor" in out
