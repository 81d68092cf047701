"""One table a kind of resource: data, not behaviour. The registry names every kind the tool knows.

A folder or a module for each kind, so that it grows with the kinds of Lago; beside them what several kinds share
(`common_*`, `*_effects`, `own_prices`, `places`), and `timing`, which says when a change reaches an invoice.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.kinds.add_on import ADD_ON
from lago_gitops.kinds.billable_metric.table import BILLABLE_METRIC
from lago_gitops.kinds.billing_entity import BILLING_ENTITY
from lago_gitops.kinds.coupon.table import COUPON
from lago_gitops.kinds.feature.table import FEATURE
from lago_gitops.kinds.organization import ORGANIZATION
from lago_gitops.kinds.plan.table import PLAN
from lago_gitops.kinds.tax.table import TAX
from lago_gitops.kinds.webhook_endpoint.table import WEBHOOK_ENDPOINT

KINDS: Mapping[str, ResourceKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            TAX,
            BILLABLE_METRIC,
            ADD_ON,
            FEATURE,
            PLAN,
            COUPON,
            WEBHOOK_ENDPOINT,
            BILLING_ENTITY,
            ORGANIZATION,
        )
    }
)
"""By name, what others refer to first: the order in which they are listed and shown."""
