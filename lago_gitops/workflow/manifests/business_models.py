"""Business models that a project can start from: for each a folder of `starters`, and what it sells."""

MODELS = {
    "usage-tiers": "a fee that includes some usage, with tiers beyond it",
    "ai-tokens": "tokens by model and direction, a price per image",
    "saas-seats": "seats billed monthly or yearly, storage in packages",
    "payments": "a percentage of each payment, by the card's region",
    "marketplace": "commissions by category, fees for listings and payouts",
}
"""Business models to start from, by name."""
