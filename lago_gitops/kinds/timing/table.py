"""The table: change × in arrears or in advance × in use × server → which invoices.

Five rules make it. There is no version of a price: what is billed in arrears is priced, when its invoice is created or
finalized, with what the plan says then. What was billed in advance stays. What is removed takes its unbilled usage
along. Locked fields answer 200 and do nothing. Names are read when an invoice is shown, those of taxes excepted.
"""

from functools import lru_cache

from lago_gitops.core.model.effects import Undo
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.timing.line import ADDED, ANY, DELETED, REMOVED, SWAPPED, Line, When, line_of

__all__ = ["TABLE", "timing"]

_LINES_KEPT = 4_096


def _when(*conditions: When) -> frozenset[When]:
    return frozenset(conditions)


IN_ARREARS, IN_ADVANCE = _when(When.ARREARS), _when(When.ADVANCE)
IN_USE, UNUSED = _when(When.IN_USE), _when(When.UNUSED)
LOSSY, GONE = Undo.LOSSY, Undo.IRREVERSIBLE

PLAN_LINES = (
    Line("plan", ("amount_cents",), Timing.ALL, IN_ARREARS, recorded=("small/amt", "small/amt-dn")),
    Line(
        "plan", ("amount_cents",), Timing.NEXT, IN_ADVANCE, drafts=Timing.ALL, undo=LOSSY,
        note="draft invoices of the running period have it, too", recorded=("small/amt-ad",),
    ),
    Line("plan", ("tax_codes",), Timing.ALL, recorded=("small/tx-plan", "small/tx-off")),
    Line(
        "plan", ("minimum_commitment",), Timing.ALL, note="the whole period, not from the change on",
        recorded=("small/mc-add", "small/mc-add-ad", "small/mc-chg", "small/mc-rm"),
    ),
    Line(
        "plan", ("usage_thresholds",), Timing.NOW_BILL, _when(When.LOWERED, When.PASSED), undo=GONE,
        recorded=("thresholds/th-low",),
    ),
    Line(
        "plan", ("usage_thresholds",), Timing.FROM_THEN,
        note="the usage is billed on the period's invoice instead",
        recorded=("thresholds/th-add", "thresholds/th-chg", "thresholds/th-rm"),
    ),
    Line("plan", ("entitlements",), Timing.AT_ONCE, recorded=("thresholds/ent",)),
    Line(
        "plan", (DELETED,), Timing.ENDS, undo=GONE,
        note="drafts are finalized; fixed charges billed in advance are neither credited nor billed",
        recorded=("ends/del", "ends/del-ad", "overrides/odel", "old/del"),
    ),
    Line("plan", ("name", "invoice_display_name"), Timing.NAMES, recorded=("small/pname", "small/idn")),
    Line("plan", ("description", "metadata"), Timing.NONE, recorded=("small/desc",)),
    Line(
        "plan",
        ("code", "interval", "amount_currency", "pay_in_advance", "trial_period", "bill_charges_monthly",
         "bill_fixed_charges_monthly"),
        Timing.NEW_ONLY, UNUSED,
    ),
    Line(
        "plan",
        ("code", "interval", "amount_currency", "pay_in_advance", "trial_period", "bill_charges_monthly",
         "bill_fixed_charges_monthly"),
        Timing.IGNORED, recorded=("small/plan-locked",),
    ),
    Line("plan", (ADDED,), Timing.NEW_ONLY),
)  # fmt: skip

CHARGE_LINES = (
    Line("charge", ("invoice_display_name",), Timing.NAMES, recorded=("charges/ch_name", "charges/f_name")),
    Line("charge", ("accepts_target_wallet",), Timing.NONE),
    Line(
        "charge", ("properties", "filters", "tax_codes", "applied_pricing_unit"), Timing.NEW_EVENTS, IN_ADVANCE,
        undo=LOSSY, recorded=("charges/a_pr",),
    ),
    Line(
        "charge", ("properties", "filters", "tax_codes", "applied_pricing_unit"), Timing.ALL,
        note="usage of a removed filter gets the charge's own price, including recurring units of earlier periods",
        recorded=tuple(f"charges/{name}" for name in (
            "pr", "tiers", "pack", "vol", "pct", "gp", "f_price", "f_add", "f_addn", "f_rm", "f_rmn", "f_val", "pgk",
            "ch_tax", "mod_put", "r_pr", "rp_pr")),
    ),
    Line(
        "charge", (ADDED,), Timing.NEW_EVENTS, IN_ADVANCE, undo=LOSSY, note="earlier events are never billed",
        recorded=("charges/new_adv",),
    ),
    Line("charge", (ADDED,), Timing.ALL, note="including usage from before it existed", recorded=("charges/new_arr",)),
    Line(
        "charge", (REMOVED,), Timing.NEW_EVENTS, IN_ADVANCE, undo=LOSSY, note="nothing unbilled is lost",
        recorded=("charges/a_rm",),
    ),
    Line("charge", (REMOVED,), Timing.LOST, undo=GONE, recorded=("charges/ch_rm", "charges/ch_rmn")),
    Line("charge", (SWAPPED,), Timing.LOST, _when(When.WAS_ARREARS, When.OTHER_METRIC), undo=GONE),
    Line(
        "charge", (SWAPPED,), Timing.LOST, _when(When.WAS_ARREARS, When.ADVANCE), undo=GONE,
        note="events after the swap are billed as they arrive", recorded=("charges/arr_adv",),
    ),
    Line("charge", (SWAPPED,), Timing.ALL, _when(When.WAS_ADVANCE, When.ARREARS, When.OTHER_METRIC)),
    Line(
        "charge", (SWAPPED,), Timing.DOUBLE, _when(When.WAS_ADVANCE, When.ARREARS), undo=GONE,
        note="this period's events that were billed as they arrived", recorded=("charges/a_arr",),
    ),
    Line("charge", (SWAPPED,), Timing.NEW_EVENTS, IN_ADVANCE, undo=LOSSY, recorded=("charges/a_swap",)),
    Line(
        "charge", (SWAPPED,), Timing.ALL, note="the new charge takes over the period's usage and recurring units",
        recorded=("charges/mod_swap", "charges/min_swap", "charges/r_swap", "charges/rp_swap"),
    ),
    Line(
        "charge",
        ("code", "billable_metric_code", "charge_model", "pay_in_advance", "prorated", "invoiceable",
         "regroup_paid_fees", "min_amount_cents"),
        Timing.IGNORED, note="so they are changed by a swap; Lago would keep the old model and apply the new price",
        recorded=("charges/locked", "charges/min_put"),
    ),
)  # fmt: skip

FIXED_CHARGE_LINES = (
    Line(
        "fixed_charge", (ANY,), Timing.NEVER, _when(When.BEFORE_1_39),
        recorded=tuple(f"old/fx-w/{name}" for name in (
            "ua_now", "fpr", "frm", "f_name", "f_locked", "ao_amt", "ao_del", "fu_none", "ua_none", "rma", "p_now",
            "p_later", "n_later", "na_now", "na_later")),
    ),
    Line("fixed_charge", ("invoice_display_name",), Timing.NAMES, recorded=("fixed/f_name",)),
    Line(
        "fixed_charge", ("units",), Timing.NEXT, _when(When.AT_ONCE, When.ADVANCE, When.NESTED, When.OVERRIDDEN),
        undo=LOSSY, note="the difference for the running period is never billed", recorded=("overrides/on-t",),
    ),
    Line(
        "fixed_charge", ("units",), Timing.NOW_BILL, _when(When.AT_ONCE, When.ADVANCE), undo=GONE,
        note="for the added units, by the days left if prorated; with a zero total if units are removed",
        recorded=("fixed/ua_now", "fixed/pa_now", "fixed/ua_dn"),
    ),
    Line(
        "fixed_charge", ("units",), Timing.SPLIT, _when(When.AT_ONCE, When.PRORATED, When.ARREARS),
        recorded=("fixed/p_now",),
    ),
    Line("fixed_charge", ("units",), Timing.ALL, _when(When.AT_ONCE, When.ARREARS), recorded=("fixed/fu_now",)),
    Line(
        "fixed_charge", ("units",), Timing.NEXT,
        recorded=tuple(f"fixed/{name}" for name in (
            "fu_later", "fu_none", "p_later", "ua_later", "ua_none", "pa_later")),
    ),
    Line(
        "fixed_charge", ("properties", "tax_codes"), Timing.NEXT, IN_ADVANCE, undo=LOSSY,
        note="what was billed for the running period stays", recorded=("fixed/pra",),
    ),
    Line("fixed_charge", ("properties", "tax_codes"), Timing.ALL, recorded=("fixed/fpr",)),
    Line(
        "fixed_charge", (ADDED,), Timing.NEXT, _when(When.AT_ONCE, When.ADVANCE, When.NESTED), undo=LOSSY,
        note="the running period would never be billed, so the whole plan is sent instead", recorded=("fixed2/na_now",),
    ),
    Line(
        "fixed_charge", (ADDED,), Timing.NOW_BILL, _when(When.AT_ONCE, When.ADVANCE), undo=GONE,
        recorded=("fixed/na_now",),
    ),
    Line("fixed_charge", (ADDED,), Timing.ALL, _when(When.AT_ONCE, When.ARREARS), recorded=("fixed/n_now",)),
    Line("fixed_charge", (ADDED,), Timing.NEXT, recorded=("fixed/n_later", "fixed/na_later")),
    Line(
        "fixed_charge", (REMOVED,), Timing.NEXT, IN_ADVANCE, undo=LOSSY, note="what was billed is not credited",
        recorded=("fixed/rma",),
    ),
    Line(
        "fixed_charge", (REMOVED,), Timing.LOST, undo=GONE, note="of the running period", recorded=("fixed/frm",),
    ),
    Line("fixed_charge", (SWAPPED,), Timing.DOUBLE, _when(When.WAS_ADVANCE, When.ARREARS, When.AT_ONCE), undo=GONE),
    Line("fixed_charge", (SWAPPED,), Timing.NOW_BILL, _when(When.ADVANCE, When.AT_ONCE), undo=GONE),
    Line("fixed_charge", (SWAPPED,), Timing.ALL, _when(When.WAS_ARREARS, When.ARREARS, When.AT_ONCE)),
    Line(
        "fixed_charge", (SWAPPED,), Timing.LOST, _when(When.WAS_ARREARS), undo=GONE,
        note="of the running period: the new one counts from the next",
    ),
    Line("fixed_charge", (SWAPPED,), Timing.NEXT, undo=LOSSY),
    Line(
        "fixed_charge", ("code", "add_on_code", "charge_model", "pay_in_advance", "prorated"), Timing.IGNORED,
        note="so they are changed by a swap", recorded=("fixed/f_locked",),
    ),
)  # fmt: skip

METRIC_LINES = (
    Line("billable_metric", ("name",), Timing.NAMES, recorded=("charges/m_name",)),
    Line("billable_metric", ("description",), Timing.NONE),
    Line(
        "billable_metric", ("filters",), Timing.ALL, _when(When.LOWERED), undo=LOSSY,
        note="removed values are dropped from the filters of charges, and their usage gets the charge's own price",
        recorded=("charges/m_frm", "charges/m_frm2"),
    ),
    Line("billable_metric", ("filters",), Timing.NONE, recorded=("charges/m_fadd",)),
    Line("billable_metric", (DELETED,), Timing.LOST, undo=GONE, recorded=("charges/m_del",)),
    Line("billable_metric", (ADDED,), Timing.NEW_ONLY),
    Line("billable_metric", (ANY,), Timing.NEW_ONLY, UNUSED),
    Line("billable_metric", (ANY,), Timing.IGNORED, recorded=("charges/m_lock",)),
)  # fmt: skip

OTHER_LINES = (
    Line("tax", ("rate", "applied_to_organization"), Timing.ALL, recorded=("small/tx-rate", "entity/be-tax")),
    Line(
        "tax", ("name", "code"), Timing.NEXT_INVOICE, note="finalized invoices keep theirs",
        recorded=("small/tx-name",),
    ),
    Line("tax", (DELETED,), Timing.ALL, undo=GONE, recorded=("small/tx-del",)),
    Line("tax", ("description",), Timing.NONE),
    Line("tax", (ADDED,), Timing.NEW_ONLY),
    Line(
        "coupon", (DELETED,), Timing.ALL, undo=GONE, note="the discount ends for every customer who has it",
        recorded=("small/k-del", "small/k-end"),
    ),
    Line("coupon", ("name", "description", "reusable"), Timing.NONE),
    Line("coupon", (ADDED,), Timing.NEW_ONLY),
    Line("coupon", (ANY,), Timing.NEW_ONLY, UNUSED),
    Line(
        "coupon", (ANY,), Timing.IGNORED,
        note="customers who have it keep their discount, even after it expires",
        recorded=("small/k-amt", "small/k-pct", "small/k-freq", "small/k-lim", "small/k-exp"),
    ),
    Line("add_on", (DELETED,), Timing.NEVER, _when(When.BEFORE_1_39)),
    Line(
        "add_on", (DELETED,), Timing.LOST, undo=GONE, note="its fixed charges are removed from every plan",
        recorded=("fixed2/ao_del",),
    ),
    Line(
        "add_on", ("name", "invoice_display_name", "amount_cents", "amount_currency"), Timing.NAMES,
        note="fixed charges have a price of their own", recorded=("fixed2/ao_amt",),
    ),
    Line("add_on", ("tax_codes",), Timing.ALL, note="of fixed charges without taxes of their own"),
    Line("add_on", ("code", "description"), Timing.NONE),
    Line("add_on", (ADDED,), Timing.NEW_ONLY),
    Line("feature", ("code", "name", "description"), Timing.NONE),
    Line("feature", ("privileges", DELETED), Timing.AT_ONCE, undo=LOSSY, recorded=("thresholds/ent",)),
    Line("feature", (ADDED,), Timing.NONE),
    Line("billing_entity", ("tax_codes", "eu_tax_management"), Timing.ALL, recorded=("entity/be-tax",)),
    Line(
        "billing_entity", ("timezone",), Timing.ALL, undo=LOSSY,
        note="billing moves to the new midnight; a draft created shortly before is computed again for another "
        "period, without its usage",
        recorded=("entity/be-tz", "entity/be-tz9"),
    ),
    Line(
        "billing_entity", ("invoice_grace_period",), Timing.NEXT_INVOICE, _when(When.LOWERED), undo=LOSSY,
        note="issuing and due dates of drafts move immediately, so they are finalized sooner",
        recorded=("entity/be-g20",),
    ),
    Line("billing_entity", ("invoice_grace_period",), Timing.NEXT, recorded=("entity/be-grace",)),
    Line(
        "billing_entity", ("net_payment_term",), Timing.NEXT_INVOICE, note="due dates of drafts move immediately",
        recorded=("entity/be-many",),
    ),
    Line("billing_entity", ("default_currency",), Timing.NEW_ONLY, recorded=("entity/be-many",)),
    Line(
        "billing_entity",
        ("document_numbering", "document_number_prefix", "document_locale", "finalize_zero_amount_invoice",
         "subscription_invoice_issuing_date_anchor", "subscription_invoice_issuing_date_adjustment", "einvoicing",
         "invoice_custom_section_codes"),
        Timing.NEXT_INVOICE, note="drafts get it when they are finalized", recorded=("entity/be-many",),
    ),
    Line("billing_entity", ("slug", "email_settings"), Timing.NONE),
    Line("billing_entity", (ADDED,), Timing.NEW_ONLY),
    Line("billing_entity", (ANY,), Timing.NAMES, note="names and addresses, as printed", recorded=("entity/be-many",)),
    Line("webhook_endpoint", (ANY,), Timing.NONE),
    Line(
        "subscription", ("plan_code",), Timing.MOVES_NEXT, _when(When.LOWERED), note="a move to a cheaper plan",
        recorded=("ends/down", "ends/down-ad", "old/down", "old/down-ad"),
    ),
    Line(
        "subscription", ("plan_code",), Timing.MOVES_NOW, _when(When.RAISED), undo=GONE,
        note="a move to a dearer plan: the only way to split a period; it doubles fixed charges that aren't prorated",
        recorded=("ends/up", "ends/up-ad"),
    ),
)  # fmt: skip

TABLE: tuple[Line, ...] = (*PLAN_LINES, *CHARGE_LINES, *FIXED_CHARGE_LINES, *METRIC_LINES, *OTHER_LINES)
"""In the order in which it is read: the first line that fits counts."""


@lru_cache(_LINES_KEPT)
def timing(of: str, change: str, *holding: When) -> Line:
    """The line for a change. Raises LookupError when there is none."""
    return line_of(TABLE, of, change, holding)
