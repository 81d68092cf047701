"""Pictures of what reviewers see, for the documentation: `make reviews` takes them of one example's review."""

import tempfile
from base64 import b64decode
from pathlib import Path

from markdown_it import MarkdownIt

from tests.examples.playing import ROOT
from tests.render.html.browser import browser

SHOWN = "saas-seats"
FOLDER = ROOT / "docs" / "pictures"
COMMENT, REPORT = (910, 1250), (1120, 1300)  # width and height in CSS pixels: what matters is at the top
DOTS = {"🟠": "#f0883e", "🔴": "#da3633", "🟢": "#2da44e", "🔵": "#218bff", "⚪": "#afb8c1", "⛔": "#a40e26"}
"""Colours of the signs, which this machine may have no font for."""
STYLE = """\
body {font: 14px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1f2328; margin: 24px; width: 860px}
article {border: 1px solid #d1d9e0; border-radius: 6px}
article > header {background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 8px 16px; color: #59636e}
article > div {padding: 4px 16px}
h3 {font-size: 1.25em; line-height: 1.3} table {border-collapse: collapse; margin: 12px 0}
th, td {border: 1px solid #d1d9e0; padding: 5px 12px} tr:nth-child(even) td {background: #f6f8fa}
code {background: #eff1f3; border-radius: 6px; padding: 2px 5px; font: 12px "DejaVu Sans Mono", monospace}
i {display: inline-block; width: .8em; height: .8em; border-radius: 50%}
"""


def taken() -> None:
    """The comment as a forge shows it, and the report as it opens."""
    review = ROOT / "examples" / SHOWN / "review"
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "comment.html"
        page.write_text(_as_a_forge_shows(review / "comment.md"), encoding="utf-8")
        _picture(page, FOLDER / "comment.png", COMMENT)
    _picture(review / "report.html", FOLDER / "report.png", REPORT)


def _as_a_forge_shows(comment: Path) -> str:
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(comment.read_text(encoding="utf-8"))
    for sign, colour in DOTS.items():
        shown = shown.replace(sign, f'<i style="background:{colour}"></i>')
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
        f"<article><header><strong>github-actions</strong> commented</header><div>{shown}</div></article>"
    )


def _picture(page: Path, to: Path, size: tuple[int, int]) -> None:
    width, height = size
    with browser(width) as driver:
        driver.get(page.as_uri())
        driver.set_window_size(width, height + 150)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken_ = driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
        to.write_bytes(b64decode(taken_["data"]))
