from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.bills.notation import Selection, UsageLine, selection, stated_usages, usage_line
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.usage.given import Given

D = Decimal
words = st.text("abcdefghij_-. äé", min_size=1).map(str.strip).filter(bool)
figures = st.decimals(min_value=0, max_value=10**12, places=4)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("calls=250000", UsageLine("calls", Given(D(250000)))),
        (" calls = 0.5 ", UsageLine("calls", Given(D("0.5")))),
        ("storage{region=eu, team=a b}=12", UsageLine("storage", Given(D(12), None, {"region": "eu", "team": "a b"}))),
        ("storage{}=1", UsageLine("storage", Given(D(1)))),
        ("storage{team=}=1", UsageLine("storage", Given(D(1), None, {"team": ""}))),
        ("pay=100,events=4", UsageLine("pay", Given(D(100), 4))),
        ("pay=100,cents=12.5", UsageLine("pay", Given(D(100), None, {}, D("12.5")))),
        ("pay{a=b}=100,events=4,cents=1", UsageLine("pay", Given(D(100), 4, {"a": "b"}, D(1)))),
        ("credit=-3", UsageLine("credit", Given(D(-3)))),
    ],
)
def test_usage_is_a_name_properties_units_and_more(text: str, line: UsageLine) -> None:
    assert usage_line(text) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "calls",
        "calls=",
        "=3",
        "calls=many",
        "a{b=1",
        "a{b}=1",
        "a{=1}=1",
        "a=1,",
        "a=1,x=2",
        "a=NaN",
        "a=1e999999999",
        "a=1,cents=1e-101",
    ],
)
def test_what_is_no_usage_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(InvalidPriceError) as refused:
        usage_line(text)
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize("events", ["1.5", "-1", "x", "10000001", "1e999999999"])
def test_events_are_a_whole_number(events: str) -> None:
    with pytest.raises(InvalidPriceError):
        usage_line(f"pay=1,events={events}")


@given(words, st.dictionaries(words, words, max_size=3), figures, st.none() | st.integers(0, 10**6))
def test_what_is_written_is_what_is_read(
    name: str, properties: dict[str, str], units: Decimal, events: int | None
) -> None:
    inside = ",".join(f"{key}={value}" for key, value in properties.items())
    more = "" if events is None else f",events={events}"
    assert usage_line(f"{name}{{{inside}}}={units}{more}") == UsageLine(name, Given(units, events, properties))


def test_a_selection_is_a_name_with_or_without_properties() -> None:
    assert selection("storage") == Selection("storage", {})
    assert selection("storage{region=eu}") == Selection("storage", {"region": "eu"})
    with pytest.raises(InvalidPriceError, match=r"storage\{region=eu\}"):
        selection("storage{")


def test_usage_in_a_file_is_units_an_object_or_a_list_of_those() -> None:
    assert stated_usages(3) == stated_usages("3") == stated_usages(D("3.0")) == (Given(D(3)),)
    full = {"units": "1.5", "events": 2, "properties": {"region": "eu"}, "precise_total_amount_cents": 7}
    assert stated_usages([full, {"units": 1}]) == (Given(D("1.5"), 2, {"region": "eu"}, D(7)), Given(D(1)))
