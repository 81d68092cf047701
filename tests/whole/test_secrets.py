"""No key and no secret of a webhook's URL is in anything that any command writes."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree.ElementTree import fromstring

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.cli import COMMANDS, cli
from lago_gitops.core.assessment.guard import WAIVERS
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.fault_rules import Fault, parse_rule
from lago_gitops.sandbox.serving.faults import Faulty
from lago_gitops.sandbox.serving.server import serve
from tests.fuzz.trials import ran

pytestmark = pytest.mark.slow

MARK = "s3cr3t"
KEY = f"key-{MARK}-0123456789"
URL = f"https://user{MARK}:pass{MARK}@hooks.example.com/services/T0{MARK}99/lago?token={MARK}&{MARK}#{MARK}"
MANIFESTS = f"""
kind: webhook_endpoint
webhook_url: "{URL}"
---
kind: tax
code: vat
name: VAT
rate: 20
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
"""
BAD = f"""
kind: webhook_endpoint
webhook_url: "{URL}"
signature_algo: none
---
kind: webhook_endpoint
webhook_url: "{URL}"
---
kind: webhook_endpoint
webhook_url: "{URL} and a blank"
"""
ALLOWED = tuple(f"--allow={waiver}" for waiver in WAIVERS)
ARGUMENTS = {
    "apply": ("--auto-approve", *ALLOWED),
    "fmt": ("--check",),
    "import": ("saved.json", "--out", "pulled"),
    "plan": ("--out", "saved.json"),
    "price": ("--plan", "growth"),
    "pull": ("--out", "pulled"),
    "show": ("saved.json",),
}
ORDER = ("validate", "plan", "apply", "show")  # what the others then find
SERVES = frozenset({"sandbox"})  # until it is interrupted
MANIFEST_FOLDERS = frozenset({"manifests"})  # where the URL has to be


def formats() -> tuple[str, ...]:
    option = next(one for one in cli.params if one.name == "format")
    assert isinstance(option.type, click.Choice)
    return tuple(option.type.choices)


def commands() -> list[str]:
    return [*ORDER, *sorted(set(COMMANDS) - set(ORDER) - SERVES)]


def run(folder: Path, *args: str, url: str = "") -> str:
    """All that a command writes to the terminal."""
    found = ran(folder, args, {"LAGO_API_URL": url, "LAGO_API_KEY": KEY})
    return found.out + found.err


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """The names of all files, and what was written to those that are no manifests."""
    for path in sorted(folder.rglob("*")):
        yield "a name", str(path.relative_to(folder))
        if path.is_file() and MANIFEST_FOLDERS.isdisjoint(path.relative_to(folder).parts):
            yield str(path.relative_to(folder)), path.read_text(encoding="utf-8")


def leaks(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: text for name, text in said if MARK in text}


def project(folder: Path, manifests: str = MANIFESTS) -> Path:
    (folder / "manifests").mkdir()
    (folder / "manifests" / "a.yaml").write_text(manifests, encoding="utf-8")
    (folder / "lago-gitops.yaml").write_text("manifests: [manifests]\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("format_", formats())
def test_every_command_keeps_secrets(tmp_path: Path, format_: str) -> None:
    app = Sandbox(Settings(api_key=KEY))
    folder = project(tmp_path)
    with serve(app) as url:
        said = [
            (name, run(folder, name, *ARGUMENTS.get(name, ()), "--format", format_, url=url)) for name in commands()
        ]
        journals = list(Path(folder, ".lago-gitops", "runs").iterdir())

    assert leaks([*said, *files(tmp_path)]) == {}
    assert journals
    assert "hooks.example.com" in journals[0].read_text(encoding="utf-8")  # the mark could have been there
    app.close()


@pytest.mark.parametrize("format_", formats())
def test_what_is_wrong_with_a_url_is_said_without_its_secrets(tmp_path: Path, format_: str) -> None:
    said = run(project(tmp_path, BAD), "validate", "--format", format_)

    assert "***" in said
    assert leaks([("validate", said)]) == {}


@pytest.mark.parametrize("fault", [one for one in Fault if one is not Fault.LATENCY])
def test_faults_bring_no_secret_to_light(tmp_path: Path, fault: Fault) -> None:
    sandbox = Sandbox(Settings(api_key=KEY))
    app = Faulty(sandbox, [parse_rule(f"{fault}@write"), parse_rule(f"{fault}@read,2")], sleep=lambda _: None)
    folder = project(tmp_path)
    with serve(app) as url:
        said = run(folder, "apply", *ARGUMENTS["apply"], url=url)
    sandbox.close()

    assert leaks([("apply", said), *files(tmp_path)]) == {}


def echoing(app: Callable[..., Iterable[bytes]], status: str) -> Callable[..., Iterable[bytes]]:
    """A server that answers each write with all that it got, the key included."""

    def answer(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            return app(environ, start_response)
        got = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        details = {"echo": [environ["HTTP_AUTHORIZATION"], got]}
        said = {"status": int(status[:3]), "error": got, "code": "validation_errors", "error_details": details}
        body = json.dumps(said).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


@pytest.mark.parametrize("status", ["422 Unprocessable Entity", "500 Internal Server Error", "404 Not Found", "200 OK"])
def test_a_server_that_echoes_what_it_got_brings_no_secret_to_light(tmp_path: Path, status: str) -> None:
    sandbox = Sandbox(Settings(api_key=KEY))
    folder = project(tmp_path)
    with serve(echoing(sandbox, status)) as url:
        said = [(one, run(folder, "apply", *ARGUMENTS["apply"], "--format", one, url=url)) for one in formats()]
    sandbox.close()

    assert leaks([*said, *files(tmp_path)]) == {}


def test_an_odd_answer_brings_no_secret_to_light(tmp_path: Path) -> None:
    def odd(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        name = environ["PATH_INFO"].rpartition("/")[2]
        rows = [{"webhook_url": URL, "echo": environ["HTTP_AUTHORIZATION"], KEY: KEY, "signature_algo": []}]
        about = {"webhook_url": URL, "lago_id": KEY, "name": KEY}
        said = {name: rows, "organization": about, "meta": {"total_count": 1, "total_pages": 1}}
        body = json.dumps(said).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    folder = project(tmp_path)
    with serve(odd) as url:
        said = [(name, run(folder, name, url=url)) for name in ("plan", "doctor", "pull")]

    assert "an unexpected answer" in said[0][1]
    assert leaks(said) == {}


@pytest.mark.parametrize("format_", formats())
def test_a_key_that_comes_back_as_a_name_is_masked(tmp_path: Path, format_: str) -> None:
    app = Sandbox(Settings(api_key=KEY, organization=KEY))
    folder = project(tmp_path, f"kind: tax\ncode: vat\nname: '{KEY}'\nrate: 20\n")
    with serve(app) as url:
        said = [
            (name, run(folder, name, *ARGUMENTS.get(name, ()), "--format", format_, url=url))
            for name in ("plan", "apply", "doctor", "show")
        ]
    app.close()

    assert [name for name, text in (*said, *files(tmp_path)) if KEY in text] == []
    assert "***" in said[0][1]


def test_the_logs_of_the_libraries_below_have_no_secrets(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own client logs nothing; where a proxy is set, httpx sends the requests, and tells of each."""
    from lago_gitops.lago.connect import connect_writer
    from lago_gitops.lago.errors import LagoError
    from lago_gitops.lago.target import Secret, parse_target

    sandbox = Sandbox(Settings(api_key=KEY))
    with serve(sandbox) as url, caplog.at_level(logging.DEBUG):
        monkeypatch.setenv("HTTP_PROXY", url)
        for target in (url, "http://lago.example"):
            with connect_writer(parse_target(target, insecure=True), Secret(KEY)) as client, suppress(LagoError):
                client.post("webhook_endpoints", body={"webhook_endpoint": {"webhook_url": URL}})
                client.pages("webhook_endpoints")
    sandbox.close()

    assert {record.name.split(".")[0] for record in caplog.records} >= {"httpx", "httpcore"}
    assert leaks([("logs", caplog.text)]) == {}


def test_the_sandbox_does_not_say_the_key_that_it_was_given(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lago_gitops", "sandbox", "--port", "0"],
        cwd=tmp_path,
        env={**os.environ, "LAGO_API_KEY": KEY, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=300)

    assert "Lago look-alike at http://127.0.0.1:" in first
    assert MARK not in first + rest


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["'", '"', "\x1b[0m", "\\", "```", "</", "%0A", "&"]
)
REPORTS = ("text", "markdown", "html", "json", "sarif", "junit", "github")
FORMATS = ("text", "json")


@given(TEXTS, TEXTS, st.sampled_from(["name", "description", "invoice_display_name", "code"]))
@settings(max_examples=int(os.environ.get("EXAMPLES", "20")), deadline=None)
def test_any_text_in_any_field_leaves_what_is_written_readable_and_without_secrets(
    before: str, after: str, field: str
) -> None:
    text = f"{before}{URL}{after}"
    add_on = {"kind": "add_on", "code": "a", "name": "A", "amount_cents": 1, "amount_currency": "EUR", field: text}
    tax = {"kind": "tax", "code": "t", "name": {"env": "TAX_NAME"}, "rate": 1, "description": text}
    reports = tuple(f"--report={one}=report.{one}" for one in REPORTS)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.json").write_text(json.dumps(add_on), encoding="utf-8")
        (folder / "b.json").write_text(json.dumps(tax), encoding="utf-8")
        for args in (("validate",), ("plan", "--out", "p.plan"), ("show", "p.plan"), ("apply", "--auto-approve")):
            more = () if args[0] == "show" else reports
            for format_ in FORMATS:
                one = ran(folder, (*args, *more, "--format", format_), {"TAX_NAME": f"t {MARK} {KEY}"})
                assert not one.fault
                assert leaks([("terminal", one.out + one.err), *_written(folder)]) == {}
                if format_ == "json":
                    assert json.loads(one.out)["format_version"] == "1.0"
                if more:
                    json.loads((folder / "report.json").read_bytes())
                    json.loads((folder / "report.sarif").read_bytes())
                    fromstring((folder / "report.junit").read_bytes())


def _written(folder: Path) -> Iterator[tuple[str, str]]:
    """All but the manifests and what the sandbox keeps."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in {"a.json", "b.json"} and "sqlite" not in path.suffix:
            yield path.name, path.read_text(encoding="utf-8")
