"""The report in Chromium with the network cut, for the tests that look at it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = (1440, 900), (390, 844)


@dataclass
class Visit:
    """An open page, and everything it said or asked for."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's Chromium; skip the test where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on PATH")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


def visit(
    browser: Browser, report: Path, size: tuple[int, int], *, scheme: str = "light", script: bool = True
) -> Visit:
    """Open the report with the network cut, and listen."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        offline=True,
        java_script_enabled=script,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    seen = Visit(context.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))

    def note(dialog: object) -> None:
        seen.dialogs.append(str(dialog))

    seen.page.on("dialog", note)
    seen.page.goto(report.as_uri())
    return seen


def alive(page: Page) -> None:
    """Wait until Vega has drawn each chart of the page."""
    charts = page.locator("figure.chart").count()
    page.locator("figure.chart.alive").nth(charts - 1).wait_for(state="attached")
