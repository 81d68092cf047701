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


_MEANT = (StoppedError, NotWrittenError, OSError, click.ClickException, click.Abort, KeyboardInterrupt)


@contextmanager
def ended_well(options: "Options") -> Iterator[None]:
    """Turns what a command raises into words on stderr, for programs into a document, and into an exit code."""
    try:
        yield
    except SystemExit:
        raise
    except _MEANT as error:
        code, words = ending(error)
        _tell(options, words, error)
        sys.exit(code)
    except Exception as error:
        import traceback

        trace = "".join(traceback.format_exception(error))
        _tell(options, f"this is a bug in lago-gitops:\n{trace}", error)
        sys.exit(Exit.UNEXPECTED)


def ending(error: BaseException | None) -> tuple[int, str]:
    """The exit code of an ending, and why it stopped; nothing for one that is as it should be."""
    match error:
        case None:
            return Exit.FINE, ""
        case SystemExit(code=code):
            return code if isinstance(code, int) else Exit.FINE, ""
        case StoppedError(code=code):
            return code, str(error)
        case click.UsageError():
            return Exit.USAGE, error.format_message()
        case click.ClickException():
            return Exit.UNEXPECTED, error.format_message()
        case click.Abort() | KeyboardInterrupt():
            return Exit.INTERRUPTED, "interrupted"
        case OSError(filename=name, strerror=words) if words:
            return Exit.UNEXPECTED, f"{name}: {words}" if name else words
        case _:
            return Exit.UNEXPECTED, str(error) or type(error).__name__


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
