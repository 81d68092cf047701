import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.documents import prices_document, read_prices
from lago_gitops.render.prices.text import prices_text
from tests.render.prices.price_lists import AFTER, NOW, change, charge, plainly, plan
from tests.strategies import organizations

BEFORE_PLAN, AFTER_PLAN = plan(charge(NOW)), plan(charge(AFTER))


def as_json(document: Any) -> Any:
    return json.loads(json.dumps(document))


def with_printable_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: with_printable_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_printable_texts(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value


def test_the_document_is_json_with_the_same_figures() -> None:
    document = prices_document(change(BEFORE_PLAN, AFTER_PLAN))
    assert json.loads(json.dumps(document)) == document
    (found,) = document["charges"][0]["prices"]
    assert found["tiers"][1]["price_after"] == "0.0022"
    assert found["comparison"]["break_even"] == [{"units": "1060000", "amount": "1332"}]
    assert found["verdict"].endswith("more usage never costs less")


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(organizations(most=3))
def test_any_plan_can_become_any_other(found: tuple[Manifest, ...]) -> None:
    """Prices may be read or not, rated or not: what differs is said, and nothing fails."""
    metrics = {each.data["code"]: each.data for each in found if each.kind == "billable_metric"}
    plans = [canonical(KINDS["plan"].object, each.data) for each in found if each.kind == "plan"]
    for before in plans:
        assert price_changes(before, before, metrics) is None
        for after in plans:
            found_change = price_changes(before, after, metrics)
            if found_change is not None:
                document = as_json(prices_document(found_change))
                read = read_prices(document)
                assert as_json(prices_document(read)) == with_printable_texts(document)
                assert prices_text(read, plainly).startswith("~ plan ")
