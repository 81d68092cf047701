"""Results of an audit for a terminal, written fee by fee, since there can be many."""

from collections.abc import Iterable, Iterator
from itertools import islice

from lago_gitops.core.model.plurals import counted
from lago_gitops.pricing.base.words import money_of, signed_money
from lago_gitops.render.base.columns import aligned
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.document import Document

TOGETHER = 500  # rows whose columns are aligned


def audit_text(head: Document, differences: Iterable[Document], paint: Paint) -> Iterator[str]:
    """The summary, then each charge whose fees differ, then every such fee."""
    yield _summary(head)
    for each in head["unchecked"]:
        yield printable(f"Not checked: {counted(each['fees'], 'fee')} ({each['item']}), {each['why']}.")
    groups = head["charges"]
    for overridden, title in ((False, "Fees that differ from the price list"), (True, "Overridden subscriptions")):
        those = [each for each in groups if each["overridden"] is overridden]
        if those:
            yield f"\n{paint(title, 'yellow')}"
            for each in those:
                yield from _group(each)
    yield from _fees(differences)


def _summary(head: Document) -> str:
    said = f"{head['follow']:,} follow the price list, {head['differ']:,} don't"
    unchecked = sum(each["fees"] for each in head["unchecked"])
    more = f", {unchecked:,} could not be checked" if unchecked else ""
    others = f", {head['others']:,} have no price list (one-off, credits)" if head["others"] else ""
    return printable(f"{counted(head['fees'], 'fee')} of {head['organization']['name']}: {said}{more}{others}.")


def _group(group: Document) -> Iterator[str]:
    name = " ".join(filter(None, (group["subscription"], _name(group), _filter(group))))
    yield printable(f"  {name}: {group['message']}")
    fees = counted(group["fees"], "fee")
    when = " – ".join(dict.fromkeys((_day(group["first"]), _day(group["last"]))))
    currency, billed, expected = group["currency"], group["amount_cents"], group["expected_amount_cents"]
    difference = signed_money(billed - expected, currency)
    money = f"{money_of(billed, currency)} instead of {money_of(expected, currency)} ({difference})"
    until = f"; followed it until {_instant(group['followed_until'])}" if group["followed_until"] else ""
    again = f", again from {_instant(group['followed_again'])}" if group["followed_again"] else ""
    yield printable(f"    {fees} of {when}: {money}{until}{again}")


def _fees(differences: Iterable[Document]) -> Iterator[str]:
    rest = iter(differences)
    title = ["", "Fees"]
    while rows := [_row(each) for each in islice(rest, TOGETHER)]:
        yield from title
        title = []
        yield from (f"  {line}" for line in aligned(rows))


def _row(each: Document) -> list[str]:
    currency, expected = each["currency"], each["expected_amount_cents"]
    shown = "unknown" if expected is None else money_of(expected, currency)
    invoice = each["invoice_number"] or each["invoice"] or "no invoice"
    name = " ".join(filter(None, (_name(each), _filter(each))))
    cells = (_day(each["created_at"]), invoice, each["subscription"], name, money_of(each["amount_cents"], currency))
    return [*map(printable, cells), f"expected {shown}", each["reason"], each["fee"]]


def _name(each: Document) -> str:
    return f"{each['plan']}/{each['charge']}" if each["charge"] else f"{each['plan']} ({each['item_type']})"


def _filter(each: Document) -> str:
    filters = (f"{key}={'|'.join(values)}" for key, values in (each["filters"] or {}).items())
    return f"{{{', '.join(filters)}}}" if each["filters"] else ""


def _day(instant: str) -> str:
    return instant[:10]


def _instant(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]}"
