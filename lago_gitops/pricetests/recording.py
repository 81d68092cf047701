"""Writes current bills into test files as expectations; everything else in the files stays the same, byte for byte."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, ScalarNode

from lago_gitops.bills.bill import Bill
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.writer import write
from lago_gitops.pricetests.documents import RULE, PriceTest
from lago_gitops.pricetests.expectations import ITEMS, Amount, amount_of
from lago_gitops.pricetests.report import shown_amount
from lago_gitops.pricetests.runs import NoInvoice, PriceResult
from lago_gitops.pricing.fees.fee import ItemType

Expect = dict[str, Any]
New = tuple[tuple[PriceTest, Expect], ...]
Node = Any  # PyYAML's tags for the types that the schema asks for


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recorded text, or the unchanged text with problems."""

    text: str
    problems: tuple[Problem, ...] = ()


def recorded(source: str, text: str, results: Iterable[PriceResult]) -> Recorded:
    """The text of a test file in which failing tests expect their current bills.

    Amounts that match stay as written; a bound that isn't met is replaced by the amount. Bills that can't be priced are
    not recorded.
    """
    new = tuple((result.test, expect) for result in results if (expect := _expect(result)) is not None)
    if not new:
        return Recorded(text)
    made = _edited(text, tuple(_edits(text, new)))
    if _data(source, made) == _with(source, text, new):
        return Recorded(made)
    message = "the expectations can't be recorded without changing another part of the file (perhaps an anchor)"
    return Recorded(text, (Problem(Mark(source), message, "edit them by hand", RULE),))


# What to write ----------------------------------------------------------------------------------------------------


def _expect(result: PriceResult) -> Expect | None:
    """What to write under `expect`: changes to the amounts already there, or everything."""
    if result.passed:
        return None
    match result.outcome:
        case NoInvoice():
            return {"no_invoice": True}
        case Bill() as bill if result.misses:
            return _nested(bill, (miss.expectation.amount for miss in result.misses))
        case Bill() as bill:
            return _nested(bill, _amounts(result.test, bill))
    return None


def _is_change(test: PriceTest, expect: Expect) -> bool:
    return bool(test.expectations) and "no_invoice" not in expect


def _amounts(test: PriceTest, bill: Bill) -> Iterator[Amount]:
    """All amounts of the bill that an expectation can name, in the order of the bill."""
    fees, used = bill.invoice.fees, set(test.scenario.usage)
    sorts = {fee.item_type for fee in fees}
    if ItemType.SUBSCRIPTION in sorts:
        yield Amount("subscription")
    for name, sort in ITEMS.items():
        billed = {fee.charge_code for fee in fees if fee.item_type == sort}
        items = bill.plan.charges if sort == ItemType.CHARGE else bill.plan.fixed_charges
        for code in (item.code for item in items):
            if code in billed or (sort == ItemType.CHARGE and code in used):
                yield Amount(name, code, code)
    if ItemType.COMMITMENT in sorts:
        yield Amount("commitment")
    if bill.invoice.credits:
        yield Amount("coupons")
    if bill.invoice.applied_taxes:
        yield Amount("taxes")
    yield Amount("total")


def _nested(bill: Bill, amounts: Iterable[Amount]) -> Expect:
    expect: Expect = {}
    for amount in amounts:
        shown = shown_amount(amount_of(bill, amount), bill.plan.currency)
        if amount.key:
            expect.setdefault(amount.name, {})[amount.key] = shown
        else:
            expect[amount.name] = shown
    return expect


# Where to write it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def _edits(text: str, new: New) -> Iterator[_Edit]:
    documents = [node for node in yaml.compose_all(text, yaml.SafeLoader) if isinstance(node, MappingNode)]
    for test, expect in new:
        node = _entry(documents[test.document], "tests")[1].value[test.index]
        if _is_change(test, expect):
            yield from _value_edits(_entry(node, "expect")[1], expect)
        else:
            yield _whole_edit(text, node, expect)


def _value_edits(node: Node, expect: Expect) -> Iterator[_Edit]:
    for name, wanted in expect.items():
        key, value = _entry(node, name)
        if isinstance(wanted, dict):
            yield from _value_edits(value, wanted)
        elif isinstance(value, ScalarNode):
            yield _Edit(value.start_mark.index, value.end_mark.index, json.dumps(wanted))
        else:
            yield _Edit(key.end_mark.index, _end(value), f": {json.dumps(wanted)}")


def _whole_edit(text: str, test: Node, expect: Expect) -> _Edit:
    flow = f"expect: {json.dumps(expect, ensure_ascii=False)}"
    newline = "\r\n" if "\r\n" in text else "\n"
    indentation = " " * test.start_mark.column
    block = f"{newline}{indentation}".join(write({"expect": expect}).splitlines())
    for key, value in test.value:
        if key.value == "expect":
            return _Edit(
                key.start_mark.index, max(_end(value), key.end_mark.index + 1), flow if test.flow_style else block
            )
    end = _end(test.value[-1][1])
    if test.flow_style:
        return _Edit(end, end, f", {flow}")
    if text[end - 1] == "\n":  # a block of text ends behind its last line
        return _Edit(end, end, f"{indentation}{block}{newline}")
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end - len(newline) + 1
    return _Edit(line_end, line_end, f"{newline}{indentation}{block}")


def _entry(node: Node, name: str) -> tuple[Node, Node]:
    return next((key, value) for key, value in node.value if key.value == name)


def _end(node: Node) -> int:
    """Where the text of a node ends: PyYAML counts blank lines and comments after a block collection as part of it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _edited(text: str, edits: tuple[_Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


# Whether nothing else has changed ---------------------------------------------------------------------------------


def _data(source: str, text: str) -> list[Any] | None:
    reading = read_text(source, text)
    return None if reading.problems else [document.data for document in reading.manifests]


def _with(source: str, text: str, new: New) -> list[Any] | None:
    documents = deepcopy(_data(source, text))
    if documents is None:
        return None
    for test, expect in new:
        data = documents[test.document]["tests"][test.index]
        data["expect"] = _merged(data["expect"], expect) if _is_change(test, expect) else expect
    return documents


def _merged(old: Expect, new: Expect) -> Expect:
    return old | {name: _merged(old[name], value) if isinstance(value, dict) else value for name, value in new.items()}
