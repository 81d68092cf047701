"""What usage costs: exact, pure, in decimals.

Three steps that stand on their own. Usage: `aggregations` and `buckets` make it from events, `given` from plain units.
Rating: `models.rate` prices a usage, `charges`, `fixed_charges`, `subscription` and `commitment` make fees of it, and
`advance` a fee for every event. Invoicing: `invoice` takes fees through `coupons` and `taxes` to totals. `billing.bill`
does all three for an occasion of a subscription; `reading` turns Lago's field names into the `catalog` they work on.
"""
