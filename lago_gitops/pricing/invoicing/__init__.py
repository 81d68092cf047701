"""From fees to invoices: coupons, taxes, totals, and the fees that an occasion bills."""
