from lago_gitops.render.prices.documents import prices_document, read_prices
from lago_gitops.render.prices.text import prices_text
from tests.render.prices.price_lists import AFTER, NOW, change, charge, plan, shown

BEFORE_PLAN, AFTER_PLAN = plan(charge(NOW)), plan(charge(AFTER))


def test_a_graduated_change_reads_like_a_price_list() -> None:
    assert shown(change(BEFORE_PLAN, AFTER_PLAN)) == (
        """\
~ plan scale  (EUR, monthly)
    ~ charge calls  graduated on metric calls (count)
        tier               per unit                flat
        0 – 10,000         €0.0000                 €0
      ~ 10,001 – 100,000   €0.0020 → €0.0022 +10%  €0
      ~ 100,001 – ∞        €0.0012                 €0    split at 1,000,000
      +   ↳ 1,000,001 – ∞  €0.0012 → €0.0009 −25%  €0    new tier
        usage/month    10k     50k     100k     500k         1M         2M         5M
        now          €0.00  €80.00  €180.00  €660.00  €1,260.00  €2,460.00  €6,060.00
        after        €0.00  €88.00  €198.00  €678.00  €1,278.00  €2,178.00  €4,878.00
        change           –    +10%     +10%    +2.7%      +1.4%     −11.5%     −19.5%
        same up to 10,000, dearer below 1,060,000, cheaper above; more usage never costs less"""
    )


def test_signs_are_painted_and_names_are_harmless() -> None:
    painted: list[tuple[str, str]] = []

    def paint(text: str, colour: str) -> str:
        painted.append((text, colour))
        return text

    named = change(BEFORE_PLAN, {**AFTER_PLAN, "code": "a\x1b[0m"})
    shown_text = prices_text(read_prices(prices_document(named)), paint)
    assert ("+", "green") in painted
    assert "\x1b" not in shown_text
