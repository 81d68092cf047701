"""A headless Chromium for the tests of the report: Debian's `chromium` and `chromium-driver`."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which takes long to import, and every run of the tests imports this
    from selenium import webdriver

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
AXE = Path(os.environ.get("AXE_CORE", Path(__file__).parents[3] / ".venv/axe/node_modules/axe-core/axe.min.js"))


@contextmanager
def browser(width: int = 1200, *, dark: bool = False) -> "Iterator[webdriver.Chrome]":
    """Loads nothing of the network and logs all that it would."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-proxy-server"):
        options.add_argument(argument)
    if dark:
        options.add_argument("--force-dark-mode")
        options.add_argument("--blink-settings=preferredColorScheme=0")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER or ""))
    try:
        driver.set_window_size(width, 1000)
        yield driver
    finally:
        driver.quit()


def screenshot(driver: "webdriver.Chrome", path: Path) -> None:
    """The whole page, as high as it is."""
    height = int(driver.execute_script("return document.documentElement.scrollHeight"))
    driver.set_window_size(driver.get_window_size()["width"], height + 200)
    driver.save_screenshot(str(path))
