from lago_gitops.pricing.catalog.items import ALL_VALUES, Aggregation, Metric
from lago_gitops.render.prices.filters import MOST_COMBINATIONS, Moving, Values, filter_label, moves

METRIC = Metric("m", Aggregation.COUNT, filter_values=(("a", ("1", "2")), ("b", ("x", "y"))))


def of(**values: str) -> Values:
    return tuple((key, tuple(text.split(","))) for key, text in values.items())


def test_filters_that_stay_move_nothing() -> None:
    assert moves((of(a="1"), of(a="2")), (of(a="2"), of(a="1")), METRIC) == ()


def test_values_that_are_no_product_are_told_apart() -> None:
    before, after = (of(a="1,2", b="x,y"),), (of(a="1", b="x"), of(a="1,2", b="y"))
    assert moves(before, after, METRIC) == (
        Moving(of(a="1", b="x"), before[0], after[0]),
        Moving(of(a=ALL_VALUES, b="y"), before[0], after[1]),
        Moving(of(a="2", b="x"), before[0], None),
    )


def test_combinations_that_need_it_are_said_one_by_one() -> None:
    taken = (of(a="1,2", b="x,y"),)
    found = moves(taken, (of(a="1", b="x"),), METRIC)
    assert [one.values for one in found if one.after is None] == [of(a="1", b="y"), of(a="2", b=ALL_VALUES)]


def test_all_values_of_a_metric_have_a_word() -> None:
    (found,) = moves((), (of(a=ALL_VALUES),), METRIC)
    assert found == Moving(of(a=ALL_VALUES), None, of(a=ALL_VALUES))
    assert filter_label(found.values) == "a=any"


def test_a_filter_on_values_that_nobody_declares_is_reported_all_the_same() -> None:
    assert moves((), (of(c=ALL_VALUES),), METRIC) == (Moving(of(c=ALL_VALUES), None, of(c=ALL_VALUES)),)
    assert moves((of(c=ALL_VALUES),), (), None) == (Moving(of(c=ALL_VALUES), of(c=ALL_VALUES), None),)


def test_many_combinations_are_not_all_looked_at() -> None:
    many = of(a=",".join(map(str, range(MOST_COMBINATIONS * 2))))
    (found,) = moves((), (many,), None)
    assert len(found.values[0][1]) == MOST_COMBINATIONS
