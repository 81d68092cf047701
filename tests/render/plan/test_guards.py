import pytest

from lago_gitops.core.model.effects import EffectClass
from lago_gitops.render.plan.guards import guard_reasons


def reason(waiver: str, said: str, *addresses: str, subscriptions: int | None = 0, effect: str = "") -> str:
    guard = {"waiver": waiver, "addresses": addresses, "reason": said, "subscriptions": subscriptions}
    [found] = guard_reasons({"changes": [{"effects": [{"sentence": effect}]}]}, [guard])
    return found


def test_the_reason_of_one_change_is_its_effect_up_to_the_details() -> None:
    said = "the bills of 7 subscriptions change: soon"
    assert reason("changes-bills", said, "plan/a", effect=said) == "the bills of 7 subscriptions change"
    assert reason("changes-bills", said, "plan/a") == said


@pytest.mark.parametrize(
    ("waiver", "subscriptions", "said"),
    [
        (EffectClass.CHANGES_BILLS, 22, "the bills of 22 subscriptions change"),
        (EffectClass.CHANGES_BILLS, None, "the bills of an unknown number of subscriptions change"),
        (EffectClass.CHANGES_BILLS, 0, "bills of customers change"),
        (EffectClass.CHANGES_ENTITLEMENTS, 19, "the entitlements of 19 subscriptions change immediately"),
        (EffectClass.CODE_BURNED, 0, "2 tax codes can never be used again"),
    ],
)
def test_the_reason_of_several_changes_counts_them_together(waiver: str, subscriptions: int | None, said: str) -> None:
    assert reason(waiver, "the first one's", "plan/a", "plan/b", subscriptions=subscriptions) == said


def test_a_limit_speaks_for_itself() -> None:
    assert reason("many-deletes", "30 of 40 resources: more than 20", "plan/a", "plan/b").startswith("30 of 40")
