from decimal import Decimal

from lago_gitops.core.model.packed import Looked, Packed, PackedValues

DATA = {"code": "a", "rate": Decimal("0.10"), "charges": [{"code": "calls", "pay_in_advance": True}]}


def test_packed_data_reads_as_it_was() -> None:
    packed = Packed(DATA)

    assert (packed, DATA, {**packed}, len(packed)) == (DATA, packed, DATA, 3)
    assert (repr(packed), str(packed["rate"])) == (repr(DATA), "0.10")
    assert (packed.get("code"), packed.get("name"), packed.get("name", "")) == ("a", None, "")


def test_packed_mappings_are_equal_when_their_data_is() -> None:
    packed = Packed(DATA)

    assert packed == packed  # noqa: PLR0124 -- the very same one
    assert packed == Packed({**DATA})
    assert packed != Packed({**DATA, "code": "b"})
    assert packed != {}


def test_packed_values_read_as_they_were() -> None:
    packed = PackedValues([("one", DATA), ("two", [1])])

    assert (dict(packed), len(packed), "one" in packed, "three" in packed) == (
        {"one": DATA, "two": [1]},
        2,
        True,
        False,
    )


def test_what_is_looked_up_reads_as_it_stands_there() -> None:
    looked = Looked({"a": "one"}, {"one": DATA, "two": {}}.__getitem__)

    assert (dict(looked), len(looked), "one" in looked) == ({"a": DATA}, 1, False)
