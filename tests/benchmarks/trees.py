"""Projects of any size, of mixed kinds: what a large price list looks like.

Resources come in tens: four metrics, five plans with four charges on them each, and one of another kind. Of the five,
whoever pays a smaller fee pays more for a unit, so that none is the better choice and the lint has nothing to say.
"""

from collections.abc import Iterator
from pathlib import Path

A_TEN = 10
FIRST_TEN = 1
CHARGES = 4
CHANGEABLE = 100  # resources that a server takes other values for
COLLECTIONS = ("billable_metrics", "plans", "taxes", "features", "coupons")
"""The lists in which Lago has what the projects describe."""

METRIC = """\
kind: billable_metric
code: metric_{n}
name: Metric number {n}
aggregation_type: sum_agg
field_name: units
filters:
  - key: region
    values: [emea, apac, amer]
"""
PLAN = """\
kind: plan
code: plan_{n}
name: Plan number {n}
interval: monthly
amount_cents: {fee}{n}
amount_currency: EUR
pay_in_advance: true
charges:
"""
CHARGE = """\
  - code: charge_{charge}
    billable_metric_code: metric_{metric}
    charge_model: graduated
    invoice_display_name: Requests of {charge}
    properties:
      graduated_ranges:
        - {{from_value: 0, to_value: 10000, per_unit_amount: "0", flat_amount: "0"}}
        - {{from_value: 10001, to_value: 20000, per_unit_amount: "0.0{n}", flat_amount: "0"}}
        - {{from_value: 20001, to_value: null, per_unit_amount: 0.00{n}, flat_amount: 0}}
"""
OTHERS = (
    "kind: tax\ncode: tax_{n}\nname: Tax number {n}\nrate: 20\n",
    "kind: feature\ncode: feature_{n}\nname: Feature number {n}\nprivileges:\n"
    "  - {{code: seats, name: Seats, value_type: integer}}\n",
    "kind: coupon\ncode: coupon_{n}\nname: Coupon number {n}\ncoupon_type: percentage\npercentage_rate: 10\n"
    "frequency: once\nexpiration: no_expiration\n",
)


def write_tree(folder: Path, resources: int, url: str = "", *, changed: int = 0, in_a_file: int = A_TEN) -> Path:
    """A project of so many resources, a multiple of ten, for the Lago at `url` if one is given; the folder is made.

    The first so many that are `changed`, a multiple of ten, too, have other names, and their charges other prices.
    `in_a_file` are at most ten.
    """
    manifests = folder / "manifests"
    manifests.mkdir(parents=True)
    (folder / "lago-gitops.yaml").write_text(_project(url), encoding="utf-8")
    for ten in range(FIRST_TEN, FIRST_TEN + resources // A_TEN):
        texts = list(documents(ten))
        if ten < FIRST_TEN + changed // A_TEN:
            texts = [text.replace(" number ", " no. ").replace('"0.0', '"0.1') for text in texts]
        for first in range(0, A_TEN, in_a_file):
            file = manifests / f"{ten:06}-{first}.yaml"
            file.write_text("---\n".join(texts[first : first + in_a_file]), encoding="utf-8")
    return folder


def documents(ten: int) -> Iterator[str]:
    """Numbers are in texts as they are: from the manifests of one ten follow those of any other, by replacement."""
    first = ten * A_TEN
    yield from (METRIC.format(n=first + place) for place in range(CHARGES))
    for place in range(CHARGES, A_TEN - 1):
        n = first + place
        charges = (CHARGE.format(n=n, charge=at, metric=first + at) for at in range(CHARGES))
        yield PLAN.format(n=n, fee=A_TEN - place) + "".join(charges)
    yield OTHERS[ten % len(OTHERS)].format(n=first + A_TEN - 1)


def _project(url: str) -> str:
    lago = f"default_environment: lago\nenvironments: {{lago: {{url: '{url}'}}}}\n" if url else ""
    return f"manifests: [manifests]\n{lago}"
