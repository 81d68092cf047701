"""Short names for the fields that tables are made of."""

from typing import Any

from lago_gitops.core.model.currencies import CODES
from lago_gitops.core.model.types import PRICE_LIMIT, Boolean, Exact, Field, Integer, Text

CODE = Text(
    forbidden=(".", ".."),  # in the path of a request they would mean another object
    pattern=r"^[^\u0000-\u0020\u007f]([^\u0000-\u001f\u007f]*[^\u0000-\u0020\u007f])?$",
    hint="a code can't contain line breaks, or start or end with a space",
    empty_is_null=False,
)
CURRENCY = Text(choices=CODES)
NOT_BLANK = r"[^\s\u001c-\u001f]"  # `\s` alone has those four in some engines, and not in others


def code(doc: str, **more: Any) -> Field:
    return Field("code", CODE, doc, required=True, **more)


def text(name: str, doc: str, **more: Any) -> Field:
    return Field(name, Text(), doc, **more)


def name(doc: str, **more: Any) -> Field:
    """A text that has to say something."""
    return Field("name", Text(pattern=NOT_BLANK, empty_is_null=False), doc, required=True, **more)


def choice(name: str, choices: tuple[str, ...], doc: str, **more: Any) -> Field:
    return Field(name, Text(choices=choices), doc, **more)


def boolean(name: str, doc: str, *, default: bool = False, **more: Any) -> Field:
    return Field(name, Boolean(), doc, default=default, **more)


def cents(name: str, doc: str, *, minimum: int = 0, **more: Any) -> Field:
    """Money in the smallest unit of its currency."""
    return Field(name, Integer(minimum), doc, **more)


def price(name: str, doc: str, **more: Any) -> Field:
    """Money per unit, in whole units of the currency."""
    return Field(name, Exact(maximum=PRICE_LIMIT), doc, **more)


def currency(name: str, doc: str, **more: Any) -> Field:
    return Field(name, CURRENCY, doc, **more)
