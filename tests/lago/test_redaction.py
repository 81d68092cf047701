import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.effects import Weight
from lago_gitops.lago.redaction import Redaction, Redactor, _Masking, _Texts, redact_url, redact_urls

TOKENS = st.text(string.ascii_letters + string.digits, min_size=16, max_size=60).filter(
    lambda text: any(map(str.isdigit, text)) and any(map(str.isalpha, text))
)
URLS = st.builds(
    "https://{}{}/{}{}{}".format,
    st.sampled_from(["", "user@", "user:pw@"]),
    st.sampled_from(["example.com", "hooks.example.com:8443", "[::1]:3000"]),
    st.text(string.printable.strip(), max_size=30),
    st.sampled_from(["", "?a=b&c", "?d"]),
    st.sampled_from(["", "#top"]),
)
PLACES = (
    "https://{}@h.example/",
    "https://u:{}@h.example",
    "https://h.example/a/{}/b",
    "https://h.example?{}",
    "https://h.example/?a=1&k={}",
    "https://h.example/?{}=1",
    "https://h.example#{}",
)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/webhooks/lago", "https://example.com/webhooks/lago"),
        ("https://example.com/billing-webhooks-production/v1", "https://example.com/billing-webhooks-production/v1"),
        ("https://hooks.example.com:8443", "https://hooks.example.com:8443"),
        ("https://user:pw@example.com/", "https://***@example.com/"),
        ("https://a@b@example.com/", "https://***@example.com/"),
        ("https://example.com/?token=abc&v&v=", "https://example.com/?token=***&***&v=***"),
        ("https://example.com/x#abc", "https://example.com/x#***"),
        ("https://example.com/services/T0AB12CD3/B04567/XyZxYz", "https://example.com/services/***/B04567/XyZxYz"),
        ("https://example.com/h/4f9c1d2e-7d7b-4f8e-9d3a-0f1e2d3c4b5a", "https://example.com/h/***"),
        ("https://example.com/h/kjhgfdsaqwertzuiop", "https://example.com/h/***"),
        ("https://example.com/h/AbCdEfGhIj", "https://example.com/h/***"),
        ("https://example.com/h/123456789012345678", "https://example.com/h/***"),
        ("https://example.com/h;key=abc", "https://example.com/***"),
        ("https://example.com/h/%61%62%63%64%31%32%33%34", "https://example.com/h/***"),
        ("not a url", "***"),
        ("https://[broken", "***"),
        ("data:text/plain,abc", "***"),
        ("", "***"),
    ],
)
def test_a_shown_url_keeps_what_helps_to_recognise_it(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(TOKENS, st.sampled_from(PLACES))
def test_a_token_is_shown_in_no_part_of_a_url(token: str, url: str) -> None:
    assert token not in redact_url(url.format(token))
    assert token not in redact_urls(f"see <{url.format(token)}>, please")


@given(URLS)
def test_redacting_twice_is_redacting_once(url: str) -> None:
    assert redact_url(redact_url(url)) == redact_url(url)


def test_urls_in_a_text_are_redacted_and_the_rest_is_kept() -> None:
    assert redact_urls('url "https://a:b@example.com/x" is taken') == 'url "https://***@example.com/x" is taken'


@given(
    st.lists(st.text(min_size=4, max_size=12).filter(lambda text: "*" not in text), min_size=1, max_size=4),
    st.text(max_size=20),
)
def test_no_secret_survives_in_a_text(secrets: list[str], text: str) -> None:
    shown = Redactor(secrets)(text + "".join(secrets) + text)
    assert not any(secret in shown for secret in secrets)


def test_a_secret_is_found_percent_encoded_too() -> None:
    assert Redactor(["a b/c"])("x a%20b%2Fc a%20b/c a b/c") == "x *** *** ***"


def test_an_empty_secret_masks_nothing() -> None:
    assert Redactor([""])("text") == "text"


def test_a_redactor_does_not_show_what_it_hides() -> None:
    assert "hunter2" not in f"{Redactor(['hunter2'])!r} {Redactor(['hunter2'])}"


def test_a_url_at_the_end_of_a_long_word_is_found() -> None:
    assert redact_urls("x" * 100_000 + "https://a:b@h.example").endswith("https://***@h.example")


def test_the_punctuation_of_a_sentence_is_no_part_of_a_url() -> None:
    assert redact_urls("(see https://h.example/?a=b), or https://h.example/x.") == (
        "(see https://h.example/?a=***), or https://h.example/x."
    )


def test_a_url_ends_where_a_terminals_colour_does() -> None:
    text = "\x1b[31m- https://hooks.example.com/prod\x1b[0m \x1b[32mhttps://hooks.example.com/t?key=secret\x1b[0m"
    assert redact_urls(text) == text.replace("secret", "***")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see 'https://h.example/?a=b' now", "see 'https://h.example/?a=***' now"),
        ("see https://h.example/?a='b' now", "see https://h.example/?a=***' now"),
        ('see "https://h.example/?a=b" now', 'see "https://h.example/?a=***" now'),
        ("\x1b[31mhttps://h.example/?a=b\x1b[0m", "\x1b[31mhttps://h.example/?a=***\x1b[0m"),
        ("https://h.example/?a=b\x9b0m", "https://h.example/?a=***\x9b0m"),
        ("https://h.example/?a=\"b\"&c='d'", "https://h.example/?a=***&c=***"),
        ('webhook_endpoint/https://h.example/?a="b"', "webhook_endpoint/https://h.example/?a=***"),
    ],
)
def test_a_url_ends_where_its_quotes_do_unless_there_is_nothing_else(text: str, shown: str) -> None:
    assert redact_urls(text) == shown


@given(st.text(min_size=8), st.text(), st.text())
def test_a_line_of_json_has_no_secret_however_it_is_escaped(secret: str, before: str, after: str) -> None:
    hidden = Redaction()
    hidden.hide(secret)
    document = {"a": [f"{before}{secret}{after}"], secret: 1, "b": before}

    assert json.loads(hidden.line(document)) == hidden.document(document)


def test_a_document_is_redacted_in_its_values_and_keys_and_stays_what_it_is() -> None:
    hidden = Redaction()
    hidden.hide("the-key-0123456789", "short", "")
    document = {"the-key-0123456789": [1, None, True, "a the-key-0123456789 b", ("short", "https://h.example/#x")]}

    assert hidden.document(document) == {"***": [1, None, True, "a *** b", ["short", "https://h.example/#***"]]}
    assert hidden("the-key-0123456789 https://u:p@h.example") == "*** https://***@h.example"
    assert "the-key" not in repr(hidden)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(TEXTS, TEXTS, st.sampled_from(PLACES))
def test_any_text_around_a_url_stays_json_and_shows_no_secret(before: str, after: str, url: str) -> None:
    url = url.format("s3cr3t0123456789")
    shown = Redaction().document({"a": f"{before}{url}{after}", "b": [url]})
    text = json.dumps(shown, ensure_ascii=False)

    assert json.loads(text) == shown
    assert "s3cr3t0123456789" not in text


def test_what_stands_for_a_secret_can_be_said() -> None:
    hidden = Redaction()
    hidden.hide("https://h.example/x", shown="{env: HOOK}")
    hidden.hide("https://h.example/x")  # the first says more

    assert hidden("webhook_endpoint/https://h.example/x: 422") == "webhook_endpoint/{env: HOOK}: 422"
    assert (
        hidden("'https://h.example/x', \x1b[31mhttps://h.example/x\x1b[0m.")
        == "'{env: HOOK}', \x1b[31m{env: HOOK}\x1b[0m."
    )


def test_what_continues_a_secret_url_goes_with_it() -> None:
    hidden = Redaction()
    hidden.hide("https://h.example/x", shown="{env: HOOK}")

    assert hidden("https://h.example/x/T0AB12CD3?token=abc, and") == "{env: HOOK}***, and"


def test_a_short_secret_is_taken_out_where_it_is_the_whole_of_a_field() -> None:
    hidden = Redaction()
    hidden.hide("plan", shown="{env: NAME}")
    document = {"kind": "plan", "after": {"name": "plan", "names": ["plan", 1, None, "a plan"]}, "before": "plan"}

    assert hidden.document(document) == {
        "kind": "plan",
        "after": {"name": "{env: NAME}", "names": ["{env: NAME}", 1, None, "a plan"]},
        "before": "{env: NAME}",
    }


@given(st.text(min_size=1, max_size=30), TEXTS, TEXTS)
def test_any_text_of_a_variable_is_hidden_and_leaves_json(secret: str, before: str, after: str) -> None:
    hidden = Redaction()
    hidden.hide(secret, shown="{env: X}")
    shown = hidden.document({"after": {"a": secret, "b": [f"{before}{secret}{after}"]}})

    assert json.loads(json.dumps(shown)) == shown
    assert shown["after"]["a"] == "{env: X}"
    assert len(secret) < 8 or secret in "{env: X}***" or secret not in shown["after"]["b"][0]


TEXTS = st.text(max_size=12) | st.sampled_from(["https://u:p@h.example/", "gehe\u00efm-\u20ac", '"s3"'])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | st.just("\ud800 of nothing"),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXTS | st.just("before"), values, max_size=3),
    max_leaves=8,
)


@given(st.lists(DOCUMENTS, max_size=4), st.sets(TEXTS, max_size=3))
def test_what_is_not_copied_had_nothing_to_redact(parts: list[Any], secrets: set[str]) -> None:
    redaction = Redaction()
    redaction.hide(*secrets)
    texts = _Texts(redaction)
    in_fields = _Texts(lambda text: redaction._hidden.get(text) or texts[text])

    assert redaction.document(parts) == _Masking(texts, in_fields, lambda _: False).masked(parts, texts)


def test_a_part_with_nothing_to_redact_is_not_copied() -> None:
    redaction = Redaction()
    redaction.hide("topsecret")
    parts = [{"name": "a"}, {"name": "topsecret"}, {"class": Weight.NOTE}]

    [clean, *copied] = redaction.document(parts)

    assert clean is parts[0]
    assert copied == [{"name": "***"}, {"class": "note"}]
