from typing import Any

import pytest

from tests.sandbox.calls import Calls

SELECT: dict[str, Any] = {"code": "mode", "value_type": "select", "config": {"select_options": ["a", "b"]}}


def made(lago: Calls, *privileges: dict[str, Any], code: str = "seats") -> Any:
    return lago.post("features", {"feature": {"code": code, "privileges": list(privileges)}})


@pytest.mark.parametrize(
    ("privilege", "details"),
    [
        ({"code": "a", "value_type": "float"}, {"privilege.value_type": ["value_is_invalid"]}),
        ({"code": " "}, {"privilege.code": ["value_is_mandatory"]}),
        ({"code": "x" * 256}, {"privilege.code": ["value_is_too_long"]}),
        ({"code": "a", "value_type": "select"}, {"privilege.config": ["invalid_format"]}),
        (
            {"code": "a", "value_type": "select", "config": {"select_options": []}},
            {"privilege.config": ["invalid_format"]},
        ),
        ({**SELECT, "config": {"select_options": ["a"], "x": 1}}, {"privilege.config": ["invalid_format"]}),
        ({"code": "a", "config": {"x": 1}}, {"privilege.config": ["invalid_format"]}),
    ],
)
def test_what_a_privilege_is_refused_for(privilege: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert made(Calls(), privilege).details == details


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"code": ""}, {"code": ["value_is_mandatory"]}),
        ({"code": "x" * 256}, {"code": ["value_is_too_long"]}),
        ({"code": "c", "name": "x" * 256}, {"name": ["value_is_too_long"]}),
        ({"code": "c", "description": "x" * 601}, {"description": ["value_is_too_long"]}),
    ],
)
def test_what_a_feature_is_refused_for(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert Calls().post("features", {"feature": fields}).details == details


def test_codes_are_stripped() -> None:
    shown = made(Calls(), {"code": " max "}, code=" seats ").body["feature"]
    assert (shown["code"], shown["privileges"][0]["code"]) == ("seats", "max")


def test_a_privilege_twice_or_a_code_twice_is_refused() -> None:
    lago = Calls()
    assert made(lago, {"code": "a"}, {"code": "a "}).details == {"privilege.code": ["value_is_duplicated"]}
    made(lago)
    assert made(lago).details == {"code": ["value_already_exist"]}


def test_an_update_adds_and_never_takes_away() -> None:
    lago = Calls()
    made(lago, SELECT, {"code": "label", "name": "L"})
    wanted = [
        {"code": "mode", "value_type": "string", "config": {"select_options": ["c", "a"]}},
        {"code": "new", "value_type": "integer"},
    ]
    shown = lago.put("features/seats", {"feature": {"code": "x", "privileges": wanted}}).body["feature"]
    assert shown["code"] == "seats"
    assert [found["code"] for found in shown["privileges"]] == ["label", "mode", "new"]
    assert shown["privileges"][1]["value_type"] == "select"
    assert shown["privileges"][1]["config"] == {"select_options": ["a", "b", "c"]}


def test_privileges_come_by_code_alone_and_as_made_in_the_list() -> None:
    lago = Calls()
    shown = made(lago, {"code": "b"}, {"code": "a"}).body["feature"]
    assert [found["code"] for found in shown["privileges"]] == ["a", "b"]
    assert [found["code"] for found in lago.get("features").body["features"][0]["privileges"]] == ["b", "a"]


def test_the_list_can_be_searched() -> None:
    lago = Calls()
    made(lago, code="SEATS")
    made(lago, code="sso")
    assert [found["code"] for found in lago.get("features?search_term=eat").body["features"]] == ["SEATS"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "features"), ("POST", "features"), ("GET", "features/x"), ("DELETE", "features/x")]
)
def test_1_38_wants_a_licence_before_anything_else(method: str, path: str) -> None:
    assert Calls(lago_version="1.38.0").send(method, path, {}).code == "feature_unavailable"
    assert Calls(lago_version="1.38.0", premium=True).send(method, path, {}).code != "feature_unavailable"


def granted(lago: Calls, values: object) -> Any:
    return lago.post("plans/basic/entitlements", {"entitlements": values})


@pytest.fixture
def lago() -> Calls:
    calls = Calls()
    made(calls, SELECT, *({"code": name, "value_type": name} for name in ("integer", "boolean", "string")))
    made(calls, code="sso")
    calls.plan()
    return calls


@pytest.mark.parametrize(
    ("privilege", "sent", "read"),
    [
        ("integer", "25", 25),
        ("integer", -1, -1),
        ("boolean", "true", True),
        ("boolean", False, False),
        ("mode", "a", "a"),
    ],
)
def test_a_value_is_read_as_its_type(lago: Calls, privilege: str, sent: object, read: object) -> None:
    [entitlement] = granted(lago, {"seats": {privilege: sent}}).body["entitlements"]
    assert entitlement["privileges"][0]["value"] == read


@pytest.mark.parametrize(
    ("privilege", "sent", "details"),
    [
        ("integer", "ten", {"integer_privilege_value": ["value_is_invalid"]}),
        ("integer", 1.5, {"integer_privilege_value": ["value_is_invalid"]}),
        ("integer", True, {"integer_privilege_value": ["value_is_invalid"]}),
        ("boolean", "yes", {"boolean_privilege_value": ["value_is_invalid"]}),
        ("boolean", 1, {"boolean_privilege_value": ["value_is_invalid"]}),
        ("string", 5, {"string_privilege_value": ["value_is_invalid"]}),
        ("string", "", {"privilege.value": ["value_is_mandatory"]}),
        ("mode", "z", {"mode_privilege_value": ["value_not_in_select_options"]}),
        ("mode", None, {"privilege.value": ["value_is_mandatory"]}),
    ],
)
def test_a_value_of_another_type_is_refused(
    lago: Calls, privilege: str, sent: object, details: dict[str, list[str]]
) -> None:
    assert granted(lago, {"seats": {privilege: sent}}).details == details


def test_a_post_replaces_features_and_within_one_its_values_unless_none_is_sent(lago: Calls) -> None:
    granted(lago, {"seats": {"integer": 1, "boolean": True}, "sso": {}})
    [seats] = granted(lago, {"seats": {"boolean": False}}).body["entitlements"]
    assert [found["code"] for found in seats["privileges"]] == ["boolean"]
    [seats] = granted(lago, {"seats": {}}).body["entitlements"]
    assert [found["code"] for found in seats["privileges"]] == ["boolean"]


@pytest.mark.parametrize("body", [{}, {"entitlements": {}}, None])
def test_a_post_of_nothing_takes_everything(lago: Calls, body: object) -> None:
    granted(lago, {"sso": {}})
    assert lago.post("plans/basic/entitlements", body).body == {"entitlements": []}


def test_a_patch_merges_and_of_nothing_does_nothing(lago: Calls) -> None:
    granted(lago, {"seats": {"integer": 1}})
    lago.patch("plans/basic/entitlements", {"entitlements": {"seats": {"boolean": True}, "sso": {}}})
    shown = lago.patch("plans/basic/entitlements", {"entitlements": {}}).body["entitlements"]
    assert {found["code"]: len(found["privileges"]) for found in shown} == {"seats": 2, "sso": 0}


def test_a_list_of_entitlements_crashes_lago(lago: Calls) -> None:
    assert granted(lago, ["seats"]).status == 500


def test_what_is_unknown_is_told_apart(lago: Calls) -> None:
    assert granted(lago, {"none": {}}).code == "feature_not_found"
    assert granted(lago, {"sso": {"none": 1}}).code == "privilege_not_found"
    assert lago.get("plans/basic/entitlements/seats").code == "entitlement_not_found"
    assert lago.delete("plans/basic/entitlements/none").code == "entitlement_not_found"
    assert lago.get("plans/basic/entitlements").body == {"entitlements": []}


def test_an_entitlement_stays_without_its_last_value(lago: Calls) -> None:
    granted(lago, {"seats": {"integer": 1}})
    gone = lago.delete("plans/basic/entitlements/seats/privileges/integer").body["entitlement"]
    assert gone["privileges"] == []
    assert lago.get("plans/basic/entitlements/seats").body["entitlement"]["privileges"] == []


def test_a_deleted_privilege_and_a_deleted_feature_leave_the_plans(lago: Calls) -> None:
    granted(lago, {"seats": {"integer": 1, "boolean": True}, "sso": {}})
    lago.delete("features/seats/privileges/integer")
    lago.delete("features/sso")
    [seats] = lago.read_plan()["entitlements"]
    assert [found["code"] for found in seats["privileges"]] == ["boolean"]
    assert lago.delete("features/sso").code == "feature_not_found"


def test_entitlements_within_a_plan_are_dropped(lago: Calls) -> None:
    assert lago.plan("p2", entitlements={"sso": {}})["entitlements"] == []


def test_only_ascii_blanks_are_taken_off_the_ends_of_a_code() -> None:
    kept = Calls().made("features", {"feature": {"code": " seats\u0085\n", "name": "Seats"}})
    assert kept["code"] == "seats\u0085"
