from lago_gitops.core.comparison.prune import Scope, tombstones
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.kinds import KINDS

SCOPE = Scope("tax", ("old_*", "lago_*"), Mark("lago-gitops.yaml", 7))


def gone(*there: Address, wanted: tuple[Desired, ...] = (), scope: Scope = SCOPE) -> list[str]:
    live = {address: Live(address, address.key, {}, {}) for address in there}
    return [str(one.address) for one in tombstones(wanted, live, [scope], KINDS)]


def tax(code: str) -> Address:
    return Address("tax", code)


def named(code: str, *previously: str) -> Desired:
    return Desired(tax(code), {}, Mark("a.yaml"), previously=previously)


def test_what_is_in_the_scope_and_has_no_manifest_goes() -> None:
    assert gone(tax("old_1"), tax("other"), Address("add_on", "old_1")) == ["tax/old_1"]


def test_what_a_manifest_names_stays_also_under_its_earlier_code() -> None:
    assert gone(tax("old_1"), tax("old_2"), wanted=(named("old_1"), named("new", "old_2"))) == []


def test_the_taxes_that_lago_makes_itself_stay() -> None:
    assert gone(tax("lago_eu_fr_standard"), tax("lago_other")) == ["tax/lago_other"]
    scope = Scope("plan", ("*",), Mark("x"))
    assert gone(Address("plan", "lago_eu_basic"), scope=scope) == ["plan/lago_eu_basic"]


def test_what_can_not_be_deleted_stays() -> None:
    scope = Scope("billing_entity", ("*",), Mark("x"))

    assert gone(Address("billing_entity", "acme"), scope=scope) == []
    assert gone(Address("organization", ""), scope=Scope("organization", ("*",), Mark("x"))) == []


def test_what_no_request_can_name_stays() -> None:
    assert gone(tax("."), tax(".."), tax("..."), scope=Scope("tax", ("*",), Mark("x"))) == ["tax/..."]


def test_the_tombstone_stands_where_the_scope_does() -> None:
    live = {tax("old"): Live(tax("old"), "", {}, {})}
    [one] = tombstones((), live, [Scope("tax", ("ol?",), Mark("p.yaml", 7))], KINDS)

    assert (one.mark, one.absent) == (Mark("p.yaml", 7), True)


def test_what_is_external_is_in_no_scope() -> None:
    live = {tax(code): Live(tax(code), code, {}, {}) for code in ("old_1", "old_2")}

    assert [str(one.address) for one in tombstones((), live, [SCOPE], KINDS, [tax("old_1")])] == ["tax/old_2"]
