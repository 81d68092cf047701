from decimal import Decimal
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.origin import as_live, origins
from lago_gitops.core.model.resources import Address, Desired
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS


def tax(rate: int = 20, name: str = "VAT", **more: Any) -> Desired:
    data: dict[str, Any] = {"kind": "tax", "code": "vat", "name": name, "rate": Decimal(rate), **more}
    return desired(Manifest("t.yaml", data), KINDS["tax"])


def gone() -> Desired:
    return desired(Manifest("t.yaml", {"kind": "tax", "code": "vat", "state": "absent"}), KINDS["tax"])


def told(base: Desired | None, lago: Desired | None, head: Desired) -> list[str]:
    live = {} if lago is None else {lago.address: as_live(lago, {})}
    compared = compare([head], live, KINDS, Server())
    known = {} if base is None else {base.address: base}
    return [str(one) for change in compared.changes for one in origins(change, known)]


def test_what_the_branch_changes_is_yours() -> None:
    assert told(base=tax(20), lago=tax(20), head=tax(21)) == ["yours"]


def test_what_lago_changed_is_drift() -> None:
    assert told(base=tax(20), lago=tax(19), head=tax(20)) == ["drift"]


def test_what_both_changed_is_both() -> None:
    assert told(base=tax(20), lago=tax(19), head=tax(21)) == ["both"]


def test_each_field_has_an_origin_of_its_own() -> None:
    assert told(base=tax(20, "VAT"), lago=tax(20, "Tax"), head=tax(21, "VAT")) == ["drift", "yours"]


def test_a_new_resource_is_yours_and_one_that_lago_lost_is_drift() -> None:
    assert told(base=None, lago=None, head=tax()) == ["yours"]
    assert told(base=gone(), lago=None, head=tax()) == ["yours"]
    assert told(base=tax(), lago=None, head=tax()) == ["drift"]


def test_a_new_tombstone_is_yours_and_what_came_back_is_drift() -> None:
    assert told(base=tax(), lago=tax(), head=gone()) == ["yours"]
    assert told(base=gone(), lago=tax(), head=gone()) == ["drift"]


def test_what_the_base_does_not_know_is_yours() -> None:
    assert told(base=None, lago=tax(19), head=tax(20)) == ["yours"]
    assert told(base=gone(), lago=tax(19), head=tax(20)) == ["yours"]


def test_a_renamed_resource_is_looked_up_under_its_former_code() -> None:
    head = tax(20, code="vat_20", previously=["vat"])

    assert told(base=tax(20), lago=tax(19), head=head) == ["yours", "drift"]
    assert head.address == Address("tax", "vat_20")
