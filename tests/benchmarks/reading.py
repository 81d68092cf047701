"""How much longer reading manifests takes than libyaml's events alone take, over the same bytes.

Run `python tests/benchmarks/reading.py`. Each round runs the floor and the reader one after the other, so that a busy
machine slows both. What is printed is processor time, and the median of the rounds' own ratios.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from yaml._yaml import CParser
from yaml.events import StreamEndEvent

from lago_gitops.manifests.reader import Reading, collection_paused, read_text

ROUNDS = 15
PLANS, TIMES_LARGER = 1_000, 5
PLANS_A_FILE = 10
MOST_TIMES_FLOOR, MOST_TIMES_LONGER = 2.0, 5.5

PLAN = """\
---
kind: plan
code: plan_{n}
name: Plan number {n}
interval: monthly
amount_cents: 9{n}
amount_currency: EUR
pay_in_advance: true
tax_codes: [vat_standard]
charges:
"""
CHARGE = """\
  - code: charge_{charge}
    billable_metric_code: metric_{n}_{charge}
    charge_model: graduated
    invoiceable: true
    invoice_display_name: "Requests of {charge}"
    min_amount_cents: 0
    properties:
      graduated_ranges:
        - {{from_value: 0, to_value: 10000, per_unit_amount: "0", flat_amount: "0"}}
        - {{from_value: 10001, to_value: 20000, per_unit_amount: "0.0{n}", flat_amount: "0"}}
        - {{from_value: 20001, to_value: null, per_unit_amount: 0.00{n}, flat_amount: 0}}
"""


def main() -> int:
    small, large = _files(PLANS), _files(PLANS * TIMES_LARGER)
    floor_s, reading_s, ratio = _compared(lambda: _events(small), lambda: _read(small))
    _, longer_s, growth = _compared(lambda: _read(small), lambda: _read(large))
    sys.stdout.write(
        f"{PLANS} plans, {sum(map(len, small)) / 1e6:.1f} MB, {ROUNDS} rounds\n"
        f"libyaml events  {floor_s:.3f} s\n"
        f"read_text       {reading_s:.3f} s  {ratio:.2f} x events, at most {MOST_TIMES_FLOOR}\n"
        f"{TIMES_LARGER} x as many     {longer_s:.3f} s  {growth:.2f} x the time, at most {MOST_TIMES_LONGER}\n"
    )
    return 0 if ratio <= MOST_TIMES_FLOOR and growth <= MOST_TIMES_LONGER else 1


def _files(plans: int) -> list[str]:
    texts = [PLAN.format(n=n) + "".join(CHARGE.format(n=n, charge=c) for c in range(4 + n % 2)) for n in range(plans)]
    return ["".join(texts[start : start + PLANS_A_FILE]) for start in range(0, plans, PLANS_A_FILE)]


def _events(texts: list[str]) -> None:
    for text in texts:
        get_event = CParser(text).get_event
        while type(get_event()) is not StreamEndEvent:
            pass


def _read(texts: list[str]) -> list[Reading]:
    with collection_paused():
        return [read_text("plans.yaml", text) for text in texts]


def _compared(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float, float]:
    """The median seconds of both, and the median of how many times longer the second took in the same round."""
    rounds = [(_seconds(first), _seconds(second)) for _ in range(ROUNDS)]
    return median(a for a, _ in rounds), median(b for _, b in rounds), median(b / a for a, b in rounds)


def _seconds(work: Callable[[], object]) -> float:
    start = process_time()
    made = work()
    taken = process_time() - start
    del made  # whoever reads manifests keeps them, so to throw them away is not part of reading
    return taken


if __name__ == "__main__":
    sys.exit(main())
