"""What a project can start from: a folder of `starters` each, and what it sells."""

MODELS = {
    "usage-tiers": "a fee that includes some usage, and tiers beyond it",
    "ai-tokens": "tokens by model and direction, images by number",
    "saas-seats": "seats by the month or the year, storage in packages",
    "payments": "a share of each payment, by the card's region",
    "marketplace": "a commission by category, listings and payouts",
}
"""Business models to start from, by name."""
