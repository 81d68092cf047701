from typing import Any

import pytest

from tests.sandbox.calls import Calls

URL = "https://hooks.example.com/lago"


def made(lago: Calls, url: object = URL, **fields: Any) -> Any:
    return lago.post("webhook_endpoints", {"webhook_endpoint": {"webhook_url": url, **fields}})


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        (None, ["value_is_mandatory", "url_is_invalid"]),
        ("", ["value_is_mandatory", "url_is_invalid"]),
        ("foobar", ["url_is_invalid"]),
        ("ftp://example.com/", ["url_is_invalid"]),
        ("https://example.com/ü", ["url_is_invalid"]),
        ("https://", ["url_is_invalid"]),
        ("https://exa mple.com", ["url_is_invalid"]),
        ("https://[bad", ["url_is_invalid"]),
        ("https://%zz", ["url_is_invalid"]),
        ("https:///path", ["url_is_invalid"]),
        ("https://?x", ["url_is_invalid"]),
        ("https://exa{mple}.com", ["url_is_invalid"]),
    ],
)
def test_what_is_no_url(url: object, codes: list[str]) -> None:
    assert made(Calls(), url).details == {"webhook_url": codes}


@pytest.mark.parametrize(
    "url",
    [
        *("https://u:p@example.com/h?token=x", "https://EXAMPLE.com/H", "http://localhost:3000", "https://10.0.0.1/h/"),
        *("https://a_b.c:99999/x", "https://[::1]/?q={a}#f?"),
    ],
)
def test_a_url_is_kept_to_the_letter(url: str) -> None:
    assert made(Calls(), url).body["webhook_endpoint"]["webhook_url"] == url


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        (["*"], None),
        ([], []),
        ([" PLAN.created ", "plan.created", "", "fee.created"], ["plan.created", "fee.created"]),
    ],
)
def test_event_types_are_cleaned_and_all_of_them_is_null(sent: object, read: object) -> None:
    assert made(Calls(), event_types=sent).body["webhook_endpoint"]["event_types"] == read


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ("plan.created", "must_be_array"),
        (["*", "plan.created"], 'contains invalid types: ["*"]'),
        (["a.b", "plan.created", "c"], 'contains invalid types: ["a.b", "c"]'),
    ],
)
def test_event_types_are_refused_in_words(sent: object, sentence: str) -> None:
    assert made(Calls(), event_types=sent).details == {"event_types": [sentence]}


def test_an_unknown_algorithm_is_a_crash_and_null_means_jwt_at_first_only() -> None:
    lago = Calls()
    assert made(lago, signature_algo="md5").status == 500
    endpoint = made(lago, signature_algo=None).body["webhook_endpoint"]
    assert endpoint["signature_algo"] == "jwt"
    assert (
        lago.put(f"webhook_endpoints/{endpoint['lago_id']}", {"webhook_endpoint": {"signature_algo": None}}).status
        == 500
    )


def test_an_update_is_by_key() -> None:
    lago = Calls()
    endpoint = made(lago, signature_algo="hmac", name="N").body["webhook_endpoint"]
    path = f"webhook_endpoints/{endpoint['lago_id']}"
    assert lago.put(path, {"webhook_endpoint": {"event_types": []}}).body["webhook_endpoint"] == {
        **endpoint,
        "event_types": [],
    }


def test_there_are_ten_at_most_and_a_deleted_one_makes_room() -> None:
    lago = Calls()
    ids = [made(lago, f"https://example.com/{number}").body["webhook_endpoint"]["lago_id"] for number in range(10)]
    assert made(lago).details == {"base": ["Maximum number of webhook endpoints was reached"]}
    assert lago.delete(f"webhook_endpoints/{ids[0]}").status == 200
    assert made(lago, "https://example.com/0").status == 200
    assert lago.delete(f"webhook_endpoints/{ids[0]}").code == "webhook_endpoint_not_found"


def test_before_1_43_an_update_has_to_be_whole() -> None:
    lago = Calls(lago_version="1.42.0")
    path = f"webhook_endpoints/{made(lago).body['webhook_endpoint']['lago_id']}"
    without_url = lago.put(path, {"webhook_endpoint": {"signature_algo": "hmac"}})
    assert without_url.details == {"webhook_url": ["value_is_mandatory", "url_is_invalid"]}
    assert lago.put(path, {"webhook_endpoint": {"webhook_url": f"{URL}/2"}}).status == 500
    assert lago.get(path).body["webhook_endpoint"]["webhook_url"] == URL
    whole = {"webhook_url": f"{URL}/2", "signature_algo": "hmac"}
    assert lago.put(path, {"webhook_endpoint": whole}).body["webhook_endpoint"]["signature_algo"] == "hmac"


def test_before_1_44_there_are_no_names_and_event_types() -> None:
    endpoint = made(Calls(lago_version="1.43.0"), name="N", event_types="nonsense").body["webhook_endpoint"]
    assert not {"name", "event_types"} & set(endpoint)
