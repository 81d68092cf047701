"""What doesn't depend on one another is asked at the same time: both requests are sent before either is answered."""

import threading
from collections.abc import Iterable
from typing import Any

import pytest

from lago_gitops.access import Access
from lago_gitops.lago.http.inprocess import InProcess
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import make_plan
from tests.worlds import ENVIRONMENT, checked

LONGEST_S = 30.0  # until it is plain that the other one doesn't come
ADD_ON = "kind: add_on\ncode: setup\nname: Setup\namount_cents: 1\namount_currency: EUR"
PLAN = """
kind: plan
code: p
name: Plan
interval: monthly
amount_cents: {cents}
amount_currency: EUR
pay_in_advance: false
"""
COUPON = """
kind: coupon
code: c
name: Coupon
coupon_type: percentage
percentage_rate: {cents}
frequency: once
expiration: no_expiration
"""


def texts(cents: int) -> tuple[str, ...]:
    return ADD_ON, PLAN.format(cents=cents), COUPON.format(cents=cents)


@pytest.mark.parametrize(
    "paths",
    [("/plans/p/fixed_charges", "/billing_entities/sandbox"), ("/subscriptions", "/applied_coupons")],
    ids=["what lists leave out", "who has what changes"],
)
def test_reads_that_need_not_wait_for_each_other_do_not(paths: tuple[str, str]) -> None:
    sandbox, both, waiting = Sandbox(Settings()), threading.Barrier(2), set[str]()

    def together(environ: Any, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix("/api/v1")
        if path in waiting:
            waiting.remove(path)
            both.wait(LONGEST_S)
        return sandbox(environ, start_response)

    access = Access(IN_PROCESS, Secret(sandbox.settings.api_key), InProcess(together))
    with access.writer() as client:
        carry_out(make_plan(checked(*texts(1)), ENVIRONMENT, client, access), client, lambda _: None)
        waiting.update(paths)
        planned = make_plan(checked(*texts(2)), ENVIRONMENT, client, access)
    sandbox.close()

    assert (len(planned.plan.changes), waiting) == (2, set())
