from typing import Any

import pytest

from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live, Update
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.lint.metrics import metric_unit_changes
from lago_gitops.pricing.lint.rule import LintFinding
from lago_gitops.pricing.usage.events import Event, property_text
from tests.pricing.lint.manifests import COUNT, SUM, charge, found, message, metric, paths, plan
from tests.pricing.samples import at

# numerals ------------------------------------------------------------------------------------------------------------


def valued(value: str) -> dict[str, Any]:
    return metric(filters=[{"key": "size", "values": ["3", value]}])


@pytest.mark.parametrize("value", ["1.50", "01", "+1", "1e3", ".5", "5.", "1_000", " 1", "-01", "1.00"])
def test_a_numeral_that_no_number_is_printed_like_is_marked(value: str) -> None:
    assert paths("numeral-values", valued(value)) == ["filters.0.values.1"]


@pytest.mark.parametrize("value", ["1.5", "0", "-2", "1.0", "eu", "1.2.3", "", "NaN", "Infinity", "1e999", "v2"])
def test_numbers_as_they_are_printed_and_plain_words_are_fine(value: str) -> None:
    assert not found("numeral-values", valued(value))


@pytest.mark.parametrize(("value", "number", "printed"), [("1.50", 1.5, "1.5"), ("1e3", 1000, "1000"), ("01", 1, "1")])
def test_the_text_of_the_number_is_named(value: str, number: float, printed: str) -> None:
    assert property_text(Event("storage", at(1), {"size": number}), "size") == printed
    assert message("numeral-values", valued(value)).endswith(f"but {printed!r}")


def test_a_metric_without_filters_has_no_values() -> None:
    assert not found("numeral-values", SUM)


# changes of units ----------------------------------------------------------------------------------------------------


def wanted(data: dict[str, Any]) -> Desired:
    return desired(Manifest("x.yaml", data), KINDS[data["kind"]])


def live(data: dict[str, Any]) -> Live:
    one = wanted(data)
    return Live(one.address, "id", one.fields, data)


def update(before: dict[str, Any], after: dict[str, Any]) -> Update:
    old, new = live(before), wanted(after)
    return Update(new, old, field_changes(KINDS[after["kind"]].object, old.fields, new.fields))


def unit_changes(*changes: Create | Update | Delete, plans: tuple[dict[str, Any], ...]) -> list[LintFinding]:
    return list(metric_unit_changes(changes, {live(each).address: live(each).fields for each in plans}))


ROUNDED = metric(rounding_function="ceil")
GROWTH = plan(charge())


class Passes(dict[Address, Any]):
    """Plans that know how often somebody went through them."""

    count = 0

    def items(self) -> Any:
        self.count += 1
        return super().items()

    def get(self, *args: Any) -> Any:
        self.count += 1
        return super().get(*args)


def test_plans_are_looked_through_as_often_for_many_metrics_as_for_one() -> None:
    def passes(number: int) -> int:
        metrics = [metric(code=f"storage_{n}") for n in range(number)]
        plans = Passes({live(GROWTH).address: live(GROWTH).fields})
        list(metric_unit_changes([update(one, {**one, "rounding_function": "ceil"}) for one in metrics], plans))
        return plans.count

    assert passes(1) == passes(4)


def test_units_that_change_under_a_price_that_stays_are_said() -> None:
    (finding,) = unit_changes(update(SUM, ROUNDED), plans=(GROWTH, plan(charge(), code="team")))
    assert finding.address == Address("billable_metric", "storage")
    assert finding.path == ("rounding_function",)
    assert finding.message == (
        "rounding_function changes from None to 'ceil': the unit changes, but 2 charges keep its price: "
        "growth.storage, team.storage"
    )


def test_one_charge_keeps_its_price_and_many_are_counted() -> None:
    (one,) = unit_changes(update(SUM, ROUNDED), plans=(GROWTH,))
    assert one.message.endswith("1 charge keeps its price: growth.storage")
    (many,) = unit_changes(update(SUM, ROUNDED), plans=tuple(plan(charge(), code=f"p{n}") for n in range(5)))
    assert many.message.endswith("p0.storage, p1.storage, p2.storage and 2 more")


@pytest.mark.parametrize(
    ("before", "after"),
    [(SUM, metric(name="other")), (SUM, metric(filters=[{"key": "region", "values": ["eu"]}]))],
)
def test_names_and_filters_are_no_units(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert not unit_changes(update(before, after), plans=(GROWTH,))


def test_a_price_that_changes_too_was_thought_of() -> None:
    dearer = plan(charge(properties={"amount": "2"}))
    assert not unit_changes(update(SUM, ROUNDED), update(GROWTH, dearer), plans=(GROWTH,))


def test_a_plan_that_changes_elsewhere_still_keeps_its_price() -> None:
    renamed = plan(charge(), amount_cents=100)
    assert unit_changes(update(SUM, ROUNDED), update(GROWTH, renamed), plans=(GROWTH,))


def test_a_plan_that_gets_a_new_code_keeps_its_price() -> None:
    (finding,) = unit_changes(update(SUM, ROUNDED), update(GROWTH, {**GROWTH, "code": "team"}), plans=(GROWTH,))
    assert finding.message.endswith("1 charge keeps its price: team.storage")


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (SUM, metric("max_agg"), "aggregation_type"),
        (SUM, metric(field_name="mb"), "field_name"),
        (SUM, metric(expression="event.properties.gb * 2"), "expression"),
        (SUM, metric(recurring=True), "recurring"),
        (ROUNDED, metric(rounding_function="ceil", rounding_precision=2), "rounding_precision"),
        (SUM, metric("max_agg", field_name="mb"), "aggregation_type"),
    ],
)
def test_whatever_makes_units_of_events_changes_them(before: dict[str, Any], after: dict[str, Any], field: str) -> None:
    (finding,) = unit_changes(update(before, after), plans=(GROWTH, plan(code="free")))
    assert (finding.path, finding.rule) == ((field,), "metric-units-change")


def test_plans_that_go_or_come_have_no_price_to_keep() -> None:
    gone = Delete(wanted({**GROWTH, "state": "absent"}), live(GROWTH))
    new = Create(wanted(plan(charge(), code="new")))
    assert not unit_changes(update(SUM, ROUNDED), gone, new, plans=(GROWTH,))


def test_charges_on_other_metrics_are_not_concerned() -> None:
    assert not unit_changes(update(SUM, ROUNDED), Create(wanted(COUNT | {"code": "calls"})), plans=(plan(),))
    assert not unit_changes(update(SUM, ROUNDED), plans=(plan(charge(code="calls")),))
