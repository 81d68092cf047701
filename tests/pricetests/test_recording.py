from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.bills.price_list import PriceList
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.pricetests.documents import price_tests
from lago_gitops.pricetests.recording import Recorded, recorded
from lago_gitops.pricetests.runs import PriceResult, run
from tests.pricetests.samples import CALLS, CUSTOM, STORAGE, SUPPORT, VOLUME, plan, prices
from tests.tries import tries

PRICES = prices(
    plan(CALLS, STORAGE, fixed_charges=f"[{SUPPORT}]", minimum_commitment="{amount_cents: 10000}"),
    plan(VOLUME, code="never"),
    plan(CUSTOM, code="custom"),
)


def results(text: str, of: PriceList) -> tuple[PriceResult, ...]:
    found = price_tests("x.test.yaml", read_text("x.test.yaml", text).manifests, of)
    assert found.problems == ()
    return tuple(run(test, of) for test in found.tests)


def written(text: str, of: PriceList = PRICES) -> str:
    """The text after recording, of which every test passes."""
    made = recorded("x.test.yaml", text, results(text, of))
    assert made.problems == ()
    assert all(result.passed for result in results(made.text, of))
    return made.text


def test_what_is_billed_stands_below_a_test_that_expects_nothing() -> None:
    text = """\
plan: growth
tests:
  - name: fresh   # not recorded yet
    usage: {calls: 0, storage: 2}   # hardly any
    taxes: [vat]

  # the next one
  - {name: short, plan: never, usage: {calls: 2}}
"""
    assert (
        written(text)
        == """\
plan: growth
tests:
  - name: fresh   # not recorded yet
    usage: {calls: 0, storage: 2}   # hardly any
    taxes: [vat]
    expect:
      subscription: "31.00"
      charges:
        calls: "0.00"
        storage: "2.00"
      fixed_charges:
        support: "20.00"
      commitment: "47.00"
      taxes: "16.30"
      total: "116.30"

  # the next one
  - {name: short, plan: never, usage: {calls: 2}, \
expect: {"subscription": "31.00", "charges": {"calls": "2.00"}, "total": "33.00"}}
"""
    )


def test_only_amounts_that_differ_are_written_and_comments_stay() -> None:
    text = """\
plan: growth
tests:
- name: wrong
  expect:   # by hand
    subscription: 31.0   # right
    fixed_charges:
      # why
      support: 5 # was five
    total:
      at_least: 1
      at_most: 2
    commitment: {at_least: 1, at_most: 2}
- name: right
  expect: {total: {at_most: 100}}
"""
    assert (
        written(text)
        == """\
plan: growth
tests:
- name: wrong
  expect:   # by hand
    subscription: 31.0   # right
    fixed_charges:
      # why
      support: "20.00" # was five
    total: "100.30"
    commitment: "49.00"
- name: right
  expect: {total: {at_most: 100}}
""".replace("{total: {at_most: 100}}", '{total: "100.30"}')
    )


def test_what_was_expected_gives_way_when_no_invoice_is_made_and_the_other_way_round() -> None:
    text = """\
tests:
- name: a
  plan: never
  expect:
    total: 1
- name: b
  plan: never
  usage: {calls: 1}
  expect: {no_invoice: true}  # once
- name: c
  plan: never
  expect:
"""
    assert (
        written(text)
        == """\
tests:
- name: a
  plan: never
  expect:
    no_invoice: true
- name: b
  plan: never
  usage: {calls: 1}
  expect:
    subscription: "31.00"
    charges:
      calls: "1.00"
    total: "32.00"  # once
- name: c
  plan: never
  expect:
    no_invoice: true
"""
    )


def test_files_without_a_last_line_break_with_carriage_returns_or_texts_in_blocks_are_written_too() -> None:
    assert written("plan: never\ntests:\n- name: a").endswith("- name: a\n  expect:\n    no_invoice: true")
    assert written("plan: never\r\ntests:\r\n- name: a\r\n").endswith("a\r\n  expect:\r\n    no_invoice: true\r\n")
    assert written("plan: never\ntests:\n- name: |\n    a\n- name: b\n").count("no_invoice") == 2
    assert written("---\nplan: never\ntests: [{name: a}]\n...\n---\n# none\n---\nplan: never\ntests:\n- name: b\n")


def test_what_passes_or_can_not_be_priced_stays_as_it_is() -> None:
    text = "plan: custom\ntests:\n- name: a\n  usage: {magic: 1}\n- name: b\n  expect: {total: 31}\n"
    assert recorded("x.test.yaml", text, results(text, PRICES)) == Recorded(text)


def test_an_expectation_that_others_share_is_not_touched() -> None:
    text = "plan: growth\ntests:\n- name: a\n  expect: &e {total: 1}\n- name: b\n  plan: never\n  expect: *e\n"
    made = recorded("x.test.yaml", text, results(text, PRICES))
    assert made.text == text
    assert [str(problem) for problem in made.problems] == [
        "x.test.yaml:1:1: the expectations can't be recorded without changing another part of the file "
        "(perhaps an anchor) (edit them by hand)"
    ]


names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
expects = st.sampled_from(
    [
        "",
        "\n  expect:",
        "\n  expect: {total: 1} # c",
        "\n  expect:\n    # c\n    charges:\n      calls: 3\n    total: 100.30",
    ]
)


@settings(max_examples=tries(60), deadline=None)
@given(
    st.lists(
        st.tuples(names, expects, st.sampled_from(["growth", "never"])),
        min_size=1,
        max_size=4,
        unique_by=lambda each: each[0],
    )
)
def test_recorded_tests_pass_and_every_comment_stays(tests: list[tuple[str, str, str]]) -> None:
    items = [
        f"- name: '{name.replace(chr(39), chr(39) * 2)}'\n  plan: {code}{expect}\n" for name, expect, code in tests
    ]
    text = "tests:\n" + "\n# between\n".join(items).replace("calls: 3", "calls: 0")
    made = written(text)
    assert made.count("# between") == text.count("# between")
    assert written(made) == made
