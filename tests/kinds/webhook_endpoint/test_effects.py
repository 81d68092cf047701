from typing import Any

from tests.kinds.effects import create, delete, effects, update


def endpoint(number: int) -> dict[str, Any]:
    return {"kind": "webhook_endpoint", "webhook_url": f"https://a.example/{number}"}


def test_a_deleted_endpoint_takes_its_deliveries_along() -> None:
    assert effects(delete(endpoint(1))) == ["its delivery log is deleted, too"]


# recorded: hook-10
def test_the_eleventh_endpoint_is_refused() -> None:
    there = [endpoint(number) for number in range(9)]
    first, second = create(endpoint(10)), create(endpoint(11))
    assert effects(first, *there, with_=[second]) == []
    assert effects(second, *there[1:], with_=[first]) == []
    refusal = "refused: Lago allows 10 webhook endpoints, but there would be 11"
    assert effects(first, *there, endpoint(9)) == [refusal]


def test_a_delete_makes_room_for_it() -> None:
    there = [endpoint(number) for number in range(9)]
    assert effects(create(endpoint(10)), *there, with_=[delete(endpoint(9))]) == []
    assert effects(update(endpoint(1), name="N")) == []
