"""What usage costs: exact, pure, in decimals.

Rooms, each built on those before it: `base` (arithmetic, rules), `models` (what a price makes of a usage), `catalog`
(what is for sale), `periods` (when something is billed), `usage` (from events to units), `fees` (what an item costs in
a span), `invoicing` (from fees through coupons and taxes to an invoice) and `accounts` (what happens to a customer over
time: starts, periods, upgrades, ends, thresholds, drafts). `invoicing.billing.bill` does all of it for an occasion of
one subscription; `lint` finds what Lago would bill otherwise than a price list reads.
"""
