from lago_gitops.kinds.places import TIMEZONES
from lago_gitops.pricing.periods.zones import zone


def test_every_zone_of_lago_is_known() -> None:
    assert {zone(name).key.removeprefix("Etc/") for name in TIMEZONES} == set(TIMEZONES)
