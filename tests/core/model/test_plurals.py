from lago_gitops.core.model.plurals import enumerated


def test_the_last_of_a_list_follows_an_and() -> None:
    assert [enumerated(("a", "b", "c")[:number]) for number in range(4)] == ["", "a", "a and b", "a, b and c"]
