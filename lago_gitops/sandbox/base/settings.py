"""Which Lago the sandbox imitates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

ALL_INTEGRATIONS = (
    *("progressive_billing", "lifetime_usage", "granular_lifetime_usage", "projected_usage", "preview"),
    *("events_targeting_wallets", "multi_entities_enterprise", "issue_receipts"),
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`jobs` "auto" runs background jobs right after the answer that queued them, "manual" on `POST /sandbox/drain`.

    `premium` is Lago's licence; `premium_integrations` need it. `pricing_units` are the codes that exist:
    in Lago, they can only be created in the UI. `products`: codes in Lago's new product catalogue, if it has one.
    `database` is a file or ":memory:". With a `shuffle_seed`, nested lists that
    Lago doesn't sort change their order with each answer. The time is that of `clock` or, with `starts_at`, frozen
    there until somebody sets it. Webhooks are sent only to this machine and to `webhook_hosts`.
    """

    api_key: str = "sandbox"
    organization: str = "Sandbox"
    lago_version: str = "1.51.0"
    premium: bool = False
    premium_integrations: tuple[str, ...] = ALL_INTEGRATIONS
    pricing_units: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    jobs: Literal["auto", "manual"] = "auto"
    database: str = ":memory:"
    shuffle_seed: int | None = None
    clock: Callable[[], datetime] = _utc_now
    starts_at: datetime | None = None
    webhook_hosts: tuple[str, ...] = ()
