# Prices that many pay rise only with finance's consent: the digests in data.approvals, a file of your own.
#   conftest test plan.json --policy examples/conftest --data approvals.json
package main

import rego.v1

many := 50

deny contains message if {
	some change in input.changes
	change.kind == "plan"
	change.class in {"price-increase", "breaking"}
	reaches_many(change)
	not approved
	message := sprintf(
		"%s (%s:%d): %s; finance has to approve %s",
		[change.address, change.source.path, change.source.line, change.class, input.money_digest],
	)
}

# A number that isn't known is null, and may be many.
reaches_many(change) if {
	some effect in change.effects
	some hit in effect.hits
	is_many(hit.subscriptions)
}

is_many(number) if number == null

is_many(number) if number >= many

approved if input.money_digest in data.approvals
