"""The charts once the page's script has brought them to life, and when it cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from aimigrate.rendering.report import write_report
from tests.report_cases import HOSTILE, assessment
from tests.report_visits import DESKTOP, PHONE, Visit, alive, chromium, visit

pytestmark = pytest.mark.browser

BOXES = "Array.from(document.querySelectorAll('.chart')).map(e => JSON.stringify(e.getBoundingClientRect()))"
AFTER = ".live .layer_1_marks path"  # the bars drawn over the others, which take the pointer


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(assessment(), tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(params=[(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"])
def seen(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Visit]:
    size, scheme = request.param
    opened = visit(browser, report, size, scheme=scheme)
    alive(opened.page)
    yield opened
    opened.page.context.close()


def test_vega_draws_every_chart_in_the_colors_of_the_page(seen: Visit) -> None:
    """Marks carry Vega's data, fill in the scheme's own color, and break no policy: the console stays silent."""
    page = seen.page

    marks = page.evaluate(
        "Array.from(document.querySelectorAll('.live path')).filter(e => e.__data__?.datum?.tip).length"
    )
    fill = page.locator("#chart-verdicts .live [fill='#0f766e']").first.evaluate("e => getComputedStyle(e).fill")

    assert page.locator(".live > svg.marks:visible").count() == 6
    assert marks > 100
    assert fill == (
        "rgb(15, 118, 110)" if seen.page.viewport_size == {"width": 1440, "height": 900} else "rgb(47, 179, 164)"
    )
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_a_tooltip_says_workload_cost_and_verdict(seen: Visit) -> None:
    """Over the dearest workload's bar its name, costs and verdict show inside the window, and go with the pointer."""
    page = seen.page
    tip = page.get_by_role("tooltip")
    bar = page.locator(f"#chart-dearest {AFTER}").first
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # scrolling puts a tooltip away

    bar.hover()

    assert tip.inner_text().startswith("checkout-fraud-score: $")
    assert " a month now, $" in tip.inner_text()
    assert "Verdict: " in tip.inner_text()
    box = tip.bounding_box()
    width = page.evaluate("innerWidth")
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.mouse.move(0, 0)
    assert not tip.is_visible()


def test_a_bar_opens_its_row_again_and_again(seen: Visit) -> None:
    """A click on the dearest workload's bar opens its row; closed by hand, the next click opens it again."""
    page = seen.page
    bar = page.locator(f"#chart-dearest {AFTER}").first
    for _ in range(2):
        bar.click()

        assert page.locator("#w1").is_visible()
        assert page.locator("#w1").get_by_text("verdict reason for checkout-fraud-score").is_visible()
        page.locator(".opener").first.click()
        assert not page.locator("#w1").is_visible()


def test_hostile_names_stay_text_in_live_charts_and_tooltips(browser: Browser, tmp_path: Path) -> None:
    """Names that look like markup show as written over every mark, and make no element."""
    opened = visit(browser, write_report(assessment(HOSTILE), tmp_path / "report.html"), DESKTOP)
    page = opened.page
    alive(page)
    said = ""
    page.locator("#chart-dearest").scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # scrolling puts a tooltip away

    for bar in page.locator(f"#chart-dearest {AFTER}").all():
        bar.hover()
        said += page.locator(".tip").text_content() or ""

    assert HOSTILE[0] in said
    assert page.locator(".tip *, .live img, .live script, .live a, .live foreignObject").count() == 0
    assert opened.dialogs == []
    assert opened.complaints == []
    page.context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_coming_to_life_moves_nothing(browser: Browser, report: Path, size: tuple[int, int]) -> None:
    """Each chart's box is where it is without script's charts, to the pixel."""
    opened = visit(browser, report, size)
    alive(opened.page)

    after = opened.page.evaluate(BOXES)
    opened.page.evaluate(
        "document.querySelectorAll('.live').forEach(e => e.remove());"
        "document.querySelectorAll('.alive').forEach(e => e.classList.remove('alive'))"
    )

    assert opened.page.evaluate(BOXES) == after
    assert opened.page.locator(".plot > svg.drawing:visible").count() == 6
    opened.page.context.close()


def test_a_new_width_draws_the_charts_for_it(browser: Browser, report: Path) -> None:
    """From desk to phone the narrow specs are drawn in place of the wide ones."""
    opened = visit(browser, report, DESKTOP)
    alive(opened.page)

    opened.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    opened.page.locator(".live > svg.narrow").nth(5).wait_for()

    assert opened.page.locator(".live").count() == 6
    assert opened.page.locator(".live > svg.wide").count() == 0
    opened.page.context.close()


def test_paper_shows_the_drawings(seen: Visit) -> None:
    """In print the drawn charts stand where the live ones were."""
    seen.page.emulate_media(media="print")

    assert seen.page.locator(".live:visible").count() == 0
    assert seen.page.locator(".plot > svg.drawing:visible").count() == 6


def test_without_script_the_drawings_lead_to_their_rows(browser: Browser, report: Path) -> None:
    """With JavaScript off all six drawings show, and a bar's link opens its row."""
    plainly = visit(browser, report, DESKTOP, script=False)

    assert plainly.page.locator(".plot > svg.drawing:visible").count() == 6
    plainly.page.locator("#chart-dearest svg.wide a[href='#w1'] path").first.click()

    assert plainly.page.locator("#w1").is_visible()
    plainly.page.context.close()


def test_a_broken_bundle_loses_nothing(browser: Browser, report: Path, tmp_path: Path) -> None:
    """A bundle that is not the one the policy names does not run; drawings, links and rows still work."""
    broken = tmp_path / "broken.html"
    text = report.read_text(encoding="utf-8")
    broken.write_text(text.replace('id="chart-bundle">', 'id="chart-bundle">;'), encoding="utf-8")
    opened = visit(browser, broken, DESKTOP)

    opened.page.wait_for_timeout(500)
    opened.page.locator("#chart-dearest svg.wide a[href='#w1'] path").first.click()

    assert opened.page.locator("#w1").is_visible()
    assert opened.page.locator(".live").count() == 0
    assert len(opened.complaints) == 1
    assert "Content Security Policy" in opened.complaints[0]
    opened.page.context.close()
