"""What the doctor says of a way to Lago."""

import json
import re
from collections.abc import Callable, Iterable
from itertools import cycle, product
from typing import Any

import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell

PLAN = "kind: plan\ncode: p\nname: P\ninterval: monthly\namount_cents: 0\namount_currency: EUR\npay_in_advance: false\n"
COUPON = (
    "kind: coupon\ncode: c\nname: C\ncoupon_type: percentage\npercentage_rate: 1\nfrequency: once\n"
    "expiration: no_expiration\n"
)


def diagnosed(shell: Shell, key: str = "key", pinned: str = "", **settings: str) -> tuple[int, dict[str, bool]]:
    """Exit code, and which checks are well."""
    with serve(Sandbox(Settings(api_key="key", **settings))) as url:
        shell.write(
            "lago-gitops.yaml", f"environments: {{prod: {{url: '{url}', organization: '{pinned}'}}}}\nmanifests: [m]"
        )
        shell.monkeypatch.setenv("LAGO_API_KEY", key)
        ran = shell.run("doctor", "--env", "prod", "--format", "json")
    return ran.code, {check["name"]: check["well"] for check in json.loads(ran.out)["checks"]}


def test_all_is_well(shell: Shell) -> None:
    code, checks = diagnosed(shell, pinned="sandbox")

    assert code == 0
    assert set(checks.values()) == {True}
    assert {"server", "clock", "key", "organization", "version", "permission plan"} <= checks.keys()


def test_it_leaves_nothing_behind(shell: Shell) -> None:
    shell.run("doctor")

    assert shell.run("pull").out.endswith("Pulled 1 resource of Sandbox: 1 new.\n")  # its billing entity


def test_a_key_that_lago_does_not_know(shell: Shell) -> None:
    code, checks = diagnosed(shell, key="wrong")

    assert (code, checks["key"], "permission plan" in checks) == (8, False, False)


def test_the_key_of_another_organization(shell: Shell) -> None:
    code, checks = diagnosed(shell, pinned="acme")

    assert (code, checks["organization"]) == (5, False)


FEATURE = "kind: feature\ncode: f\nname: F\n"


def checks_of(shell: Shell, **settings: Any) -> dict[str, Any]:
    with serve(Sandbox(Settings(api_key="key", **settings))) as url:
        shell.write("lago-gitops.yaml", f"environments: {{prod: {{url: '{url}'}}}}\nmanifests: [m]")
        shell.monkeypatch.setenv("LAGO_API_KEY", "key")
        found = json.loads(shell.run("doctor", "--env", "prod", "--format", "json").out)["checks"]
    return {check["name"]: check for check in found}


def test_a_kind_that_a_manifest_needs_and_lago_does_not_list(shell: Shell) -> None:
    shell.write("m/f.yaml", FEATURE)
    code, checks = diagnosed(shell, lago_version="1.38.0")
    assert (code, checks["permission feature"], checks["permission plan"]) == (4, False, True)

    feature = checks_of(shell, lago_version="1.38.0")["permission feature"]
    assert feature["found"] == "nothing: features need a Lago licence before Lago 1.39, but this Lago has none"
    assert feature["fix"] == "update Lago to 1.39, or get a licence"


def test_what_no_manifest_needs_is_no_fault(shell: Shell) -> None:
    shell.write("m/tax.yaml", "kind: tax\ncode: vat\nname: V\nrate: 1\n")
    feature = checks_of(shell, lago_version="1.38.0")["permission feature"]
    assert (feature["well"], feature["found"]) == (
        True,
        "nothing; no manifest needs it (features need a Lago licence before Lago 1.39, but this Lago has none)",
    )


def test_what_goes_without_a_licence_is_said(shell: Shell) -> None:
    found = checks_of(shell)["licence"]["found"]
    assert found.startswith("none: Lago leaves out ")
    assert "plan.minimum_commitment, plan.usage_thresholds" in found
    assert "plan.charges.properties.per_transaction_min_amount" in found
    assert "billing_entity.timezone" in found
    assert found.endswith("it refuses plan.charges.charge_model graduated_percentage, more than 1 billing entity")
    assert "features before Lago 1.39" in checks_of(shell, lago_version="1.38.0")["licence"]["found"]
    assert checks_of(shell, premium=True)["licence"]["found"] == "there is one"


def test_lists_that_tell_what_is_in_use_are_asked_for_too(shell: Shell) -> None:
    shell.write("m/c.yaml", COUPON)
    shell.write("m/p.yaml", PLAN)
    assert {"permission subscriptions", "permission applied_coupons"} <= checks_of(shell).keys()


def test_nobody_there(shell: Shell) -> None:
    shell.monkeypatch.setenv("LAGO_API_URL", "http://127.0.0.1:1")
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    ran = shell.run("doctor")

    assert (ran.code, "is the URL right" in ran.out) == (8, True)


def test_what_is_long_is_wrapped_under_its_name(shell: Shell) -> None:
    out = shell.run("doctor", "--no-color").out

    assert max(map(len, out.splitlines())) <= 120
    assert re.search(r"licence +none: Lago leaves out .*\n {33}\S", out)


def test_the_built_in_sandbox_needs_no_pin(shell: Shell) -> None:
    ran = shell.run("doctor")

    assert (ran.code, "pin" in ran.out) == (0, False)


def test_an_environment_without_a_pin_is_advised_to_have_one(shell: Shell) -> None:
    assert "pin" in diagnosed(shell)[1]
    assert "pin" not in diagnosed(shell, pinned="sandbox")[1]


def odd(health: bytes, date: str) -> Callable[..., Iterable[bytes]]:
    """A sandbox that is odd at what needs no key."""
    sandbox = Sandbox(Settings(api_key="key"))

    def answer(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/health":
            return sandbox(environ, start_response)
        start_response(
            "200 OK", [("Content-Type", "application/json"), ("Date", date), ("Content-Length", str(len(health)))]
        )
        return [health]

    return answer


HEALTHS = (b"[]", b"<html>", b"", b'{"version": []}', b"[" * 10_000, b"\xff")
DATES = ("yesterday", "", "Thu, 26 Nov 2026 11:00:00 -0000", "Thu, 99 Nov 99999 11:00:00 GMT")
EACH_ONCE = tuple(zip(HEALTHS, cycle(DATES), strict=False))


@pytest.mark.parametrize(
    ("health", "date"),
    [
        pytest.param(*each, marks=() if each in EACH_ONCE else pytest.mark.slow, id=f"{each[0][:20]!r}-{each[1]}")
        for each in product(HEALTHS, DATES)
    ],
)
def test_a_health_and_a_date_that_say_nothing_are_passed_over(shell: Shell, health: bytes, date: str) -> None:
    with serve(odd(health, date)) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "key")
        ran = shell.run("doctor")

    assert ran.code in (0, 1)
    assert f"{url} answers\n" in ran.out


def test_an_organization_without_a_name_is_said_to_be_odd(shell: Shell) -> None:
    def answer(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "24")])
        return [b'{"organization": {"a":1}}'[:24]]

    with serve(answer) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "key")
        ran = shell.run("doctor")

    assert ran.code == 8
    assert "check that the URL is a Lago server's" in ran.out
