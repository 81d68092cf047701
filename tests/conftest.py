"""What all tests share: no test depends on how fast the machine is, so property tests have no deadline, and commands
say nothing of their progress, which they do where they take long.

`--hypothesis-profile=quick` tries each property on a few inputs only, where the test doesn't say how many.
"""

import gc
import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("tests"), max_examples=5)
settings.load_profile("tests")
os.environ["LAGO_GITOPS_PROGRESS"] = "off"
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the programs that tests interrupt inherit it


def pytest_collection_finish() -> None:
    """Thousands of tests are there until the end: no collection of garbage need look at them again."""
    gc.freeze()
