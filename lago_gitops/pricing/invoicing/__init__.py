"""From fees to invoices: coupons, taxes, totals, and which fees an occasion bills."""
