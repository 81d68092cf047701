"""What all fees of one span have in common."""

from dataclasses import dataclass

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.periods.spans import Span


@dataclass(frozen=True, slots=True)
class Terms:
    span: Span
    currency: str
    rules: Rules = LATEST
