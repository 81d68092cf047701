"""What kind of Lago the sandbox pretends to be."""

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

    `premium` is Lago's licence; `premium_integrations` count with it only. `pricing_units` are the codes that exist:
    Lago makes them in its UI only. With `products` it has Lago's new product catalogue, of which they are codes.
    `database` is a file or ":memory:". With a `shuffle_seed` the nested lists that
    Lago leaves unordered come in another order with each read. The time is that of `clock` or, from `starts_at` on,
    stands until somebody turns it. Webhooks go to this machine and to `webhook_hosts` only.
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
