"""Steps that the sandbox answers otherwise than Lago did, each with why."""

REASONS: dict[str, str] = {
    "an-mrr": "monthly recurring revenue is beyond the sandbox; Lago's months run on to the real day of its database",
    "ev-list-code": "before 1.39 events of one instant come in any order",
    "ev-list-time": "before 1.39 events of one instant come in any order",
    "inv-minimal-get": "of four subscriptions to one plan on an invoice, Lago bills a fixed charge to any one",
}
