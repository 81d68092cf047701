"""The rating engine: exact, pure, in decimals.

Rooms, each built on those before it: `base` (arithmetic, rules), `models` (what usage costs at a price), `catalog`
(what is for sale), `periods` (when something is billed), `usage` (from events to units), `fees` (what an item costs in
a span), `invoicing` (from fees through coupons and taxes to an invoice) and `accounts` (what happens to a customer over
time: starts, periods, upgrades, ends, thresholds, drafts). `invoicing.billing.bill` does all of it for one occasion of
one subscription; `lint` finds prices that Lago bills differently from the way they read.
"""
