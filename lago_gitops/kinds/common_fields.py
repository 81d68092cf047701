"""Fields that several kinds have alike."""

from collections.abc import Mapping
from typing import Any

from lago_gitops.core.model.types import Field, Many, Reference


def taxes(doc: str, **more: Any) -> Field:
    """References to taxes: sent as codes, read back as whole taxes."""
    many = Many(Reference("tax"))
    return Field(
        "tax_codes",
        many,
        doc,
        default=[],
        read=_tax_codes,
        clear=[],
        example=["vat_20"],
        not_called=("taxes",),
        **more,
    )


def _tax_codes(answer: Mapping[str, Any]) -> list[str]:
    return [tax["code"] for tax in answer.get("taxes") or ()]
