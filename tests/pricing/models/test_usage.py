from lago_gitops.pricing.models.usage import Counted, Summed, Untold, without_last
from tests.pricing.samples import D


def test_the_last_event_can_be_taken_off() -> None:
    assert without_last(Summed((D(1), D(2)))) == Summed((D(1),))
    assert without_last(Counted(2, 3)) == Counted(2, 2)
    assert without_last(Untold()) == Untold()
