"""The report as a browser shows it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Address
from tests.render.html.browser import AXE, CHROMIUM, DRIVER, browser
from tests.render.html.pages import page
from tests.render.plans import AFTER, METRIC, NOW, charge, plan

if TYPE_CHECKING:  # which takes long to import
    from selenium import webdriver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="Chromium and its driver are not there: the page is not opened"
    ),
]
BILLS = Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, "the bills of 214 subscriptions change")
ASKS = Verdict("changes-bills", Policy.ASK, "the bills of 214 subscriptions change", (Address("plan", "scale"),))
PAYMENTS = {"code": "payments", "billable_metric_code": "volume", "charge_model": "percentage"}
VOLUME = {**METRIC, "code": "volume", "name": "Volume", "aggregation_type": "sum_agg", "field_name": "amount"}


def side(*charges: Any, fee: int) -> list[Any]:
    rate = {"rate": "1.4", "fixed_amount": "0.25", "free_units_per_events": 3}
    payments = charge(rate, "percentage", code="payments", billable_metric_code="volume")
    scale = plan("scale", amount_cents=fee, charges=[*charges, payments])
    return [METRIC, VOLUME, scale, plan("other", amount_cents=fee)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("report") / "report.html"
    found.write_text(page(side(NOW, fee=1000), side(AFTER, fee=1200), effects=[(BILLS,)], verdicts=(ASKS,)))
    return found


@pytest.fixture(scope="module")
def driver(path: Path) -> "Iterator[webdriver.Chrome]":
    with browser() as found:
        found.get(path.as_uri())
        yield found


def test_the_console_is_silent_and_nothing_is_requested(driver: "webdriver.Chrome", path: Path) -> None:
    assert driver.get_log("browser") == []
    messages = [json.loads(one["message"])["message"] for one in driver.get_log("performance")]
    urls = {one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"}
    assert urls <= {path.as_uri()}


def typed(driver: "webdriver.Chrome", label: str, text: str) -> None:
    (found,) = [one for one in driver.find_elements(By.CSS_SELECTOR, ".what-if label") if one.text == label]
    field = driver.find_element(By.ID, found.get_attribute("for") or "")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text)


def bill(driver: "webdriver.Chrome") -> list[list[str]]:
    table = driver.find_element(By.CSS_SELECTOR, "#what-if-0 tbody")
    return [
        [cell.text for cell in row.find_elements(By.CSS_SELECTOR, "th, td")]
        for row in table.find_elements(By.TAG_NAME, "tr")
    ]


def test_a_usage_typed_in_gives_both_bills(driver: "webdriver.Chrome") -> None:
    typed(driver, "calls: units", "2,000,000")
    typed(driver, "payments: units", "1000")
    typed(driver, "payments: events", "10")
    assert bill(driver) == [
        ["Plan fee", "€10.00", "€12.00", "+€2.00 (+20%)"],
        ["calls", "€2,460.00", "€2,178.00", "−€282.00 (−11.5%)"],
        ["payments", "€11.55", "€11.55", ""],
        ["Total before coupons and taxes", "€2,481.55", "€2,201.55", "−€280.00 (−11.3%)"],
    ]
    said = driver.find_element(By.CSS_SELECTOR, "#what-if-0 .verdict").text
    assert said == "This usage costs €2,481.55 now and €2,201.55 after: −€280.00 (−11.3%)."
    assert Decimal("700") * Decimal("0.014") + 7 * Decimal("0.25") == Decimal("11.55")


def test_what_is_no_usage_is_marked_and_not_billed(driver: "webdriver.Chrome") -> None:
    typed(driver, "payments: units", "1000")
    typed(driver, "calls: units", "many")
    field = driver.find_element(By.CSS_SELECTOR, '#what-if-0 input[aria-invalid="true"]')
    assert field.get_attribute("value") == "many"
    assert [row[0] for row in bill(driver)] == ["Plan fee", "payments", "Total before coupons and taxes"]
    typed(driver, "calls: units", "1060000")


def test_the_page_can_be_used_by_keyboard(driver: "webdriver.Chrome", path: Path) -> None:
    driver.get(path.as_uri())
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert driver.switch_to.active_element.text == "Skip to the prices"
    summary = driver.find_element(By.TAG_NAME, "summary")
    summary.send_keys(Keys.ENTER)
    assert driver.find_element(By.TAG_NAME, "details").get_attribute("open")


@pytest.mark.parametrize("width", [420, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_the_window_and_axe_finds_nothing_serious(path: Path, width: int, dark: bool) -> None:
    with browser(width, dark=dark) as found:
        found.get(path.as_uri())
        assert found.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches") == dark
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert found.execute_script(wide) <= 0
        if not AXE.exists():
            pytest.skip(f"axe-core is not there ({AXE}): accessibility is not checked; `make browser` gets it")
        found.execute_script(AXE.read_text())
        violations = found.execute_async_script("axe.run().then((found) => arguments[0](found.violations))")
        serious = [one for one in violations if one["impact"] in {"serious", "critical"}]
        assert not serious, json.dumps(serious, indent=1)


def test_without_scripts_all_but_the_box_is_there(path: Path) -> None:
    """As `execute_cdp_cmd` switches them off."""
    with browser() as found:
        found.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        found.get(path.as_uri())
        assert found.find_element(By.CSS_SELECTOR, "h1").is_displayed()
        assert len(found.find_elements(By.CSS_SELECTOR, "figure svg")) >= 1
        assert not found.find_element(By.ID, "what-if-0").is_displayed()
