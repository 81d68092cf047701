from lago_gitops.core.model.duplicates import repeated


def test_what_came_before_is_given_with_its_place_each_time() -> None:
    assert list(repeated(["a", "b", "a", "b", "a"])) == [(2, "a"), (3, "b"), (4, "a")]


def test_nothing_repeats_nothing() -> None:
    assert list(repeated([None, "a", None])) == []
