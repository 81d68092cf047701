from lago_gitops.core.model.effects import Weight, gravest


def test_gravity_grows_with_the_weight_of_effects() -> None:
    assert [gravest(()), *(gravest([weight]) for weight in Weight)] == [0, 1, 2, 3]
