"""Trees of manifests of any size, of mixed kinds: what a large price list looks like to the reader."""

from collections.abc import Iterator
from pathlib import Path

RESOURCES_A_FILE = 10

METRIC = """\
---
kind: billable_metric
code: metric_{n}
name: Metric number {n}
aggregation_type: sum_agg
field_name: units
filters:
  - {{key: region, values: [emea, apac, amer]}}
"""
PLAN = """\
---
kind: plan
code: plan_{n}
name: Plan number {n}
interval: monthly
amount_cents: 9{n}
amount_currency: EUR
pay_in_advance: true
tax_codes: [tax_9]
charges:
"""
CHARGE = """\
  - code: charge_{charge}
    billable_metric_code: metric_{metric}
    charge_model: graduated
    invoice_display_name: "Requests of {charge}"
    properties:
      graduated_ranges:
        - {{from_value: 0, to_value: 10000, per_unit_amount: "0", flat_amount: "0"}}
        - {{from_value: 10001, to_value: 20000, per_unit_amount: "0.0{n}", flat_amount: "0"}}
        - {{from_value: 20001, to_value: null, per_unit_amount: 0.00{n}, flat_amount: 0}}
"""
OTHERS = (
    "---\nkind: tax\ncode: tax_{n}\nname: Tax number {n}\nrate: 20\n",
    "---\nkind: add_on\ncode: add_on_{n}\nname: Add-on number {n}\namount_cents: 1{n}\namount_currency: EUR\n",
    "---\nkind: coupon\ncode: coupon_{n}\nname: Coupon number {n}\ncoupon_type: percentage\npercentage_rate: 10\n"
    "frequency: once\nexpiration: no_expiration\n",
)


def texts(resources: int) -> list[str]:
    """Files of `RESOURCES_A_FILE` documents each: four metrics, five plans that use them, and one of another kind."""
    documents = [_document(n) for n in range(resources)]
    return ["".join(documents[start : start + RESOURCES_A_FILE]) for start in range(0, resources, RESOURCES_A_FILE)]


def write_tree(folder: Path, resources: int) -> Path:
    """A project of so many resources; the folder is created."""
    manifests = folder / "manifests"
    manifests.mkdir(parents=True)
    (folder / "lago-gitops.yaml").write_text("manifests: [manifests]\n", encoding="utf-8")
    for number, text in enumerate(texts(resources)):
        (manifests / f"{number:06}.yaml").write_text(text, encoding="utf-8")
    return folder


def _document(n: int) -> str:
    place = n % 10
    if place < 4:
        return METRIC.format(n=n)
    if place < 9:
        return PLAN.format(n=n) + "".join(_charges(n))
    return OTHERS[n // 10 % len(OTHERS)].format(n=n)


def _charges(n: int) -> Iterator[str]:
    first = n - n % 10
    for charge in range(4):
        yield CHARGE.format(n=n, charge=charge, metric=first + charge)
