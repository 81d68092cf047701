"""Colour: said by name, put on by whoever knows the terminal."""

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Text and the name of a colour → the text in that colour, or as it is where colour is unwanted."""
