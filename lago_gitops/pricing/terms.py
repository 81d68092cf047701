"""What all fees of one span have in common."""

from dataclasses import dataclass

from lago_gitops.pricing.periods import Span
from lago_gitops.pricing.rules import LATEST, Rules


@dataclass(frozen=True, slots=True)
class Terms:
    span: Span
    currency: str
    rules: Rules = LATEST
