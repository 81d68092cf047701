"""What the process ends with."""

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import TYPE_CHECKING

import click

from lago_gitops.disk import NotWrittenError

if TYPE_CHECKING:
    from lago_gitops.cli.base.options import Options
    from lago_gitops.render.run.facts import Facts


class Exit(IntEnum):
    FINE = 0
    UNEXPECTED = 1
    CHANGES = 2
    INVALID = 3
    REFUSED = 4
    STALE = 5
    PARTLY = 6
    UNREACHABLE = 8
    USAGE = 64
    INTERRUPTED = 130


class StoppedError(Exception):
    """A command can't go on; the text says why and what would help."""

    def __init__(self, code: Exit, text: str) -> None:
        super().__init__(text)
        self.code = code


_MEANT = (StoppedError, NotWrittenError, OSError, click.ClickException, click.Abort)


@contextmanager
def ended_well(options: "Options") -> Iterator[None]:
    """Turns what a command raises into words on stderr, for programs into a document, and into an exit code."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        code, words = ending(error)
        if code is not Exit.INTERRUPTED and not isinstance(error, _MEANT):
            import traceback

            trace = "".join(traceback.format_exception(error))
            words = f"this is a bug in lago-gitops:\n{trace}"
        _tell(options, words, error)
        sys.exit(code)


def ending(error: BaseException | None) -> tuple[int, str]:
    """The exit code of an ending, and why it stopped; nothing for one that is as it should be."""
    match error:
        case None:
            return Exit.FINE, ""
        case SystemExit(code=code):
            return code if isinstance(code, int) else Exit.FINE, ""
        case _ if _is_of_interrupt(error):
            return Exit.INTERRUPTED, "interrupted"
        case StoppedError(code=code):
            return code, str(error)
        case click.UsageError():
            return Exit.USAGE, error.format_message()
        case click.ClickException():
            return Exit.UNEXPECTED, error.format_message()
        case click.Abort():
            return Exit.INTERRUPTED, "interrupted"
        case OSError(filename=name, strerror=words) if words:
            return Exit.UNEXPECTED, f"{name}: {words}" if name else words
        case _:
            return Exit.UNEXPECTED, str(error) or type(error).__name__


def _is_of_interrupt(error: BaseException | None) -> bool:
    """Whether it came of ^C: Python's locks and imports can fail when they are interrupted."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def found(options: "Options", error: BaseException | None, about: Mapping[str, str]) -> "Facts":
    """What a run found and did until it ended."""
    from lago_gitops.render.run.facts import Facts, without_secrets

    record, (code, stopped) = options.record, ending(error)
    facts = Facts(
        command=record.command,
        about=about,
        exit_code=code,
        stopped=stopped,
        problems=tuple(record.problems),
        plan=record.plan,
        outcomes=record.outcomes,
        tests=record.tests,
        result=record.result,
    )
    return without_secrets(facts, options.output.redaction.document)


def leave() -> None:
    """Write out what was said; a terminal that is gone or a disk that is full is no reason to say more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell(options: "Options", words: str, error: BaseException) -> None:
    output = options.output
    with suppress(OSError):  # stdout is closed
        if isinstance(error, click.UsageError):
            usage = io.StringIO()
            error.show(usage)
            output.error(usage.getvalue().rstrip("\n"))
        else:
            output.error(f"lago-gitops: {words}")
        if output.is_empty:
            from lago_gitops.render.run.facts import stopped_document

            output.document(stopped_document(found(options, error, {})))
    leave()
