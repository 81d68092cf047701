import copy
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.target import Secret, TargetError, parse_key, parse_target


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://api.getlago.com", "https://api.getlago.com"),
        ("https://api.getlago.com/", "https://api.getlago.com"),
        ("https://api.getlago.com/api/v1", "https://api.getlago.com"),
        ("https://api.getlago.com/api/v1/", "https://api.getlago.com"),
        ("https://API.GetLago.com:443", "https://api.getlago.com"),
        ("https://billing.example.com:3000", "https://billing.example.com:3000"),
        ("https://billing.example.com/lago/api/v1", "https://billing.example.com/lago"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80/api/v1", "http://127.0.0.1"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_url_is_accepted_with_and_without_the_api_path(url: str, origin: str) -> None:
    assert parse_target(url).origin == origin


@pytest.mark.parametrize(
    ("url", "help_given"),
    [
        ("https://app.getlago.com", "https://api.getlago.com"),
        ("https://APP.eu.getlago.com/api/v1", "https://api.eu.getlago.com"),
        ("https://api.getlago.com@evil.example", "LAGO_API_KEY"),
        ("https://user:hunter2@api.getlago.com", "LAGO_API_KEY"),
        ("https://api.getlago.com?x=hunter2", "remove the ?"),
        ("https://api.getlago.com#hunter2", "remove the ?"),
        ("https://api.getlago.com?", "remove the ?"),
        ("http://billing.example.com", "https://"),
        ("http://127.0.0.1.example.com", "https://"),
        ("http://127.1", "https://"),
        ("ftp://api.getlago.com", "https://api.getlago.com"),
        ("api.getlago.com", "the URL doesn't start with https:// or http://: write https://api.getlago.com"),
        ("https://", "the URL has no host"),
        ("https://[::1", "https://api.getlago.com"),
        ("https://api.getlago.com:99999", "port"),
        ("https://api.getlago.com\\@evil.example", "backslashes"),
        ("https://api.getlago.com\n.evil.example", "spaces"),
        ("https://api.getlagо.com", "ASCII"),
        ("https://api.getlago.com/api/v1/plans", "before /api/v1"),
        ("https://api.getlago.com/a/../b", "before /api/v1"),
        ("", "https://api.getlago.com"),
    ],
)
def test_a_url_that_would_lose_the_key_or_miss_the_api_is_refused_with_what_would_help(
    url: str, help_given: str
) -> None:
    with pytest.raises(TargetError) as raised:
        parse_target(url)
    assert help_given in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_an_unencrypted_connection_to_another_machine_must_be_asked_for() -> None:
    assert parse_target("http://billing.example.com", insecure=True).origin == "http://billing.example.com"


@given(st.text(max_size=40) | st.text("htps:/@?#.[]a1 \\", max_size=30).map("https://".__add__))
def test_any_text_is_a_target_that_parses_to_itself_or_a_target_error(text: str) -> None:
    try:
        target = parse_target(text)
    except TargetError:
        return
    assert parse_target(target.origin) == target


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hunter2")
    shown = f"{secret} {secret!r} {secret:>5} {str(secret)!s} {[secret]} {copy.deepcopy(secret)}"
    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"


def test_a_dataclass_with_a_secret_can_be_dumped() -> None:
    @dataclasses.dataclass(frozen=True)
    class Settings:
        key: Secret

    assert "hunter2" not in f"{Settings(Secret('hunter2'))} {dataclasses.asdict(Settings(Secret('hunter2')))}"


def test_secrets_are_equal_by_value() -> None:
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


def test_blanks_around_a_key_are_dropped() -> None:
    assert parse_key(" abc-123\n").reveal() == "abc-123"


@pytest.mark.parametrize("text", ["", " \n", "hunter2 hunter2", "hunter2\nX-Evil: 1", "hunter2é", "hunter2\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unshown(text: str) -> None:
    with pytest.raises(TargetError) as raised:
        parse_key(text)
    assert "hunter2" not in str(raised.value)


def test_the_variable_that_should_hold_the_key_is_named() -> None:
    with pytest.raises(TargetError, match="set the environment variable PROD_KEY"):
        parse_key(" ", "PROD_KEY")
    with pytest.raises(TargetError, match="the API key in PROD_KEY contains a space"):
        parse_key("a b", "PROD_KEY")
