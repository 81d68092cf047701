from typing import Any

import pytest

from tests.pricing.lint.manifests import COUNT, REGIONS, charge, found, message, metric, paths, plan, tiered

FREE: dict[str, Any] = {"amount": "0"}


def priced(region: str, amount: str = "3", **others: str) -> dict[str, Any]:
    return {"values": {"region": [region], **{key: [value] for key, value in others.items()}}, "properties": {
        "amount": amount
    }}  # fmt: skip


def twin(properties: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    return {**charge(properties=properties or {"amount": "2"}, **others), "code": "second"}


def test_two_charges_of_one_metric_and_model_bill_every_event_twice() -> None:
    assert message("billed-twice", plan(charge(), twin()), COUNT) == (
        "every event of 'storage' is billed twice: by this charge and by 'storage'"
    )
    assert paths("billed-twice", plan(charge(), twin(pay_in_advance=True)), COUNT) == ["charges.1.billable_metric_code"]


def test_of_three_each_further_one_is_said_once() -> None:
    third = {**twin(), "code": "third"}
    assert paths("billed-twice", plan(charge(), twin(), third), COUNT) == [
        "charges.1.billable_metric_code",
        "charges.2.billable_metric_code",
    ]


def test_a_metric_that_no_manifest_describes_is_no_reason_to_be_silent() -> None:
    assert found("billed-twice", plan(charge(), twin()))
    assert not found("billed-twice", plan(charge(), twin(FREE)))
    assert not found("billed-twice", plan(charge(properties=FREE), twin()))
    assert not found("billed-twice", plan(charge(filters=[priced("eu")]), twin()))
    assert not found("billed-twice", plan(charge(), twin(filters=[priced("eu")])))


def test_charges_of_other_metrics_between_two_do_not_hide_them() -> None:
    between = charge(code="other") | {"code": "third"}
    assert paths("billed-twice", plan(between, charge(), twin()), COUNT) == ["charges.2.billable_metric_code"]


def test_events_that_filters_bill_in_both_are_named() -> None:
    first, second = charge(filters=[priced("eu")]), twin(FREE, filters=[priced("eu", tier="hot")])
    assert message("billed-twice", plan(first, second), REGIONS) == (
        "an event with region: eu, tier: hot of 'storage' is billed twice: by this charge and by 'storage'"
    )
    assert "an event with region: eu, tier: hot of" in message("billed-twice", plan(second, {**twin(FREE, filters=[
        {"values": {"tier": ["hot"], "region": ["eu"]}, "properties": {"amount": "1"}}
    ]), "code": "third"}), REGIONS)  # fmt: skip
    free = charge(filters=[priced("eu", "0")])
    for both in ((free, twin()), (charge(), twin(filters=[priced("eu", "0")]))):
        assert message("billed-twice", plan(*both), REGIONS).startswith("an event that matches no filter of")
    assert "an event that matches no filter of 'storage'" in message(
        "billed-twice", plan(charge(filters=[priced("eu")]), twin(filters=[priced("us")])), REGIONS
    )


@pytest.mark.parametrize(
    "charges",
    [
        (charge(), charge("percentage", {"rate": "1"}) | {"code": "second"}),
        (charge(), twin(FREE)),
        (charge(properties=FREE, filters=[priced("eu")]), twin(FREE, filters=[priced("us")])),
        (charge(filters=[priced("eu", "0")]), twin(FREE, filters=[priced("eu")])),
        (charge(), charge(code="storage") | {"code": "second", "billable_metric_code": "other"}),
        (charge("volume", tiered("volume", (0, None, 0, 0))), charge("volume", tiered("volume", (0, None, 1, 0)))),
    ],
    ids=["another model", "free", "shared out", "free where the other isn't", "another metric", "free tiers"],
)
def test_all_else_is_fine(charges: tuple[dict[str, Any], ...]) -> None:
    assert not found("billed-twice", plan(*charges), REGIONS, metric(code="other"))


def test_a_price_that_can_not_be_rated_is_not_taken_for_free() -> None:
    hole = tiered("volume", (5, None, 1, 0))
    assert found("billed-twice", plan(charge("volume", hole), charge("volume", hole) | {"code": "second"}), REGIONS)


def test_a_price_that_only_the_server_knows_is_not_taken_for_free() -> None:
    custom = charge("custom", {})
    assert found("billed-twice", plan(custom, {**custom, "code": "second"}), metric("custom_agg"))
