"""Input that means harm: it stays text, it stays in its folder, and the key stays with its server."""

import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lago_gitops.lago.target import parse_target
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.sandbox.calls import Calls

pytestmark = pytest.mark.slow

# Clears the screen, sets the title, turns the line around, looks like colour in another tool, is a control on its own
EVIL = "\x1b[2J\x1b]0;owned\x07\u202egnp.exe\u2066 [bold red]x[/] \x9b31m \u200b{{7*7}}"
KEY = "the-key-0123456789"
TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"


def run(folder: Path, *args: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "lago_gitops", *args],
        cwd=folder,
        env={**os.environ, "LAGO_API_KEY": KEY, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def controls(text: str) -> set[str]:
    """What would do something to a terminal."""
    return {character for character in text if unicodedata.category(character) in {"Cc", "Cf"}} - {"\n"}


@pytest.mark.parametrize("format_", ["text", "json"])
def test_names_that_lago_has_stay_text_in_the_terminal(tmp_path: Path, format_: str) -> None:
    calls = Calls(api_key="sandbox", organization=EVIL)
    calls.post("taxes", {"tax": {"name": EVIL, "code": "vat", "rate": "1"}})
    calls.post("taxes", {"tax": {"name": "n", "code": EVIL, "rate": "1"}})
    calls.post("add_ons", {"add_on": {"name": "a", "code": "a", "amount_cents": 1, "amount_currency": "EUR"}})
    (tmp_path / "a.yaml").write_text(TAX)
    with serve(calls.sandbox) as url:
        away = {"LAGO_API_URL": url, "LAGO_API_KEY": "sandbox"}
        commands = (
            ("plan", "--out", "p.json"),
            ("show", "p.json"),
            ("apply", "--auto-approve"),
            ("pull",),
            ("doctor",),
        )
        ran = {args[0]: run(tmp_path, *args, "--format", format_, **away) for args in commands}
    calls.sandbox.close()

    assert {name: found for name, one in ran.items() if (found := controls(one.stdout + one.stderr))} == {}
    assert "owned" in ran["plan"].stdout + ran["plan"].stderr
    assert not [one.stderr for one in ran.values() if "Traceback" in one.stderr]


def test_names_in_manifests_stay_text_in_the_terminal(tmp_path: Path) -> None:
    written = EVIL.encode("ascii", "backslashreplace").decode()
    (tmp_path / "a.yaml").write_text(f'kind: tax\ncode: "c{written}"\nname: "{written}"\nrate: 1\nfoo: "{written}"\n')
    for args in (("validate",), ("plan",), ("apply", "--auto-approve"), ("fmt", "--check")):
        ran = run(tmp_path, *args, "--env", "sandbox")

        assert (controls(ran.stdout + ran.stderr), "Traceback" in ran.stderr) == (set(), False), args


ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ x.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch owned').read() }}",
    "{% import '/etc/passwd' as p %}",
    "{% include '../secret.txt' %}",
    "{{ self._TemplateReference__context }}",
    "{{ '%s' | format(x.__class__) }}",
    "{{ range(10**9) | list }}",
    "{{ 'x' * 10**9 }}",
)


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_template_gets_at_nothing_but_its_variables(tmp_path: Path, escape: str) -> None:
    (tmp_path / "secret.txt").write_text("5ecret")
    (tmp_path / "lago-gitops.yaml").write_text("manifests: [manifests]\nenvironments: {sandbox: {vars: {x: text}}}\n")
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "a.yaml.j2").write_text(TAX.replace("VAT", escape))
    ran = run(tmp_path, "validate", "--env", "sandbox")

    assert (ran.returncode, "Traceback" in ran.stderr) == (3, False), ran.stdout + ran.stderr
    assert "5ecret" not in ran.stdout + ran.stderr
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("path", ["../outside", "manifests/../../outside", "link", "/{absolute}"])
def test_an_overlay_stays_in_the_project(tmp_path: Path, path: str) -> None:
    outside, project = tmp_path / "outside", tmp_path / "project"
    for folder in (outside, project / "manifests"):
        folder.mkdir(parents=True)
    (outside / "a.yaml").write_text("kind: tax\ncode: vat\nrate: 99\n")
    (project / "link").symlink_to(outside)
    (project / "manifests" / "a.yaml").write_text(TAX)
    overlay = path.replace("/{absolute}", str(outside))
    (project / "lago-gitops.yaml").write_text(
        f"manifests: [manifests]\nenvironments: {{sandbox: {{overlays: ['{overlay}']}}}}\n"
    )
    ran = run(project, "plan", "--env", "sandbox")

    assert ran.returncode == 3
    assert f"lago-gitops.yaml:2:37: error: the overlay '{overlay}' points outside the project" in ran.stdout


@contextmanager
def redirecting(target: str) -> Iterator[str]:
    class Redirect(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(307)
            self.send_header("Location", target + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815 -- the names http.server looks for

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_redirect_to_another_host_gets_no_request_and_no_key(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TAX)
    sandbox, got = Sandbox(Settings(api_key=KEY)), []

    def listening(environ, start_response):  # type: ignore[no-untyped-def]
        got.append(environ.get("HTTP_AUTHORIZATION"))
        return sandbox(environ, start_response)

    with serve(listening) as other, redirecting(other.replace("127.0.0.1", "localhost")) as url:
        ran = run(tmp_path, "apply", "--auto-approve", LAGO_API_URL=url)
    sandbox.close()

    assert (ran.returncode, got) == (8, [])
    assert "which is not followed: use the URL at which Lago answers" in ran.stderr


def test_a_key_goes_unencrypted_to_this_machine_only(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TAX)
    refused = run(tmp_path, "plan", LAGO_API_URL="http://192.0.2.1")
    sandbox = Sandbox(Settings(api_key=KEY))
    with serve(sandbox) as url:
        here = run(tmp_path, "plan", LAGO_API_URL=url)
    sandbox.close()

    assert (refused.returncode, "would travel unencrypted: use https://" in refused.stderr) == (64, True)
    assert here.returncode == 0


def test_only_a_reviewed_environment_lets_the_key_travel_unencrypted(tmp_path: Path) -> None:
    assert str(parse_target("http://lago.invalid", insecure=True)) == "http://lago.invalid"
    assert "insecure" not in run(tmp_path, "plan", "--help").stdout
