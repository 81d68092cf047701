"""Manifests that many tests start from: append what a test is about."""

METRIC = "kind: billable_metric\ncode: calls\nname: Calls\naggregation_type: count_agg\n"
BASIC = """
kind: plan
code: basic
name: Basic
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
"""
PLAN = """
kind: plan
code: p
name: P
interval: monthly
amount_cents: {amount}
amount_currency: EUR
pay_in_advance: false
"""
HALF = """
kind: coupon
code: half
name: Half
coupon_type: percentage
percentage_rate: 10
frequency: once
expiration: no_expiration
"""
GROWTH = """\
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 2900
amount_currency: EUR
pay_in_advance: false
charges:
  - code: calls
    billable_metric_code: calls
    charge_model: standard
    properties: {amount: "0.10"}
"""
