"""What all fees of one span have in common."""

from dataclasses import dataclass

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.periods.spans import Span, days_between


@dataclass(frozen=True, slots=True)
class Terms:
    span: Span
    currency: str
    rules: Rules = LATEST
    upgraded: bool = False  # the last day belongs to the plan that follows

    @property
    def days(self) -> int:
        """Those begun in the span, as far as they count for money."""
        span = self.span
        days = days_between(span.start, span.end, span.zone)
        return max(days - 1, 0) if self.upgraded else days
