"""Colours by name, applied by whoever knows the terminal."""

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Text and the name of a colour → the text in that colour, or unchanged if colour is unwanted."""
