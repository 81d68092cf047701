"""A price change from its pull request to production, and drift after it: what GitHub and Lago are told on the way."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lago_gitops.render.markdown.header import read_header
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Ran, Shell
from tests.forge.serving import served
from tests.forge.stub import REPOSITORY, Stub, always
from tests.manifests.sources.test_revision import git
from tests.texts import GROWTH

PROJECT = """\
manifests: [manifests]
environments:
  production: {{url: "{url}", key_from: LAGO_KEY}}
"""
pytestmark = pytest.mark.slow

LABEL = "lago:allow-changes-bills"


@dataclass
class Story:
    """A repository, a Lago and a GitHub."""

    shell: Shell
    lago: str
    stub: Stub = field(default_factory=Stub)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer sandbox"}
        return httpx.request(
            method, f"{self.lago}/api/v1/{path}", json=body, headers=headers, verify=False, timeout=120
        ).json()

    def price(self, price: str) -> str:
        """Written and committed; the new commit."""
        self.shell.write("manifests/plan.yaml", GROWTH.replace('"0.10"', f'"{price}"'))
        git(self.shell.folder, "add", "-A")
        git(self.shell.folder, "commit", "-qm", price)
        return git(self.shell.folder, "rev-parse", "HEAD")

    def pull_request(self, action: str, *, fork: bool = False) -> None:
        """The event that a workflow is started by."""
        self.stub.head_sha = git(self.shell.folder, "rev-parse", "HEAD")
        source = "somebody/pricing" if fork else REPOSITORY
        pull = {
            "number": 1,
            "head": {"sha": self.stub.head_sha, "repo": {"full_name": source}},
            "base": {"ref": "main", "repo": {"full_name": REPOSITORY}},
        }
        self.event("pull_request", {"action": action, "pull_request": pull})

    def event(self, name: str, payload: Any) -> None:
        self.shell.write(".git/event.json", json.dumps(payload))
        self.shell.monkeypatch.setenv("GITHUB_EVENT_NAME", name)
        self.shell.monkeypatch.setenv("GITHUB_EVENT_PATH", str(self.shell.folder / ".git" / "event.json"))

    def ci(self, what: str) -> Ran:
        for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
            path = self.shell.folder / ".git" / name.lower()
            path.unlink(missing_ok=True)
            self.shell.monkeypatch.setenv(name, str(path))
        return self.shell.run("ci", what)

    @property
    def summary(self) -> str:
        return (self.shell.folder / ".git" / "github_step_summary").read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.shell.folder / ".git" / "github_output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def charge(self) -> str:
        return str(self.ask("GET", "plans/growth")["plan"]["charges"][0]["properties"]["amount"])

    def label(self, by: str, name: str = LABEL) -> None:
        at = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.stub.labels.append(name)
        self.stub.events.append({"event": "labeled", "actor": {"login": by}, "created_at": at, "label": {"name": name}})


@pytest.fixture
def story(shell: Shell) -> Iterator[Story]:
    """main is applied, one customer subscribes, and a branch raises the price."""
    with serve(Sandbox(Settings())) as lago:
        found = Story(shell, lago)
        with served(found.stub) as api:
            git(shell.folder, "init", "-q", "-b", "main")
            shell.write("lago-gitops.yaml", PROJECT.format(url=lago))
            shell.write(".gitignore", ".lago-gitops/\n")
            for name, value in {
                "LAGO_KEY": "sandbox",
                "GITHUB_API_URL": api,
                "GITHUB_TOKEN": "token",
                "GITHUB_REPOSITORY": REPOSITORY,
                "RUNNER_TEMP": str(shell.folder / ".git" / "temp"),
                "INPUT_ENVIRONMENT": "production",
                "INPUT_BASE": "main",
            }.items():
                shell.monkeypatch.setenv(name, value)
            found.price("1")
            assert shell.run("apply", "--env", "production", "--auto-approve").code == 0
            found.ask("POST", "customers", {"customer": {"external_id": "c", "name": "C", "currency": "EUR"}})
            subscription = {"external_customer_id": "c", "plan_code": "growth", "external_id": "s"}
            found.ask("POST", "subscriptions", {"subscription": subscription})
            git(shell.folder, "checkout", "-qb", "dearer")
            found.price("2")
            yield found


def test_a_price_change_from_pull_request_to_production_and_drift_after_it(story: Story) -> None:
    story.stub.permissions = {"maintainer": "write", "triager": "read"}

    story.pull_request("opened")
    ran = story.ci("plan")
    assert ran.code == 0, ran.err
    assert len(story.stub.comments) == 1
    first = story.stub.bodies()[0]
    assert "1 subscription" in first
    assert story.outputs["guards"] == "changes-bills"
    assert story.stub.checks[-1]["conclusion"] == "action_required"

    story.price("3")
    story.pull_request("synchronize")
    assert story.ci("plan").code == 0
    assert len(story.stub.comments) == 1
    header = read_header(story.stub.bodies()[0])
    assert header is not None
    assert header.head_sha == story.stub.head_sha
    assert story.outputs["digest"] == header.digest

    story.label("maintainer")
    story.pull_request("labeled")
    assert story.ci("plan").code == 0
    assert story.outputs["guards"] == ""
    assert "was added by maintainer" in story.summary
    assert story.stub.checks[-1]["conclusion"] == "success"

    git(story.shell.folder, "checkout", "-q", "main")
    git(story.shell.folder, "merge", "-q", "--no-ff", "-m", "merge", "dearer")
    merged = git(story.shell.folder, "rev-parse", "HEAD")
    story.stub.merged[merged] = 1
    story.event("push", {"ref": "refs/heads/main"})
    story.shell.monkeypatch.setenv("GITHUB_SHA", merged)
    ran = story.ci("apply")
    assert ran.code == 0, ran.err
    assert story.charge() == "3"
    assert story.shell.run("plan", "--env", "production", "--detailed-exitcode").code == 0
    assert len(story.stub.comments) == 1

    story.event("schedule", {})
    assert story.ci("drift").code == 0
    assert story.stub.issues == {}
    story.ask("PUT", "plans/growth", {"plan": {"name": "Changed by hand"}})
    assert story.ci("drift").code == 2
    assert [one["state"] for one in story.stub.issues.values()] == ["open"]
    assert story.shell.run("apply", "--env", "production", "--auto-approve").code == 0
    assert story.ci("drift").code == 0
    assert [one["state"] for one in story.stub.issues.values()] == ["closed"]


def test_a_label_by_somebody_who_may_not_write_answers_nothing(story: Story) -> None:
    story.stub.permissions = {"triager": "read"}
    story.pull_request("opened")
    assert story.ci("plan").code == 0
    story.label("triager")
    story.pull_request("labeled")

    assert story.ci("plan").code == 0
    assert story.outputs["guards"] == "changes-bills"
    assert "triager added it, but may not write" in story.summary


POLICY = """\
policies:
  - name: price-rises
    when: {class: price-increase, increase_percent: {at_least: 10}}
    require: {because: finance agrees to rises, label: finance-agreed, approvers: ["@acme/finance"]}
"""


def test_a_policy_of_the_base_stops_a_branch_that_drops_it_until_its_people_agree(story: Story) -> None:
    story.stub.permissions = {"maintainer": "write", "accountant": "write"}
    story.stub.teams = {"acme/finance": {"accountant": "active"}}
    with_policy = PROJECT.format(url=story.lago) + POLICY
    git(story.shell.folder, "checkout", "-q", "main")
    story.shell.write("lago-gitops.yaml", with_policy)
    story.price("1")
    git(story.shell.folder, "checkout", "-qb", "bold")
    story.shell.write("lago-gitops.yaml", PROJECT.format(url=story.lago))
    story.price("2")

    story.pull_request("opened")
    assert story.ci("plan").code == 4
    assert story.outputs["guards"] == "changes-bills,price-rises"
    assert "@acme/finance has to set the label finance-agreed" in story.stub.bodies()[0]

    story.label("accountant", "finance-agreed")
    story.pull_request("labeled")
    assert story.ci("plan").code == 0
    assert story.outputs["guards"] == "changes-bills"

    story.shell.write("lago-gitops.yaml", with_policy)
    story.price("2")
    git(story.shell.folder, "checkout", "-q", "main")
    git(story.shell.folder, "merge", "-q", "--no-ff", "-m", "merge", "bold")
    merged = git(story.shell.folder, "rev-parse", "HEAD")
    story.stub.merged[merged] = 1
    story.event("push", {"ref": "refs/heads/main"})
    story.shell.monkeypatch.setenv("GITHUB_SHA", merged)
    story.label("maintainer")
    ran = story.ci("apply")
    assert ran.code == 0, ran.err
    assert story.charge() == "2"


def test_a_fork_has_no_key_and_gets_the_comparison_of_two_revisions(story: Story) -> None:
    story.shell.monkeypatch.delenv("LAGO_KEY")
    story.pull_request("opened", fork=True)
    story.stub.faults = [always("POST", 403, "Resource not accessible by integration")]

    ran = story.ci("plan")

    assert ran.code == 0, ran.err
    assert "::warning title=lago-gitops::no comment" in ran.out
    assert "pull-requests: write" in ran.out
    assert "growth" in story.summary


def test_a_failing_comment_does_not_hide_a_bad_manifest(story: Story) -> None:
    story.shell.write("manifests/plan.yaml", "kind: plan\ncode: x\n")
    story.pull_request("synchronize")
    story.stub.faults = [lambda _: httpx.Response(500, json={"message": "down"})]

    ran = story.ci("plan")

    assert ran.code == 3
    assert "::error file=manifests/plan.yaml" in ran.out
    assert "manifests/plan.yaml" in story.summary


def test_an_input_that_is_none_is_wrong_usage(story: Story) -> None:
    story.shell.monkeypatch.setenv("INPUT_FAIL_ON", "everything")

    ran = story.ci("plan")

    assert ran.code == 64
    assert "input fail-on is 'everything': use one of guards, refused, none" in ran.err


def test_outputs_are_there_for_the_next_steps(story: Story) -> None:
    story.pull_request("opened")
    story.ci("plan")

    assert story.outputs["exit-code"] == "0"
    assert story.outputs["changes"] == "1"
    assert Path(story.outputs["plan-file"]).exists()


def test_after_a_run_of_a_fork_its_plan_is_shown_as_what_it_is(story: Story) -> None:
    story.shell.monkeypatch.delenv("LAGO_KEY")
    story.pull_request("opened", fork=True)
    story.stub.faults = [always("POST", 403, "Resource not accessible by integration")]
    story.ci("plan")
    plan = story.outputs["plan-file"]
    story.stub.faults = []

    story.event("workflow_run", {"workflow_run": {"head_sha": story.stub.head_sha}})
    story.shell.monkeypatch.setenv("INPUT_PLAN_FILE", plan)
    ran = story.ci("comment-fork")

    assert ran.code == 0, ran.err
    assert "comes from a fork and was made without access to Lago" in story.stub.bodies()[0]


def test_a_plan_of_a_fork_for_another_commit_is_not_shown(story: Story) -> None:
    story.pull_request("opened", fork=True)
    story.ci("plan")
    story.stub.comments.clear()
    story.shell.monkeypatch.setenv("INPUT_PLAN_FILE", story.outputs["plan-file"])
    story.event("workflow_run", {"workflow_run": {"head_sha": "0" * 40}})

    ran = story.ci("comment-fork")

    assert ran.code == 5
    assert story.stub.bodies() == []
