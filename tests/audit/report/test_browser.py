"""The pages in a real headless Chromium, with the checks of axe; skipped where either is not there."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.audit.full import a_full_verdict, some_stages
from tests.audit.report.forms.test_html import hostile_verdict

from chartered.audit.report.forms.comparison import pair_html, pair_verdicts
from chartered.audit.report.forms.html import render_html
from chartered.audit.report.trajectory import build_trajectory
from chartered.commands.doctor import find_browser

AXE = find_spec("axe_playwright_python")

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium", "axe")]
LIST_WRONG = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(v => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))}`);
}"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages by name, as files."""
    folder = tmp_path_factory.mktemp("pages")
    full = a_full_verdict()
    texts = {
        "report": render_html(full, build_trajectory(some_stages())),
        "hostile": render_html(hostile_verdict()),
        "pair": pair_html(pair_verdicts(full, full.model_copy(update={"seed": 8}))),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [("report", "light", 390), ("report", "dark", 1200), ("hostile", "light", 1200), ("pair", "dark", 390)],
)
def test_axe_finds_nothing_wrong(browser: Any, pages: dict[str, Path], name: str, scheme: str, width: int) -> None:
    assert AXE is not None and AXE.origin is not None
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(pages[name].as_uri())
    page.evaluate(OPEN_ALL)
    page.evaluate((Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    wrong = page.evaluate(LIST_WRONG)
    page.close()
    assert wrong == []


@pytest.mark.parametrize("name", ["report", "hostile", "pair"])
def test_a_phone_never_scrolls_the_whole_page_sideways(browser: Any, pages: dict[str, Path], name: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(pages[name].as_uri())
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_the_keyboard_reaches_the_skip_link_first_and_every_fold(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["report"].as_uri())
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.className, document.activeElement.getBoundingClientRect().top >= 0]")
    assert first == ["skip", True]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(45):
        page.keyboard.press("Tab")
        what = "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        tag, outline = page.evaluate(what)
        reached.add(tag)
        assert outline != "none" or tag in ("BODY", "HTML")
    assert {"DIV", "SUMMARY"} <= reached
    page.close()


def test_no_script_of_the_data_runs_and_nothing_is_asked_of_a_network(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for path in pages.values():
        page.goto(path.as_uri())
    assert asked == [path.as_uri() for path in pages.values()] and said == []
    page.close()


def test_the_page_prints_in_the_colours_of_day(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(pages["report"].as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 33, 38)"
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()


def test_chromium_by_itself_opens_the_page(pages: dict[str, Path], tmp_path: Path) -> None:
    chromium = find_browser()
    assert chromium is not None
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--dump-dom"]
    done = subprocess.run(
        [*command, pages["report"].as_uri()], capture_output=True, text=True, timeout=120, check=True, env=os.environ
    )
    assert "Answers that changed" in done.stdout
