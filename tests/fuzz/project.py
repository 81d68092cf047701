"""A price list with something of everything, and an edit of it that creates, changes, renames and deletes."""

BEFORE = """
kind: tax
code: vat
name: VAT
rate: "20"
---
kind: tax
code: gone
name: Gone
rate: "1.5"
---
kind: billable_metric
code: api_requests
name: API requests
aggregation_type: count_agg
filters: [{key: region, values: [eu, us]}]
---
kind: billable_metric
code: storage
name: Storage
aggregation_type: sum_agg
field_name: gb
recurring: true
---
kind: add_on
code: setup
name: Setup
amount_cents: 5000
amount_currency: EUR
tax_codes: [vat]
---
kind: feature
code: seats
name: Seats
privileges: [{code: max, value_type: integer}, {code: tier, value_type: select, config: {select_options: [a, b]}}]
---
kind: plan
code: growth
name: Growth
interval: yearly
amount_cents: 9900
amount_currency: EUR
pay_in_advance: true
bill_charges_monthly: true
trial_period: 14
tax_codes: [vat]
metadata: {team: growth}
minimum_commitment: {amount_cents: 100000, tax_codes: [vat]}
usage_thresholds: [{amount_cents: 50000}, {amount_cents: 10000, recurring: true}]
entitlements: {seats: {max: 25, tier: a}}
charges:
  - code: api
    billable_metric_code: api_requests
    charge_model: graduated
    properties:
      graduated_ranges:
        - {from_value: 0, to_value: 1000, per_unit_amount: "0", flat_amount: "0"}
        - {from_value: 1001, to_value: null, per_unit_amount: "0.002", flat_amount: "1"}
    filters:
      - values: {region: [eu]}
        invoice_display_name: EU
        properties:
          graduated_ranges: [{from_value: 0, to_value: null, per_unit_amount: "0.1", flat_amount: "0"}]
  - {code: gb, billable_metric_code: storage, charge_model: standard, prorated: true, properties: {amount: "0.25"}}
  - code: pct
    billable_metric_code: storage
    charge_model: percentage
    properties: {rate: "1.5", fixed_amount: "0.1", free_units_per_events: 3}
  - {code: pack, billable_metric_code: storage, charge_model: package,
     properties: {amount: "5", package_size: 100, free_units: 10}}
  - code: vol
    billable_metric_code: storage
    charge_model: volume
    min_amount_cents: 100
    properties:
      volume_ranges:
        - {from_value: 0, to_value: 10, per_unit_amount: "3", flat_amount: "0"}
        - {from_value: 11, to_value: null, per_unit_amount: "2", flat_amount: "0"}
fixed_charges:
  - {code: setup, add_on_code: setup, charge_model: standard, units: "2", properties: {amount: "10"}}
---
kind: plan
code: small
name: Small
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
---
kind: coupon
code: start
name: Start
coupon_type: percentage
percentage_rate: "15"
frequency: recurring
frequency_duration: 3
expiration: time_limit
expiration_at: 2027-12-31T23:59:59Z
applies_to: {plan_codes: [growth]}
---
kind: coupon
code: ten
name: Ten
coupon_type: fixed_amount
amount_cents: 1000
amount_currency: EUR
frequency: once
expiration: no_expiration
---
kind: webhook_endpoint
webhook_url: https://hooks.example.com/services/T0AB12CD34/lago?token=s3cr3t
event_types: [invoice.created]
---
kind: billing_entity
code: sandbox
name: Sandbox
net_payment_term: 10
tax_codes: [vat]
---
kind: organization
net_payment_term: 10
"""
EDITS = (
    ('rate: "20"', 'rate: "19"'),
    ("code: gone\n", "code: gone\nstate: absent\n"),
    ("values: [eu, us]", "values: [eu, asia]"),
    ("code: setup\nname", "code: onboarding\npreviously: [setup]\nname"),
    ("add_on_code: setup", "add_on_code: onboarding"),
    ("{max: 25, tier: a}", "{max: 5}"),
    ("amount_cents: 9900", "amount_cents: 12900"),
    ('per_unit_amount: "0.002"', 'per_unit_amount: "0.004"'),
    ("charge_model: standard, prorated: true", "charge_model: standard"),
    ("code: small\n", "code: large\n"),
    ('percentage_rate: "15"', 'percentage_rate: "20"'),
    ("event_types: [invoice.created]", "signature_algo: hmac"),
    ("net_payment_term: 10", "net_payment_term: 30"),
)


def after() -> str:
    text = BEFORE
    for old, new in EDITS:
        text = text.replace(old, new)
    return text
