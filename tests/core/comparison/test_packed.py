from decimal import Decimal

from lago_gitops.core.comparison.packed import Packed

DATA = {"code": "a", "rate": Decimal("0.10"), "charges": [{"code": "calls", "pay_in_advance": True}]}


def test_packed_data_reads_as_it_was() -> None:
    packed = Packed(DATA)

    assert (packed, DATA, {**packed}, len(packed)) == (DATA, packed, DATA, 3)
    assert (repr(packed), str(packed["rate"])) == (repr(DATA), "0.10")
