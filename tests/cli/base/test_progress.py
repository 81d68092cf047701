"""A line that says how far a run is: kept up to date on a terminal, every ten seconds elsewhere."""

import io
import threading
from pathlib import Path

import pytest

from lago_gitops.cli.base.output import Output
from lago_gitops.cli.base.progress import Lines, Progress, Screen, Terminal, on_stderr
from lago_gitops.lago.errors import Call
from lago_gitops.lago.http.events import Announced, Began, Ended, Event
from lago_gitops.render.run.progress import progress_text, span
from tests.cli.running import Shell

GET = Call("GET", "/api/v1/plans")


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time_s = 100.0

    def __call__(self) -> float:
        return self.time_s


class Run:
    """Progress on a screen, one tick each time the clock moves."""

    def __init__(self, screen: type[Terminal] | type[Lines]) -> None:
        self.out, self.clock = io.StringIO(), Hands()
        self.screen: Screen = screen(self.out)
        self.progress = Progress(self.screen, self.clock)

    def after(self, seconds: float) -> str:
        """What is written until then, tick by tick."""
        self.out.truncate(0)
        self.out.seek(0)
        until_s = self.clock.time_s + seconds
        while self.clock.time_s + 0.1 <= until_s + 1e-9:
            self.clock.time_s += 0.1
            self.progress.tick()
        return self.out.getvalue()

    def sent(self, *events: Event) -> None:
        for event in events:
            self.progress.observe(event)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (("Comparing", 0, None, 0.2), "Comparing …"),
        (("Comparing", 0, None, 65), "Comparing … 1 min 5 s"),
        (("Applying", 0, 1200, 5), "Applying 0/1,200"),
        (("Applying", 30, 1200, 0.5), "Applying 30/1,200"),
        (("Applying", 400, 1200, 40), "Applying 400/1,200, 10/s, 1 min 20 s left"),
        (("Applying", 3, 1200, 2), "Applying 3/1,200, 1.5/s, 13 min 18 s left"),
        (("Applying", 1200, 1200, 120), "Applying 1,200/1,200, 10/s"),
    ],
)
def test_the_line_says_what_how_much_how_fast_and_how_long_still(said: tuple[str, int, int, float], text: str) -> None:
    assert progress_text(*said) == text


def test_what_was_done_before_does_not_count_as_fast() -> None:
    assert progress_text("Checking", 1100, 1200, 10, before=1000) == "Checking 1,100/1,200, 10/s, 10 s left"
    assert progress_text("Checking", 1000, 1200, 10, before=1000) == "Checking 1,000/1,200"


def test_spans_have_two_units_at_most() -> None:
    assert [span(seconds) for seconds in (0.4, 59.4, 60, 3599, 7500)] == [
        "0 s", "59 s", "1 min 0 s", "59 min 59 s", "2 h 5 min",
    ]  # fmt: skip


@pytest.mark.parametrize("screen", [Terminal, Lines])
def test_the_first_sign_of_life_comes_within_a_second_and_not_for_what_is_soon_over(screen: type[Terminal]) -> None:
    run = Run(screen)
    run.progress.begin("Reading Lago")

    assert run.after(0.3) == ""
    assert "Reading Lago" in run.after(0.6)


def test_in_a_log_there_is_a_line_every_ten_seconds_whatever_is_done() -> None:
    run = Run(Lines)
    run.progress.begin("Reading Lago")
    run.after(5)
    run.progress.begin("Applying", 500)

    assert run.after(25) == "Applying 0/500\nApplying 0/500\n"


def test_on_a_terminal_the_line_is_written_over_and_gone_at_the_end() -> None:
    run = Run(Terminal)
    with run.progress.doing("Reading Lago"):
        run.after(1)
        run.progress.begin("Applying", 2)
        assert run.after(0.2) == "\rApplying 0/2  "  # no letter of the longer line is left
    assert run.out.getvalue().endswith("\r" + " " * len("Applying 0/2") + "\r")
    assert run.after(5) == ""


def test_a_line_is_no_longer_than_the_terminal_is_wide() -> None:
    run = Run(Terminal)
    run.progress.begin("x" * 200)
    assert len(run.after(1).rpartition("\r")[2]) == 79


def test_requests_are_counted_as_announced_without_retries() -> None:
    run = Run(Lines)
    run.progress.begin("Reading Lago")
    over = Ended(GET, 1, 200, 0.1)
    run.sent(Began(GET, 1), over, Announced(3), Began(GET, 1), over, Began(GET, 1), over, Began(GET, 2))
    run.sent(Ended(GET, 2, 200, 0.1), Began(GET, 1), Began(GET, 1))

    assert run.after(1) == "Reading Lago 3/5\n"


def test_what_is_counted_otherwise_is_not_counted_by_requests() -> None:
    run = Run(Lines)
    run.progress.begin("Applying", 3)
    run.sent(Began(GET, 1), Ended(GET, 1, 200, 0.1))
    run.progress.step()
    assert run.after(1) == "Applying 1/3\n"

    run.progress.begin("Reading Lago")
    run.progress.at("Checking fees", 400, 1000)
    run.after(4)
    run.progress.at("Checking fees", 500, 1000)
    assert run.after(6) == "Checking fees 500/1,000, 10/s, 50 s left\n"


def test_words_take_the_place_of_the_line_and_the_line_comes_again(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(Terminal)
    run.progress.begin("Applying", 3)
    run.after(1)
    Output(progress=run.progress).note("a word")

    assert capsys.readouterr().err == "a word\n"
    assert run.out.getvalue().endswith("\r")
    assert run.after(0.2) == "\rApplying 0/3"


def test_a_quiet_run_and_one_without_a_screen_show_nothing() -> None:
    run = Run(Lines)
    run.progress.begin("Applying", 3)
    run.progress.silence()
    assert run.after(60) == ""
    on_stderr({"LAGO_GITOPS_PROGRESS": "off"}).tick()
    with Progress().ticking():
        assert "progress" not in [thread.name for thread in threading.enumerate()]


def test_nobody_looking_is_no_reason_to_stop(tmp_path: Path) -> None:
    out = (tmp_path / "out").open("w")
    progress = Progress(Lines(out), clock := Hands())
    progress.begin("Applying", 3)
    out.close()
    clock.time_s += 5
    progress.tick()


def test_ticks_come_by_themselves_until_the_end() -> None:
    shown = threading.Event()

    class Seen(Lines):
        first_s = 0.0

        def show(self, text: str) -> None:
            shown.set()

    progress = Progress(Seen(io.StringIO()))
    with progress.ticking():
        progress.begin("Applying", 3)
        assert shown.wait(60)


def test_each_command_says_what_it_is_at(shell: Shell) -> None:
    told, begin = list[str](), Progress.begin

    def heard(progress: Progress, what: str, total: int | None = None) -> None:
        told.append(f"{what} {total or ''}".strip())
        begin(progress, what, total)

    shell.monkeypatch.setattr(Progress, "begin", heard)
    shell.write("manifests/tax.yaml", "kind: tax\ncode: t\nname: T\nrate: 20\n")
    shell.write("lago-gitops.yaml", "manifests: [manifests]\n")

    def stages(*args: str) -> list[str]:
        told.clear()
        shell.run(*args, "--env", "sandbox")
        return [one for one in told if one]

    reading = ["Working", "Reading manifests", "Reading Lago", "Reading Lago", "Comparing", "Asking who is subscribed"]
    assert stages("plan") == [*reading, "Assessing changes", "Describing the plan"]
    assert stages("apply", "--auto-approve") == [*reading, "Assessing changes", "Describing the plan", "Applying 1"]
    assert stages("pull")[-3:] == ["Reading manifests", "Reading Lago", "Comparing"]
