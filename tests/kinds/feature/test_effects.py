from tests.kinds.effects import create, delete, effects, on, update
from tests.kinds.forms import PLAN

FEATURE = {"kind": "feature", "code": "seats", "privileges": [{"code": "max", "value_type": "integer"}]}

ENTITLED = {**PLAN, "entitlements": {"seats": {"max": 1}}}


# recorded: iu-feature-delete
def test_a_deleted_feature_ends_entitlements() -> None:
    taken = "the feature and its values are taken from plan/p, and from subscriptions that had them individually"
    assert effects(delete(FEATURE), ENTITLED) == [taken]
    assert effects(delete(FEATURE), ENTITLED, audience=on("p", 2)) == [
        taken,
        "the entitlement ends immediately for 2 subscriptions",
    ]
    assert effects(delete(FEATURE)) == []


# measured on a server: e2e 15
def test_a_feature_that_no_plan_has_may_be_given_to_subscriptions() -> None:
    assert effects(delete(FEATURE), audience=on("p", 2)) == [
        "the feature and its values are taken from subscriptions that had them individually"
    ]


def test_a_privilege_that_is_removed_takes_its_values_along() -> None:
    sentence = [
        "the values of max are taken from plan/p, and from subscriptions that had them individually",
    ]
    assert effects(update(FEATURE, privileges=[]), ENTITLED) == sentence
    assert effects(update(FEATURE, privileges=[], code="places"), ENTITLED) == sentence
    assert effects(update(FEATURE, privileges=[{"code": "max"}]), ENTITLED) == sentence
    assert effects(update(FEATURE, name="Seats"), ENTITLED, audience=on("p", 1)) == []
    assert effects(create(FEATURE), audience=on("p", 1)) == []
