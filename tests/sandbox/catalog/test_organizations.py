from typing import Any

import pytest

from tests.sandbox.calls import Calls


def written(lago: Calls, **fields: Any) -> Any:
    return lago.put("organizations", {"organization": fields})


def entity(lago: Calls, code: str = "acme_inc") -> dict[str, Any]:
    return dict(lago.get(f"billing_entities/{code}").body["billing_entity"])


@pytest.fixture
def lago() -> Calls:
    return Calls(organization="Acme Inc.")


def test_names_follow_from_the_organization(lago: Calls) -> None:
    organization = lago.get("organizations").body["organization"]
    assert (organization["name"], organization["slug"]) == ("Acme Inc.", "acme-inc")
    assert organization["document_number_prefix"] == f"ACM-{organization['lago_id'][-4:].upper()}"
    assert (entity(lago)["lago_id"], entity(lago)["is_default"]) == (organization["lago_id"], True)


BOTH: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"country": ""}, {"country": ["not_a_valid_country_code"]}),
    ({"default_currency": "ZZZ"}, {"default_currency": ["value_is_invalid"]}),
    ({"email": "a@example.com, nope"}, {"email": ["invalid_email_format"]}),
    ({"email": "ü@example.com"}, {"email": ["invalid_email_format"]}),
    ({"net_payment_term": None}, {"net_payment_term": ["is not a number"]}),
    ({"net_payment_term": -1}, {"net_payment_term": ["value_is_out_of_range"]}),
    ({"finalize_zero_amount_invoice": None}, {"finalize_zero_amount_invoice": ["value_is_invalid"]}),
    ({"document_number_prefix": ""}, {"document_number_prefix": ["value_is_too_short"]}),
    ({"document_number_prefix": "x" * 11}, {"document_number_prefix": ["value_is_too_long"]}),
    ({"billing_configuration": {"document_locale": "xx"}}, {"document_locale": ["not_a_valid_language_code"]}),
    ({"billing_configuration": {"invoice_footer": "x" * 601}}, {"invoice_footer": ["value_is_too_long"]}),
]


@pytest.mark.parametrize(("fields", "details"), BOTH)
def test_what_organization_and_entity_are_refused_for(
    lago: Calls, fields: dict[str, Any], details: dict[str, list[str]]
) -> None:
    assert written(lago, **fields).details == details
    assert lago.put("billing_entities/acme_inc", {"billing_entity": fields}).details == details


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"document_numbering": "per_moon"}, {"document_numbering": ["value_is_invalid"]}),
        ({"slug": "a"}, {"slug": ["value_is_invalid"]}),
        ({"slug": "-abc"}, {"slug": ["value_is_invalid"]}),
    ],
)
def test_what_the_organization_alone_is_refused_for(
    lago: Calls, fields: dict[str, Any], details: dict[str, list[str]]
) -> None:
    assert written(lago, **fields).details == details


LICENSED: dict[str, Any] = {"timezone": "Europe/Paris", "email_settings": ["invoice.finalized"]}


def test_what_takes_a_licence_is_ignored_without(lago: Calls) -> None:
    fields = {**LICENSED, "billing_configuration": {"invoice_grace_period": 3}}
    shown = written(lago, **fields).body["organization"]
    assert (shown["timezone"], shown["email_settings"]) == ("UTC", [])
    assert shown["billing_configuration"]["invoice_grace_period"] == 0
    licensed = written(Calls(premium=True), **fields).body["organization"]
    assert {name: licensed[name] for name in LICENSED} == LICENSED
    assert licensed["billing_configuration"]["invoice_grace_period"] == 3


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"timezone": "Europe/Oslo"}, {"timezone": ["invalid_timezone"]}),
        ({"email_settings": ["nope"]}, {"email_settings": ["unsupported_value"]}),
        ({"billing_configuration": {"invoice_grace_period": -1}}, {"invoice_grace_period": ["value_is_out_of_range"]}),
    ],
)
def test_with_a_licence_it_is_checked(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert written(Calls(premium=True), **fields).details == details
    assert written(Calls(), **fields).status == 200


def test_what_is_written_to_the_organization_goes_on_to_its_entity_but_not_back(lago: Calls) -> None:
    written(lago, city="Paris", default_currency="eur", document_numbering="per_organization", slug=" New-Slug ")
    assert (entity(lago)["city"], entity(lago)["default_currency"]) == ("Paris", "EUR")
    assert entity(lago)["document_numbering"] == "per_billing_entity"
    lago.put("billing_entities/acme_inc", {"billing_entity": {"city": "Lyon", "default_currency": "usd"}})
    organization = lago.get("organizations").body["organization"]
    assert (organization["city"], organization["default_currency"], organization["slug"]) == (
        "Paris",
        "USD",
        "new-slug",
    )


def test_a_refusal_by_the_entity_takes_everything_back(lago: Calls) -> None:
    written(lago, city="Paris", default_currency="ZZZ")
    assert lago.get("organizations").body["organization"]["city"] is None


def test_its_webhook_url_goes_into_the_endpoint_with_the_lowest_id(lago: Calls) -> None:
    written(lago, webhook_url="https://example.com/0")
    endpoints = lago.get("webhook_endpoints").body["webhook_endpoints"]
    assert [found["webhook_url"] for found in endpoints] == ["https://example.com/0"]
    for number in (1, 2, 3):
        lago.post("webhook_endpoints", {"webhook_endpoint": {"webhook_url": f"https://example.com/{number}"}})
    before = {each["lago_id"]: each["webhook_url"] for each in lago.get("webhook_endpoints").body["webhook_endpoints"]}
    written(lago, webhook_url="https://example.com/new")
    after = {each["lago_id"]: each["webhook_url"] for each in lago.get("webhook_endpoints").body["webhook_endpoints"]}
    assert after == {**before, min(before): "https://example.com/new"}
    assert written(lago, webhook_url=None).details == {"webhook_url": ["value_is_mandatory", "url_is_invalid"]}


def test_only_the_answer_to_an_update_has_taxes_and_those_by_their_column(lago: Calls) -> None:
    lago.tax(applied_to_organization=True)
    lago.tax("other")
    lago.put("billing_entities/acme_inc", {"billing_entity": {"tax_codes": ["other"]}})
    assert "taxes" not in lago.get("organizations").body["organization"]
    assert [tax["code"] for tax in written(lago, city="x").body["organization"]["taxes"]] == ["vat"]


def test_older_servers_have_fewer_keys() -> None:
    organization = Calls(lago_version="1.38.0").get("organizations").body["organization"]
    assert not {"slug", "events_store"} & set(organization)


def test_a_second_entity_takes_a_licence() -> None:
    body = {"billing_entity": {"code": "second", "name": "Second", "tax_codes": ["none"]}}
    assert Calls().post("billing_entities", body).code == "feature_unavailable"
    lago = Calls(premium=True, premium_integrations=("multi_entities_pro",))
    made = lago.post("billing_entities", body).body["billing_entity"]
    assert (made["is_default"], "taxes" in made) == (False, False)
    assert made["document_number_prefix"] == f"SEC-{made['lago_id'][-4:].upper()}"
    assert lago.post("billing_entities", {"billing_entity": {"code": "third", "name": "T"}}).status == 403


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"name": None}, {"name": ["value_is_mandatory"]}),
        ({"code": "sandbox"}, {"code": ["value_already_exist"]}),
        ({"default_currency": "usd"}, {"default_currency": ["value_is_invalid"]}),
        ({"einvoicing": True}, {"einvoicing": ["country_must_be_present"]}),
        ({"einvoicing": True, "country": "ES"}, {"einvoicing": ["country_not_supported"]}),
        ({"eu_tax_management": True, "country": "US"}, {"eu_tax_management": ["billing_entity_must_be_in_eu"]}),
    ],
)
def test_what_a_new_entity_is_refused_for(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    body = {"billing_entity": {"code": "second", "name": "Second", **fields}}
    assert Calls(premium=True).post("billing_entities", body).details == details


@pytest.mark.parametrize("fields", [{"code": None}, {"document_numbering": "per_moon"}])
def test_what_of_a_new_entity_crashes_lago(fields: dict[str, Any]) -> None:
    body = {"billing_entity": {"code": "second", "name": "Second", **fields}}
    assert Calls(premium=True).post("billing_entities", body).status == 500


def test_the_code_of_an_entity_never_changes_and_ends_at_a_dot(lago: Calls) -> None:
    changed = lago.put("billing_entities/acme_inc", {"billing_entity": {"code": "x", "name": "N"}}).body[
        "billing_entity"
    ]
    assert (changed["code"], changed["name"]) == ("acme_inc", "N")
    assert entity(lago, "acme_inc.fr")["code"] == "acme_inc"


def test_an_entity_finds_taxes_whatever_their_case(lago: Calls) -> None:
    lago.tax("vat")
    changed = lago.put("billing_entities/acme_inc", {"billing_entity": {"tax_codes": ["VAT"]}})
    assert [tax["code"] for tax in changed.body["billing_entity"]["taxes"]] == ["vat"]
    lago.tax("VaT")
    assert lago.put("billing_entities/acme_inc", {"billing_entity": {"tax_codes": ["vat"]}}).code == "tax_not_found"


def test_the_list_of_entities_has_no_pages_and_no_taxes(lago: Calls) -> None:
    body = lago.get("billing_entities").body
    assert list(body) == ["billing_entities"]
    assert not {"taxes", "selected_invoice_custom_sections"} & set(body["billing_entities"][0])


def test_managing_european_taxes_makes_them(lago: Calls) -> None:
    lago.put("billing_entities/acme_inc", {"billing_entity": {"country": "fr", "eu_tax_management": True}})
    found = {tax["code"]: tax["rate"] for tax in lago.get("taxes").body["taxes"]}
    assert len(found) == 29
    assert (found["lago_eu_fr_standard"], found["lago_eu_reverse_charge"]) == (20.0, 0.0)


def test_an_address_needs_no_dot_and_may_be_one_of_several(lago: Calls) -> None:
    assert written(lago, email="a@x, b@x").body["organization"]["email"] == "a@x, b@x"


@pytest.mark.parametrize(("version", "status"), [("1.38.0", 422), ("1.39.0", 200)])
def test_documents_in_chinese_came_after_1_38(version: str, status: int) -> None:
    answer = written(Calls(lago_version=version), billing_configuration={"document_locale": "zh-TW"})
    assert answer.status == status


@pytest.mark.parametrize("text", ["a\0b", "\\\0"])
def test_a_zero_byte_crashes_lago(lago: Calls, text: str) -> None:
    assert written(lago, legal_name=text).status == 500
    assert written(lago, legal_name="\\u0000").status == 200
