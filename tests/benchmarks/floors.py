"""What nobody can do without, as processes: `python -m tests.benchmarks.floors events|products FOLDER|lists URL`."""

import csv
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path


def events(folder: str) -> None:
    """libyaml's events of all files, thrown away."""
    from yaml._yaml import CParser
    from yaml.events import StreamEndEvent

    for file in sorted(Path(folder, "manifests").iterdir()):
        get_event = CParser(file.read_text(encoding="utf-8")).get_event
        while type(get_event()) is not StreamEndEvent:
            pass


def lists(url: str) -> None:
    """All lists, fetched ten pages at a time and decoded with exact numbers."""
    import httpx

    from tests.benchmarks.trees import COLLECTIONS

    with (
        httpx.Client(base_url=url, headers={"Authorization": "Bearer sandbox"}) as client,
        ThreadPoolExecutor(10) as pool,
    ):

        def page(name: str, number: int) -> dict[str, object]:
            answer = client.get(f"/api/v1/{name}", params={"page": number, "per_page": 100})
            found: dict[str, object] = json.loads(answer.content, parse_float=Decimal)
            return found

        for name in COLLECTIONS:
            first: dict[str, dict[str, int]] = page(name, 1)  # type: ignore[assignment]
            list(pool.map(lambda number, of=name: page(of, number), range(2, first["meta"]["total_pages"] + 1)))


def products(folder: str) -> None:
    """Units times the amount of one, exact and rounded to cents, of every row of partitions."""
    cent, total = Decimal("0.01"), Decimal(0)
    for file in sorted(Path(folder).glob("fees/*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                total += (Decimal(row["units"]) * Decimal(row["unit_amount"])).quantize(cent)
    sys.stdout.write(f"{total}\n")


if __name__ == "__main__":
    {"events": events, "lists": lists, "products": products}[sys.argv[1]](sys.argv[2])
