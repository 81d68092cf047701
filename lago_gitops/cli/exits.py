"""What the process ends with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import click

from lago_gitops.disk import NotWrittenError


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


@contextmanager
def ended_well() -> Iterator[None]:
    """Turns what a command raises into a line on stderr and an exit code."""
    try:
        yield
    except StoppedError as stopped:
        _end(stopped.code, str(stopped))
    except NotWrittenError as error:
        _end(Exit.UNEXPECTED, str(error))
    except click.UsageError as error:
        error.show()
        sys.exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        _end(Exit.INTERRUPTED, "interrupted")
    except click.ClickException as error:
        _end(Exit.UNEXPECTED, error.format_message())


def _end(code: Exit, text: str) -> None:
    from lago_gitops.lago.redaction import redact_urls

    click.echo(f"lago-gitops: {redact_urls(text)}", err=True)
    sys.exit(code)
