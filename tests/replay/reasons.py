"""Steps that the sandbox answers otherwise than Lago did, each with why."""

REASONS: dict[str, str] = {
    "ev-list-code": "before 1.39 events of one instant come in any order",
    "ev-list-time": "before 1.39 events of one instant come in any order",
    "inv-minimal-get": "of four subscriptions to one plan on an invoice, Lago bills a fixed charge to any one",
}
