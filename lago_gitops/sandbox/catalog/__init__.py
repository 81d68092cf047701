"""What plans are made of, and whom they are sold by: metrics, taxes, coupons, features, the organization."""
