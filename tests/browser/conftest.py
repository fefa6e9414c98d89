"""Chromium, the running demo, and a page for it in a wide or a narrow window."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.running import Demo

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE: ViewportSize = {"width": 1240, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
PICTURES = Path(__file__).parents[2] / "screenshots"
Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It may be missing, but not where REQUIRE_BROWSER says that it must be there."""
    if not CHROMIUM.exists() and not os.environ.get("REQUIRE_BROWSER"):
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all stories of a module."""
    with Demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
        assert running.runs, f"the demo ended by itself:\n{running.words}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A wide window; an error in a script fails the test."""
    yield from _page(browser, WIDE)


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A window as narrow as a telephone."""
    yield from _page(browser, NARROW)


@pytest.fixture
def shoot() -> Shoot:
    """Keep a picture for the eyes, in `screenshots/`."""
    return _shoot


def _page(browser: Browser, size: ViewportSize) -> Iterator[Page]:
    errors: list[str] = []
    made = browser.new_page(viewport=size, locale="zh-CN")
    made.set_default_timeout(20_000)
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    _shoot(made, "last")  # what a failed story looked like
    made.close()
    assert errors == []


def _shoot(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
