"""YAML text → events: libyaml's parser or, without libyaml, PyYAML's own, corrected to read alike."""

import re
from collections.abc import Callable
from typing import Any

from yaml import __with_libyaml__
from yaml.error import YAMLError
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

Events = Callable[[], Any]  # one event per call, until StreamEndEvent; raises YAMLError

_SURROGATE = re.compile("[\ud800-\udfff]")


class PurePython(Reader, Scanner, Parser):
    """Five times slower than libyaml, and adapted to its treatment of tabs, directives and escapes."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """As YAML says, tabs separate tokens wherever they aren't indentation."""
        while True:
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0\r\n":
                    self.forward()
            if not self.scan_line_break():  # type: ignore[no-untyped-call]
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_directive_name(self, start_mark: Any) -> str:
        """Raises ScannerError for directives other than YAML and TAG."""
        name = str(super().scan_directive_name(start_mark))  # type: ignore[no-untyped-call]
        if name not in {"YAML", "TAG"}:
            raise ScannerError("while scanning a directive", start_mark, "found unknown directive name", start_mark)
        return name

    def scan_flow_scalar_non_spaces(self, double: Any, start_mark: Any) -> list[str]:
        """Raises ScannerError for escapes that aren't characters."""
        message = "found invalid Unicode character escape code"
        try:
            chunks: list[str] = super().scan_flow_scalar_non_spaces(double, start_mark)
        except (ValueError, OverflowError):
            chunks = ["\ud800"]
        if any(map(_SURROGATE.search, chunks)):
            raise ScannerError("while parsing a quoted scalar", start_mark, message, self.get_mark())
        return chunks


if __with_libyaml__:
    from yaml._yaml import CParser

    FASTEST: Callable[[str], Any] = CParser
else:
    FASTEST = PurePython


def events(text: str) -> Events:
    """The events of `text`. Raises YAMLError, at once or in any call."""
    get_event: Events = FASTEST(text).get_event
    return get_event


__all__ = ["FASTEST", "Events", "PurePython", "YAMLError", "events"]
