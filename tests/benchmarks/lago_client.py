"""Creates metrics one by one, as scripts do. It runs in an environment with Lago's own client for Python and nothing of
this project, and prints the seconds that as many as the other writers create would take."""

import sys
import time
from random import randrange

from lago_python_client.client import Client  # type: ignore[import-not-found]
from lago_python_client.models import BillableMetric  # type: ignore[import-not-found]

CREATES, TRIED = 1_000, 100


def main(url: str) -> None:
    client = Client(api_key="sandbox", api_url=url)
    run = randrange(10**9)
    began = time.perf_counter()
    for n in range(TRIED):
        code = f"metric_{run}_{n}"
        metric = BillableMetric(code=code, name="Name", aggregation_type="sum_agg", field_name="units", recurring=False)
        client.billable_metrics.create(metric)
    sys.stdout.write(f"{(time.perf_counter() - began) * CREATES / TRIED}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
