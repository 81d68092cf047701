import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Refusal
from lago_gitops.render.html.report import run_html
from lago_gitops.render.run.facts import Facts
from tests.counting import calls
from tests.render.base.test_markdown import HOSTILE
from tests.render.html.pages import ABOUT, page
from tests.render.plans import METRIC, SCALE, bent, charge, document, plan


class Reader(HTMLParser):
    """Tags that are not closed as they should be, attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.held: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "br", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.held:
            self.held[self.open[-1]].append(data)


def hashed(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def test_the_policy_lets_in_its_own_script_and_style_and_nothing_else() -> None:
    text = page(*SCALE)
    found = Reader(text)
    policy = next(value for name, value in found.attributes if name == "content" and value and "default-src" in value)
    assert policy == (
        f"default-src 'none'; style-src '{hashed(found.held['style'][0])}'; "
        f"script-src '{hashed(found.held['script'][1])}'; base-uri 'none'; form-action 'none'"
    )
    assert found.open == []
    assert not {"src", "href"} & {name for name, value in found.attributes if value and not value.startswith("#")}
    assert not any(name == "style" or name.startswith("on") for name, _ in found.attributes)


def test_the_page_has_the_verdict_the_prices_and_the_exact_break_even() -> None:
    text = page(*SCALE)
    assert "<h1>1 price rises, 1 falls" in text
    assert "€0.0020 per unit" in text
    assert "break-even at 1.06M units (€1,332.00)" in text
    assert "break-even: 1.06M units cost €1,332.00 now and after" in text
    assert "now: 100k units cost €180.00" in text
    assert "after: 1M units cost €1,278.00" in text
    assert '"units":"500000"' in text


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_do_anything(name: str) -> None:
    named = {"code": name or "x", "invoice_display_name": name or "x"}
    filters = [{"values": {"region": [name or "x"]}, "properties": bent("3")}]
    dearer = charge(bent("2"), "graduated", filters=filters, **named)
    before = [METRIC, plan(name or "x", name=name, charges=[charge(bent("1.5"), "graduated", **named)])]
    after = [METRIC, plan(name or "x", name=name, description=name, charges=[dearer])]
    effect = Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, f"charge {name!r}: {name}")
    guard = Verdict("changes-bills", Policy.ASK, name, (Address("plan", name),))
    refused = Refusal(Address("plan", name), Mark(name, 3), name, (name,))
    text = page(before, after, effects=[(effect,)], verdicts=(guard,), refusals=(refused,))
    found = Reader(text)
    plain = Reader(page(*SCALE))
    assert found.open == []
    assert found.tags.count("script") == plain.tags.count("script")
    assert "img" not in found.tags
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    "facts",
    [
        Facts("validate"),
        Facts("plan", ABOUT, exit_code=8, stopped="Lago can't be reached <b>"),
        Facts("plan", ABOUT, plan=document([plan()], [plan()])),
    ],
)
def test_every_run_makes_a_whole_page(facts: Facts) -> None:
    assert Reader(run_html(facts)).open == []


def test_a_new_plan_has_a_box_with_one_side() -> None:
    text = page([METRIC], [METRIC, plan(charges=[charge({"amount": "1"})])])
    assert '"before":null' in text
    assert 'id="what-if-0"' in text


def test_prices_that_can_not_be_read_have_no_box() -> None:
    text = page([METRIC, plan(charges=[charge({"amount": "x"})])], [METRIC, plan(charges=[charge({"amount": "1"})])])
    assert 'id="what-if-0"' not in text
    assert Reader(text).open == []


@pytest.mark.slow
def test_the_work_of_a_page_grows_no_faster_than_its_changes() -> None:
    def work(number: int) -> int:
        made = document([], [{**METRIC, "code": f"m{at}"} for at in range(number)])
        return calls(lambda: run_html(Facts("plan", ABOUT, plan=made)))

    work(10)
    assert work(1_600) < 5 * work(400)


def test_a_page_of_many_changes_names_all_of_them() -> None:
    text = page([], [{**METRIC, "code": f"m{at}"} for at in range(800)])
    assert len(set(re.findall(r"billable_metric/m\d+", text))) == 800


def test_steps_of_packages_are_drawn() -> None:
    def of(amount: str) -> list[Any]:
        return [METRIC, plan(charges=[charge({"amount": amount, "package_size": 10, "free_units": 5}, "package")])]

    text = page(of("3"), of("4"))
    assert text.count("<polyline") == 2
    assert "after: 15 units cost €4.00" in text


def test_the_code_of_a_pricing_unit_is_text_in_a_chart() -> None:
    code = "<b>&</b>"
    unit = {"applied_pricing_unit": {"code": code, "conversion_rate": "1"}}
    sides = ([METRIC, plan(charges=[charge(bent(amount), "graduated", **unit)])] for amount in ("1.5", "2"))
    text = page(*sides)
    assert "<title>now: 10 units cost &lt;b&gt;&amp;&lt;/b&gt; 10.00</title>" in text
    assert code not in text


def test_prices_without_a_figure_make_a_page_too() -> None:
    made = document([plan()], [plan(amount_cents=1)])
    [change] = made["changes"]
    change["prices"] |= {"figures": [], "charges": []}
    assert Reader(run_html(Facts("plan", ABOUT, plan=made))).open == []


def headings(text: str) -> list[str]:
    return re.findall(r"<h2[^>]*>([^<]*)</h2>", text)


def test_a_report_has_the_order_of_a_comment() -> None:
    bills = Effect(
        EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, "the bills of 214 subscriptions change: later"
    )
    burned = Effect(EffectClass.CODE_BURNED, Weight.DANGER, Undo.IRREVERSIBLE, "no tax can have its code")
    asks = Verdict("changes-bills", Policy.ASK, "the bills of 214 subscriptions change", (Address("plan", "scale"),))
    assert headings(page(*SCALE, effects=[(bills, burned)], verdicts=(asks,))) == [
        *("Who is affected", "Other effects", "Needed before apply"),
        *("Prices and other changes", "What usage costs", "All changes"),
    ]


def test_equal_changes_are_shown_once_with_an_example_and_what_they_do_too() -> None:
    before = [plan(f"p{at}") for at in range(30)]
    after = [plan(f"p{at}", amount_cents=1030) for at in range(30)]
    effects = [
        (Effect(EffectClass.CHANGES_BILLS, Weight.NOTE, Undo.REVERSIBLE, f"the bills of {at} change: later"),)
        for at in range(30)
    ]
    text = page(before, after, effects=effects).partition('id="all"')[0]
    assert "<h3>30 plans changed</h3>" in text
    assert text.count("plan fee") < 25  # the example, those of the gravest that hit somebody, and no others
    assert text.count(" change: later") == 1


def test_changes_beside_plans_are_shown_with_their_amounts() -> None:
    tax = {"kind": "tax", "code": "vat", "name": "VAT", "rate": 19}
    text = page([tax], [{**tax, "rate": 20}]).partition('id="all"')[0]
    assert (
        '<td class="number now">19%</td><td class="number after">20%</td><td class="number up">▲ +1 point</td>' in text
    )


def test_sorts_of_changes_beyond_a_number_are_counted() -> None:
    before = [plan(f"p{at}", amount_cents=1000) for at in range(210)]
    after = [plan(f"p{at}", amount_cents=1000 + 10 * at) for at in range(210)]
    assert "<p>And 9 more changes, each less grave: " in page(before, after)
