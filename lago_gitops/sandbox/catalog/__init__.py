"""The catalogue: metrics, add-ons, taxes, coupons and features, and the organization that sells them."""
