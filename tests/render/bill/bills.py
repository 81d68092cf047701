"""Bills of a line, as documents and as texts."""

from datetime import date
from typing import Any

from lago_gitops.pricing.catalog.items import Charge, Coupon, Percentage, Plan, Tax
from lago_gitops.pricing.invoicing.billing import Periodic, Setting, bill
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.usage.given import Given, given_usages
from lago_gitops.render.bill.document import About, bill_document
from lago_gitops.render.bill.text import bill_text
from lago_gitops.render.plan.document import Document
from tests.pricing.samples import (
    LICENSED,
    D,
    plan,
    subscription,
)

TAXES = TaxLevels({"vat": Tax("vat", 20.0)}, customer=("vat",))

TEN = applied(Coupon("TEN", Percentage(D(10))))


def document(of: Plan, *given_: Given, notes: tuple[str, ...] = (), **others: Any) -> Document:
    """The bill of a plan whose first charge has the usage."""
    usage = {each.code: given_usages(each, given_) for each in of.charges[:1]}
    made = bill(subscription(of), Periodic(date(2026, 11, 1)), usage, setting=Setting(rules=LICENSED)).invoice
    about = About(of.code, "Plan", of.interval, date(2026, 10, 1), date(2026, 10, 31), {}, notes)
    return bill_document(about, invoice(made.fees, of.currency, **others))


def text(of: Plan, *given_: Given, **others: Any) -> list[str]:
    """The lines below the heading."""
    return bill_text(document(of, *given_, **others), lambda shown, _: shown).splitlines()[2:]


def of(*charges: Charge, **others: Any) -> Plan:
    return plan(*charges, amount_cents=others.pop("amount_cents", 1000), currency="EUR", **others)
