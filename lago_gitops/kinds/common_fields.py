"""Fields that several kinds have alike."""

from collections.abc import Mapping
from typing import Any

from lago_gitops.core.model.fields import CODE
from lago_gitops.core.model.types import Field, Many, Object, Reference


def taxes(doc: str, **more: Any) -> Field:
    """References to taxes: sent as codes, read back as whole taxes."""
    many = Many(Reference("tax"))
    return Field(
        "tax_codes",
        many,
        doc,
        default=[],
        read=_tax_codes,
        answered=(coded("taxes"),),
        clear=[],
        example=["vat_20"],
        not_called=("taxes",),
        **more,
    )


def coded(name: str, *more: Field) -> Field:
    """A key of Lago's answers: a list of objects that have a code."""
    return Field(name, Many(Object((Field("code", CODE, "What names it.", required=True), *more))), "Whole objects.")


def _tax_codes(answer: Mapping[str, Any]) -> list[str]:
    return [tax["code"] for tax in answer.get("taxes") or ()]
