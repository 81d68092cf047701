"""A price list and what becomes of it: every sort of change to every kind, in one apply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BEFORE = """
kind: tax
code: vat
name: VAT
rate: 20
---
kind: tax
code: old_tax
name: Old tax
rate: 1
---
kind: tax
code: gone_tax
name: Gone tax
rate: 2
---
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
filters:
  - {key: region, values: [eu, us]}
---
kind: billable_metric
code: storage
name: Storage
aggregation_type: max_agg
field_name: gb
---
kind: billable_metric
code: old_metric
name: Old metric
aggregation_type: count_agg
---
kind: billable_metric
code: gone_metric
name: Gone metric
aggregation_type: count_agg
---
kind: add_on
code: setup
name: Setup
amount_cents: 5000
amount_currency: EUR
---
kind: add_on
code: gone_add_on
name: Gone add-on
amount_cents: 1
amount_currency: EUR
---
kind: feature
code: seats
name: Seats
privileges:
  - {code: max, value_type: integer}
  - {code: level, value_type: select, config: {select_options: [silver, gold]}}
---
kind: feature
code: gone_feature
name: Gone feature
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
charges:
  - code: calls
    billable_metric_code: calls
    charge_model: standard
    properties: {amount: "0.10"}
    filters:
      - {values: {region: [us, eu]}, properties: {amount: "0.05"}}
  - code: storage
    billable_metric_code: storage
    charge_model: standard
    properties: {amount: "0.20"}
fixed_charges:
  - {code: setup, add_on_code: setup, charge_model: standard, units: 1, properties: {amount: "50"}}
entitlements: {seats: {max: 25, level: gold}}
---
kind: plan
code: team
name: Team
interval: yearly
amount_cents: 2000
amount_currency: EUR
pay_in_advance: false
bill_charges_monthly: true
charges:
  - code: storage
    billable_metric_code: storage
    charge_model: standard
    properties: {amount: "0.20"}
---
kind: plan
code: starter
name: Starter
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
entitlements: {seats: {max: 1}}
---
kind: plan
code: legacy
name: Legacy
interval: monthly
amount_cents: 1
amount_currency: EUR
pay_in_advance: false
charges:
  - {code: gone, billable_metric_code: gone_metric, charge_model: standard, properties: {amount: "1"}}
---
kind: coupon
code: half
name: Half
coupon_type: percentage
percentage_rate: 50
frequency: once
expiration: no_expiration
applies_to: {plan_codes: [growth]}
---
kind: coupon
code: gone_coupon
name: Gone coupon
coupon_type: percentage
percentage_rate: 10
frequency: once
expiration: no_expiration
---
kind: webhook_endpoint
webhook_url: https://hooks.example.com/lago
---
kind: webhook_endpoint
webhook_url: https://hooks.example.com/gone
"""

AFTER = """
kind: tax
code: vat
name: VAT
rate: 21
---
kind: tax
code: new_name_tax
previously: [old_tax]
name: Old tax
rate: 1
---
kind: tax
state: absent
code: gone_tax
---
kind: tax
code: new_tax
name: New tax
rate: 3
---
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
filters:
  - {key: region, values: [eu, ap]}
---
kind: billable_metric
code: storage
name: Storage in GB
aggregation_type: max_agg
field_name: gb
---
kind: billable_metric
code: new_name_metric
previously: [old_metric]
name: Old metric
aggregation_type: count_agg
---
kind: billable_metric
state: absent
code: gone_metric
---
kind: billable_metric
code: new_metric
name: New metric
aggregation_type: unique_count_agg
field_name: user
---
kind: add_on
code: setup
name: Setup
amount_cents: 6000
amount_currency: EUR
tax_codes: [vat]
---
kind: add_on
state: absent
code: gone_add_on
---
kind: add_on
code: new_add_on
name: New add-on
amount_cents: 10
amount_currency: EUR
---
kind: feature
code: seats
name: Places
privileges:
  - {code: max, value_type: integer}
  - {code: level, value_type: select, config: {select_options: [silver, gold, iron]}}
  - {code: guests, value_type: boolean}
---
kind: feature
state: absent
code: gone_feature
---
kind: feature
code: new_feature
name: New feature
privileges:
  - {code: on, value_type: boolean}
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 1200
amount_currency: EUR
pay_in_advance: false
tax_codes: [new_tax]
charges:
  - code: calls
    billable_metric_code: calls
    charge_model: standard
    properties: {amount: "0.11"}
    filters:
      - {values: {region: [ap, eu]}, properties: {amount: "0.05"}}
  - code: storage
    billable_metric_code: storage
    charge_model: package
    properties: {amount: "5", package_size: 10, free_units: 0}
  - code: users
    billable_metric_code: new_metric
    charge_model: standard
    properties: {amount: "7"}
fixed_charges:
  - {code: setup, add_on_code: setup, charge_model: standard, units: 2, properties: {amount: "50"}}
  - {code: more, add_on_code: new_add_on, charge_model: standard, units: 1, properties: {amount: "1"}}
entitlements: {seats: {max: 30, level: iron}, new_feature: {on: true}}
---
kind: plan
code: team
name: Team
interval: yearly
amount_cents: 2000
amount_currency: EUR
pay_in_advance: false
bill_charges_monthly: true
charges:
  - code: storage
    billable_metric_code: storage
    charge_model: package
    properties: {amount: "5", package_size: 10, free_units: 0}
entitlements: {seats: {}}
---
kind: plan
code: basic
previously: [starter]
name: Basic
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
entitlements: {seats: {}, new_feature: {on: false}}
---
kind: plan
state: absent
code: legacy
---
kind: plan
code: pro
name: Pro
interval: monthly
amount_cents: 9000
amount_currency: EUR
pay_in_advance: true
charges:
  - {code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: "0.01"}}
entitlements: {seats: {max: 100, guests: true}}
---
kind: coupon
code: half
name: Half price
coupon_type: percentage
percentage_rate: 50
frequency: once
expiration: no_expiration
applies_to: {plan_codes: [growth]}
---
kind: coupon
state: absent
code: gone_coupon
---
kind: coupon
code: new_coupon
name: New coupon
coupon_type: percentage
percentage_rate: 5
frequency: once
expiration: no_expiration
applies_to: {plan_codes: [pro]}
---
kind: webhook_endpoint
webhook_url: https://hooks.example.com/lago
signature_algo: hmac
---
kind: webhook_endpoint
state: absent
webhook_url: https://hooks.example.com/gone
---
kind: webhook_endpoint
webhook_url: https://hooks.example.com/new
---
kind: billing_entity
code: fr
name: Acme France
document_number_prefix: ACME-FR
country: FR
tax_codes: [vat]
---
kind: organization
city: Paris
"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """From one price list to another, on a sandbox with these settings."""

    name: str
    before: str = BEFORE
    after: str = AFTER
    settings: Mapping[str, Any] = field(default_factory=dict)


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("HEAD", settings={"premium": True}),
        Scenario("1.38", settings={"premium": True, "lago_version": "1.38.0"}),
    )
}
