"""The report's own arithmetic, held against the rating engine on random plans and usages."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

import lago_gitops.render.html
from lago_gitops.bills.bill import period_bill
from lago_gitops.bills.price_list import PriceList
from lago_gitops.bills.scenario import Scenario
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.usage.given import Given
from lago_gitops.render.html.what_if import rated_plan
from lago_gitops.render.prices.filters import filter_label

RATING = Path(lago_gitops.render.html.__file__).parent / "static/rating.js"
CASES = int(os.environ.get("EXAMPLES", "3000"))
RUN = """
const { bill, readPlan } = require(process.argv[1]);
const shown = (made) => made.error ? { error: true } : Object.fromEntries(
  made.fees.map((fee) => [fee.key, String(fee.cents)]).concat([["total", String(made.cents)]]));
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ plan, given }) => shown(bill(readPlan(plan), given)))));
"""
Data = dict[str, Any]
AGGREGATIONS = ("count_agg", "sum_agg", "sum_agg", "max_agg", "unique_count_agg", "latest_agg", "weighted_sum_agg")
CURRENCIES = ("EUR", "USD", "JPY", "KWD", "MRO")
MODELS = ("standard", "graduated", "graduated_percentage", "package", "percentage", "percentage", "volume", "dynamic")


def amount(random: Random, places: int = 4, most: int = 50) -> str:
    return str(Decimal(random.randint(0, most * 10**places)).scaleb(-random.randint(0, places) - 0))


def tiers(random: Random, price: str, *, touching: bool) -> list[Data]:
    ends = sorted(random.sample(range(1, 2000), random.randint(0, 3)))
    starts = [0, *(end if touching else end + 1 for end in ends)]
    return [
        {
            "from_value": start,
            "to_value": end,
            price: amount(random),
            "flat_amount": random.choice(["0", amount(random)]),
        }
        for start, end in zip(starts, [*ends, None], strict=True)
    ]


def properties(random: Random, model: str) -> Data:
    touching = random.random() < 0.3
    match model:
        case "standard":
            return {"amount": amount(random, 8, 3)}
        case "graduated":
            return {"graduated_ranges": tiers(random, "per_unit_amount", touching=touching)}
        case "volume":
            return {"volume_ranges": tiers(random, "per_unit_amount", touching=touching)}
        case "graduated_percentage":
            return {"graduated_percentage_ranges": tiers(random, "rate", touching=touching)}
        case "package":
            return {
                "amount": amount(random),
                "package_size": random.randint(1, 500),
                "free_units": random.choice([0, 99]),
            }
        case "percentage":
            found: Data = {"rate": amount(random)}
            for name, value in (
                ("fixed_amount", amount(random)),
                ("free_units_per_events", random.randint(1, 9)),
                ("free_units_per_total_aggregation", amount(random, 2, 500)),
                ("per_transaction_min_amount", "0.5"),
                ("per_transaction_max_amount", "9.75"),
            ):
                if random.random() < 0.4:
                    found[name] = value
            return found
    return {}


def metric(random: Random, code: str) -> Data:
    found: Data = {"code": code, "aggregation_type": random.choice(AGGREGATIONS)}
    found["recurring"] = random.random() < 0.2 and found["aggregation_type"] in {"sum_agg", "unique_count_agg"}
    if random.random() < 0.2:
        found |= {
            "rounding_function": random.choice(["ceil", "floor", "round"]),
            "rounding_precision": random.choice([0, 1]),
        }
    return {**found, "filters": [{"key": "region", "values": ["eu", "us"]}]}


def charge(random: Random, code: str) -> Data:
    model = random.choice(MODELS)
    filters = [
        {"values": {"region": [region]}, "properties": properties(random, model)}
        for region in ("eu", "us")
        if random.random() < 0.4
    ]
    found: Data = {
        "code": code, "billable_metric_code": f"m{code}", "charge_model": model, "filters": filters,
        "properties": properties(random, model), "pay_in_advance": random.random() < 0.2,
        "prorated": model in {"standard", "graduated", "volume"} and random.random() < 0.3,
    }  # fmt: skip
    if random.random() < 0.2:
        found["min_amount_cents"] = random.randint(0, 100_000)
    if random.random() < 0.1:
        found["applied_pricing_unit"] = {"code": "credits", "conversion_rate": amount(random, 3, 2)}
    return found


def fixed_charge(random: Random, code: str) -> Data:
    model = random.choice(["standard", "graduated", "volume"])
    return {
        "code": code, "add_on_code": "a", "charge_model": model, "properties": properties(random, model),
        "units": random.choice(["0", "1", "12", "2.5", amount(random, 3, 3000)]), "prorated": random.random() < 0.4,
        "pay_in_advance": random.random() < 0.4,
    }  # fmt: skip


def plan(random: Random) -> Data:
    return {
        "code": "p", "name": "P", "interval": random.choice(["weekly", "monthly", "quarterly", "yearly"]),
        "amount_cents": random.randint(0, 20_000), "amount_currency": random.choice(CURRENCIES),
        "pay_in_advance": random.random() < 0.5,
        "charges": [charge(random, f"c{at}") for at in range(random.randint(0, 3))],
        "fixed_charges": [fixed_charge(random, f"f{at}") for at in range(random.randint(0, 2))],
        "minimum_commitment": {"amount_cents": random.randint(1, 300_000)} if random.random() < 0.2 else None,
    }  # fmt: skip


def given(random: Random, of: Data, metrics: Mapping[str, Data]) -> Iterator[tuple[str, str, Given]]:
    """For some prices of each charge: its code, the price's key, and a usage."""
    for one in of["charges"]:
        counting = metrics[one["billable_metric_code"]]["aggregation_type"] in {"count_agg", "unique_count_agg"}
        for region in (*(item["values"]["region"][0] for item in one["filters"]), ""):
            if random.random() < 0.6:
                units = (
                    Decimal(random.choice([0, 1, random.randint(0, 3000)]))
                    if counting
                    else Decimal(amount(random, 3, 4000))
                )
                events = random.choice([None, None, 1, 3, random.randint(1, 40)])
                cents = Decimal(amount(random, 2, 5000) if one["charge_model"] == "dynamic" else 0)
                label = filter_label((("region", (region,)),))
                key = f"{one['code']}[{label}]" if region else one["code"]
                where = {"region": region} if region else {}
                yield one["code"], key, Given(units, None if counting else events, where, cents)


def key_of(fee: Fee) -> str:
    if fee.item_type is ItemType.FIXED_CHARGE:
        return f"fixed {fee.charge_code}"
    if fee.item_type is not ItemType.CHARGE:
        return fee.item_type.value
    if fee.true_up:
        return f"{fee.charge_code}:minimum"
    return f"{fee.charge_code}[{filter_label(fee.filters)}]" if fee.filters else str(fee.charge_code)


def expected(of: Data, metrics: Mapping[str, Data], usage: Mapping[str, tuple[Given, ...]]) -> Data:
    known = {code: reading.metric(fields) for code, fields in metrics.items()}
    prices = PriceList({"p": of}, known, {}, {}, (), {}, {})
    try:
        fees = period_bill(Scenario("p", usage), prices).invoice.fees
    except PricingError:
        return {"error": True}
    return {**{key_of(fee): str(fee.amount_cents) for fee in fees}, "total": str(sum(fee.amount_cents for fee in fees))}


def case(random: Random) -> tuple[Data, Data]:
    """What the report gets, and what the engine makes of it."""
    of = plan(random)
    metrics = {one["billable_metric_code"]: metric(random, one["billable_metric_code"]) for one in of["charges"]}
    said = tuple(given(random, of, metrics))
    usage = {code: tuple(one for other, _, one in said if other == code) for code, _, _ in said}
    shown = {
        key: {
            "units": format(one.units, "f"),
            "events": "" if one.events is None else str(one.events),
            "cents": format(one.precise_total_amount_cents, "f"),
        }
        for _, key, one in said
    }
    rated = rated_plan(of, metrics)
    assert rated is not None
    billed = of | ({"minimum_commitment": None} if rated["left_out"] else {})
    return {"plan": rated, "given": shown}, expected(billed, metrics, usage)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not there: the report's arithmetic is not run")
def test_the_report_bills_as_the_engine_does() -> None:
    random = Random(20261126)
    cases = [case(random) for _ in range(CASES)]
    ran = subprocess.run(
        ["node", "-e", RUN, str(RATING)],
        input=json.dumps([asked for asked, _ in cases]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    wrong = [
        (asked, wanted, made)
        for (asked, wanted), made in zip(cases, json.loads(ran.stdout), strict=True)
        if made != wanted
    ]
    assert not wrong, json.dumps(wrong[0], indent=1)
    assert sum("error" not in wanted for _, wanted in cases) > CASES / 2
