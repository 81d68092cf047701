"""Steps that the sandbox answers otherwise than Lago did, each with why."""

REASONS: dict[str, str] = {}
