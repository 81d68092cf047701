"""Whatever is edited of a plan with subscriptions: what an invoice or an entitlement has, has an effect to guard."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.effects import Effect, EffectClass
from lago_gitops.kinds.own_prices import telling
from tests.kinds.effects import found, on, update

CHARGE = {"code": "c", "billable_metric_code": "calls", "charge_model": "standard", "properties": {"amount": "1"}}
FIXED = {"code": "s", "add_on_code": "seat", "charge_model": "standard", "units": 1, "properties": {"amount": "1"}}
PLAN: dict[str, Any] = {
    "kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 100, "amount_currency": "EUR",
    "pay_in_advance": False, "charges": [CHARGE], "fixed_charges": [FIXED], "entitlements": {"a": {"max": 1}},
    "tax_codes": ["t"], "minimum_commitment": {"amount_cents": 500}, "usage_thresholds": [{"amount_cents": 1000}],
}  # fmt: skip
CENTS = st.integers(0, 2000)
FLAG = st.booleans()
AMOUNT = st.integers(0, 3).map(str)
TAXES = st.lists(st.sampled_from("tuv"), unique=True)
PROPERTIES = st.builds(lambda amount: {"amount": amount}, AMOUNT)


def items(item: dict[str, Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries({}, optional=fields).map(lambda edit: {**item, **edit}), max_size=1)


EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from("PQ"),
        "description": st.sampled_from("xy"),
        "amount_cents": CENTS,
        "tax_codes": TAXES,
        "minimum_commitment": st.none() | st.builds(lambda cents: {"amount_cents": cents + 1}, CENTS),
        "usage_thresholds": st.lists(st.builds(lambda cents: {"amount_cents": cents + 1}, CENTS), max_size=1),
        "entitlements": st.dictionaries(st.sampled_from("ab"), st.builds(lambda most: {"max": most}, CENTS)),
        "charges": items(
            CHARGE, properties=PROPERTIES, min_amount_cents=CENTS, pay_in_advance=FLAG, prorated=FLAG,
            invoiceable=FLAG, tax_codes=TAXES, invoice_display_name=st.sampled_from("xy"),
        ),
        "fixed_charges": items(
            FIXED, properties=PROPERTIES, units=st.integers(0, 3), pay_in_advance=FLAG, prorated=FLAG, tax_codes=TAXES,
        ),
    },
)  # fmt: skip
NOTHING_TO_GUARD = {EffectClass.LEAVES_OUT, EffectClass.NEEDS_LICENCE}


@given(EDITS)
def test_what_an_invoice_or_an_entitlement_has_has_an_effect(edit: dict[str, Any]) -> None:
    change = update(PLAN, **edit)
    said = [one.class_ for one in found(change, audience=on("p", 3)) if isinstance(one, Effect)]
    assert bool(set(said) - NOTHING_TO_GUARD) is any(telling(change) or ())
