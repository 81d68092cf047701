from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.execution.schedule import schedule
from lago_gitops.core.plan import ChangePlan, Counts, Organization
from tests.core.kinds import KINDS, desired, live, node, tombstone


def test_a_plan_counts_what_it_does() -> None:
    there = [live(node(code)) for code in ("b", "c", "d", "e")]
    wanted = [desired(node("a")), desired(node("b", name="n")), tombstone("c"), desired(node("d"))]
    compared = compare(wanted, {one.address: one for one in there}, KINDS, Server())
    organization = Organization("http://a", "1", "", "A", "1.51")
    plan = ChangePlan("test", organization, compared, schedule(compared.changes, KINDS), ((),) * 3)
    assert plan.counts == Counts(create=1, update=1, delete=1, unchanged=1)
    assert plan.changes == compared.changes
