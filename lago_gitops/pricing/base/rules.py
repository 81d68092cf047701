"""The rules by which a Lago server bills: they differ by version and by licence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """The defaults are those of Lago 1.51 and later without a licence."""

    first_flat_at_zero: bool = True  # since 1.51: zero usage pays the first tier's flat amount
    loses_filters: bool = False  # before 1.39: in arrears, a filter that contains another one bills nothing
    bills_fixed_charges: bool = True  # since 1.39; before, they are stored but not billed
    licensed: bool = False  # per-transaction minimum and maximum, charge minimum, minimum commitment


LATEST = Rules()


def rules_of(version: tuple[int, int], *, licensed: bool = False) -> Rules:
    """The rules of a Lago server by its version (major, minor)."""
    return Rules(
        first_flat_at_zero=version >= (1, 51),
        loses_filters=version < (1, 39),
        bills_fixed_charges=version >= (1, 39),
        licensed=licensed,
    )
