"""What all tests share: property tests have no deadline, since no test depends on how fast the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")
