"""Plans: what a subscription costs."""

from collections.abc import Callable, Mapping
from typing import Any

from lago_gitops.core.model.fields import boolean, cents, choice, code, currency, name, text
from lago_gitops.core.model.kind import Apart, CountedUse, Detail, Explained, Nested, ResourceKind, VersionSign
from lago_gitops.core.model.types import Boolean, Exact, Field, Grants, Json, Keyed, Lock, Object, Sent, TextMap
from lago_gitops.kinds.common_fields import coded, taxes
from lago_gitops.kinds.plan.charge import CHARGE
from lago_gitops.kinds.plan.effects import PLAN_EFFECTS
from lago_gitops.kinds.plan.fixed_charge import FIXED_CHARGE
from lago_gitops.kinds.plan.rules import LONG_INTERVALS, PLAN_RULES
from lago_gitops.kinds.plan.server_rules import filters_are_billed, fixed_charges_are_billed, tiers_are_exact

INTERVALS = ("weekly", "monthly", "quarterly", "semiannual", "yearly")

MINIMUM_COMMITMENT = Object(
    (
        cents("amount_cents", "Minimum amount per period, in cents.", minimum=1, required=True, example=100000),
        text("invoice_display_name", "Shown on invoices."),
        taxes("Taxes on the true-up."),
    )
)

USAGE_THRESHOLD = Object(
    (
        cents(
            "amount_cents",
            "Amount of usage, in cents, at which Lago issues an invoice before the period ends.",
            minimum=1,
            required=True,
        ),
        boolean("recurring", "Repeats for each such amount above the highest threshold. At most one."),
        text("threshold_display_name", "Shown on invoices."),
    )
)


def _by_code(item: Mapping[str, Any]) -> str:
    return str(item["code"])


def _threshold(item: Mapping[str, Any]) -> str:
    return f"[{item['amount_cents']}{' recurring' if item['recurring'] else ''}]"


def _entitlements(answer: Mapping[str, Any]) -> Json:
    return {
        one["code"]: {privilege["code"]: privilege.get("value") for privilege in one.get("privileges") or ()}
        for one in answer.get("entitlements") or ()
    }


def _flag(name: str) -> Callable[[Mapping[str, Any]], Json]:
    """Null where the interval has no use for it, false in rows of older servers: both mean no."""
    return lambda answer: bool(answer.get(name))


PLAN = ResourceKind(
    name="plan",
    collection="plans",
    doc="What a subscription costs: a fee per period, prices for usage, and what is included.",
    rules=PLAN_RULES,
    server_rules=(tiers_are_exact,),
    misbilled=(filters_are_billed,),
    never_billed=(fixed_charges_are_billed,),
    unsupported_variant="plans of Lago's new product catalogue, with rate cards instead of charges",
    variant_list="/api/v2/products",
    explained=(
        Explained(
            "pricing_unit",
            "relation_must_exist",
            "there is no pricing unit with the code of an applied_pricing_unit",
            "create it in Lago's web interface first: the API can't",
        ),
    ),
    deleted_later=True,
    is_priced=True,
    use=CountedUse(
        collection="subscriptions",
        code_param="plan_code",
        params={
            "status[]": ("pending", "active", "terminated", "canceled", "incomplete"),
            "overridden": ("false",),
        },
        words="has had a subscription",
        way_out="give the new plan its own code, and move subscribers to it",
    ),
    detail=Detail("fixed_charges", made_of="add_on", since="1.39"),
    signs=(VersionSign("applicable_usage_thresholds", "1.39"),),
    nested=(
        Nested("charges", "charge", since="1.39"),
        # alone, a new one is never billed for the running period, nor are more units to subscribers with own prices;
        # the whole plan bills them at once. Recorded: fx-m/na_now, fx-w/na_now, overrides
        Nested(
            "fixed_charges",
            "fixed_charge",
            since="1.39",
            billed_whole=("pay_in_advance", "apply_units_immediately"),
        ),
    ),
    apart=(Apart("entitlements", "privileges"),),
    # an update of a plan never subscribed to that leaves out the interval takes the bill_* flags away
    always_sent=("interval", "bill_charges_monthly", "bill_fixed_charges_monthly"),
    is_subscribed=True,
    effects=PLAN_EFFECTS,
    fields=(
        code("Unique in the organization.", lock=Lock.IN_USE),
        name("Shown on invoices unless there is a display name.", example="Growth"),
        text("invoice_display_name", "Shown on invoices instead of the name."),
        text("description", "For your own use."),
        choice(
            "interval", INTERVALS, "Length of a billing period.", required=True, lock=Lock.IN_USE, marks_variant=True
        ),
        cents(
            "amount_cents", "Fee per period, in cents of the currency.", required=True, example=9900, marks_variant=True
        ),
        currency("amount_currency", "ISO 4217 code, in capitals.", required=True, lock=Lock.IN_USE, example="EUR"),
        Field(
            "trial_period",
            Exact(sent=Sent.NUMBER, binary=True),
            "Trial days without the fee. Usage is still billed.",
            lock=Lock.IN_USE,
            example=14,
        ),
        Field(
            "pay_in_advance",
            Boolean(),
            "The fee is due when the period starts.",
            required=True,
            lock=Lock.IN_USE,
            marks_variant=True,
        ),
        boolean(
            "bill_charges_monthly",
            "Usage is billed every month. Only with semiannual and yearly.",
            lock=Lock.IN_USE,
            read=_flag("bill_charges_monthly"),
            only_with=("interval", LONG_INTERVALS),
        ),
        boolean(
            "bill_fixed_charges_monthly",
            "Fixed charges are billed every month. Only with semiannual and yearly.",
            lock=Lock.IN_USE,
            read=_flag("bill_fixed_charges_monthly"),
            only_with=("interval", LONG_INTERVALS),
        ),
        taxes("Taxes on the fee, and on charges without taxes of their own, instead of the customer's."),
        Field(
            "metadata",
            TextMap(max_keys=50, max_key_length=100, max_value_length=255),
            "Key-value pairs for your own use.",
            default={},
            since="1.39",
            example={"team": "growth"},
        ),
        Field(
            "minimum_commitment",
            MINIMUM_COMMITMENT,
            "Minimum amount per period; any shortfall is billed as a true-up.",
            clear={},
            licence=True,
        ),
        Field(
            "usage_thresholds",
            Keyed(USAGE_THRESHOLD, ("amount_cents", "recurring"), _threshold),
            "Amounts of usage at which Lago issues an invoice early.",
            default=[],
            clear=[],
            licence=True,
        ),
        Field(
            "charges",
            Keyed(
                CHARGE,
                ("code",),
                _by_code,
                unnamed_by=("billable_metric_code", "charge_model", "invoice_display_name"),
                named_since="1.39",
            ),
            "Prices of usage.",
            default=[],
            clear=[],
        ),
        Field(
            "fixed_charges",
            Keyed(
                FIXED_CHARGE,
                ("code",),
                _by_code,
                unnamed_by=("add_on_code", "charge_model", "invoice_display_name"),
                named_since="1.39",
            ),
            "Add-ons billed every period.",
            default=[],
            clear=[],
        ),
        Field(
            "entitlements",
            Grants("feature"),
            "Features included in the plan, each with the values of its privileges.",
            default={},
            read=_entitlements,
            answered=(coded("entitlements", coded("privileges")),),
            clear={},
            since="1.32",
            example={"seats": {"max": 25}},
        ),
        Field(
            "cascade_updates",
            Boolean(),
            "Changes also apply to overridden subscriptions whose prices still equal the plan's.",
            write_only=True,
        ),
    ),
)
