import pytest

from lago_gitops.core.model.kind import Explained, ResourceKind
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Field, Keyed, Object, Text

ITEMS = Keyed(Object((Field("code", Text(), ""),)), ("code",), str)
TAKEN, LOCKED = Explained("code", "taken", "it is there", "rename it"), Explained("", "locked", "it is used", "wait")
FIELDS = (Field("items", ITEMS, ""), Field("code", Text(), ""), Field("model", Text(), "", marks_variant=True))
KIND = ResourceKind("node", "nodes", "", FIELDS, explained=(TAKEN, LOCKED), unsupported_variant="of another sort")
ONLY = ResourceKind("only", "only", "", FIELDS, key="")


def test_a_kind_of_which_there_is_only_one_has_no_key() -> None:
    assert (KIND.identity, KIND.address({"code": "a"})) == (("code",), Address("node", "a"))
    assert (ONLY.identity, ONLY.address({"code": "a"})) == ((), Address("only", ""))


def test_a_refusal_is_explained_by_its_own_code_or_by_those_of_its_fields() -> None:
    assert KIND.explanation("locked", {}) == "it is used: wait"
    assert KIND.explanation("other", {"code": ["odd", "taken"]}) == KIND.explanation("", {"code": "taken"})
    assert KIND.explanation("locked", {"code": ["taken"]}) == "it is there: rename it; it is used: wait"
    assert KIND.explanation("taken", {"name": ["taken"], "code": "locked"}) == ""


def test_only_lists_with_keys_are_keyed() -> None:
    assert KIND.keyed("items") is ITEMS
    for name in ("code", "none"):
        with pytest.raises(KeyError, match=name):
            KIND.keyed(name)


def test_null_in_a_field_that_marks_it_is_a_variant_that_no_manifest_describes() -> None:
    assert KIND.is_unsupported_variant({"code": None})
    assert not KIND.is_unsupported_variant({"code": None, "model": "a"})
    assert not ONLY.is_unsupported_variant({"code": None})
