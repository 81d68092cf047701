"""By which keys each kind of document is found and listed."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.store import Kind


def _by_name(doc: Doc) -> str:
    return str(doc["name"])


def _by_age(doc: Doc) -> str:
    return str(doc["created_at"])


def _latest_start_first(subscription: Doc) -> str:
    return falling(str(subscription["subscription_at"]))


def _latest_first(doc: Doc) -> str:
    return falling(str(doc["created_at"]))


def _latest_issue_first(doc: Doc) -> str:
    return falling(f"{doc['issuing_date']} {doc['created_at']}")


def falling(text: str) -> str:
    """A text of digits that sorts in reverse."""
    return text.translate(_FALLING)


_FALLING = str.maketrans("0123456789", "9876543210")


def _by_url(doc: Doc) -> str:
    return str(doc["webhook_url"])


def _by_end(coupon: Doc) -> str:
    """Terminated coupons last, those with a time limit after the others; in each group, those without a date last."""
    expiration = "1" if coupon["expiration"] == "time_limit" else "0"
    return f"{int(coupon['terminated_at'] is not None)}{expiration}{coupon['expiration_at'] or '~'}"


ORGANIZATION = Kind("organization")
BILLING_ENTITY = Kind("billing_entity", sort=_by_age)
TAX = Kind("tax", sort=_by_name)
METRIC = Kind("billable_metric")
ADD_ON = Kind("add_on")
FEATURE = Kind("feature")
PLAN = Kind("plan", parent="parent_id")
CHARGE = Kind("charge", parent="plan_id", ref="metric_id")
FIXED_CHARGE = Kind("fixed_charge", parent="plan_id", ref="add_on_id")
ENTITLEMENT = Kind("entitlement", parent="plan_id", ref="feature_id")
COUPON = Kind("coupon", sort=_by_end)
APPLIED_COUPON = Kind("applied_coupon", parent="customer_id", ref="coupon_id")
WEBHOOK_ENDPOINT = Kind("webhook_endpoint", code="webhook_url", sort=_by_url)
CUSTOMER = Kind("customer", code="external_id")
SUBSCRIPTION = Kind("subscription", code="external_id", parent="customer_id", ref="plan_id", sort=_latest_start_first)
ALERT = Kind("alert", parent="owner", sort=_latest_first)
LIFETIME_USAGE = Kind("lifetime_usage", parent="subscription_id")
WALLET = Kind("wallet", parent="customer_id", sort=_latest_first)
WALLET_TRANSACTION = Kind("wallet_transaction", parent="wallet_id", ref="invoice_id", sort=_latest_first)
CONSUMPTION = Kind("consumption", parent="inbound_id", ref="outbound_id", sort=_latest_first)
INVOICE = Kind("invoice", parent="customer_id", sort=_latest_issue_first)
BILLED_PERIOD = Kind("billed_period", parent="subscription_id", ref="invoice_id")
FEE = Kind("fee", parent="invoice_id", ref="subscription_id", sort=_by_age)
UNITS = Kind("units", parent="subscription_id", ref="charge_id")
CREDIT = Kind("credit", parent="invoice_id", ref="source_id")
CREDIT_NOTE = Kind("credit_note", parent="customer_id", ref="invoice_id", sort=_latest_issue_first)
PAYMENT = Kind("payment", parent="customer_id", ref="invoice_id", sort=_latest_first)
PAYMENT_RECEIPT = Kind("payment_receipt", parent="customer_id", ref="payment_id", sort=_latest_first)
PAYMENT_REQUEST = Kind("payment_request", parent="customer_id", sort=_latest_first)
SIGNING_KEY = Kind("signing_key")
DELIVERY = Kind("delivery")
JOB = Kind("job")
CLOCK = Kind("clock")
SEED = Kind("seed")
