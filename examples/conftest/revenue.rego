# Fees don't fall by more than 1,000 a month in any currency, and of every deleted plan people are told.
package main

import rego.v1

most_cents := 100000

deny contains message if {
	some total in input.impact.fees.by_currency
	total.difference_cents_a_month < 0 - most_cents
	message := sprintf("fees fall by %d cents of %s a month", [0 - total.difference_cents_a_month, total.currency])
}

warn contains message if {
	some change in input.changes
	change.action == "delete"
	change.kind == "plan"
	message := sprintf("%s is deleted: %s", [change.address, concat("; ", change.reasons)])
}
