"""Shared by all pages: templates that escape, their styles and scripts, and the policy that allows no others."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lago_gitops.render.base.values import printable


def hash_of(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def static(name: str) -> str:
    return (files("lago_gitops.render.html") / "static" / name).read_text(encoding="utf-8")


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("lago_gitops.render.html"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # a template is filled once or a few times: to fold its constants takes longer than that saves
    )
    environment.filters["number"] = "{:,}".format
    return environment


def _shown(value: object) -> object:
    """Lines of a text, without control characters and characters that reorder text."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return "\n".join(map(printable, value.split("\n")))
