"""The report in Chromium, as a person opens it: from a file, with no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from aimigrate.rendering.report import write_report
from tests.report_cases import HOSTILE, NAMES, assessment, plan
from tests.report_visits import DESKTOP, PHONE, Visit, alive, chromium, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    judged = assessment()
    return write_report(judged, tmp_path_factory.mktemp("report") / "report.html", plan(judged))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def seen(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Visit]:
    opened = visit(browser, report, request.param)
    yield opened
    opened.page.context.close()


@pytest.fixture
def desktop(browser: Browser, report: Path) -> Iterator[Visit]:
    opened = visit(browser, report, DESKTOP)
    yield opened
    opened.page.context.close()


def names(page: Page) -> list[str]:
    """Names of the rows that show, in their order."""
    found: list[str] = page.evaluate(
        "Array.from(document.querySelectorAll('tbody.workload')).filter(e => !e.hidden).map(e => e.dataset.name)"
    )
    return found


def test_the_verdict_is_on_the_first_screen_and_nothing_overflows(seen: Visit) -> None:
    """Headline, the four sums, every verdict and the unknown are seen before scrolling; no sideways scrolling."""
    page = seen.page
    height = page.viewport_size["height"] if page.viewport_size else 0

    boxes = [box.bounding_box() for box in page.locator("h1, .figure .big, .group .many").all()]

    assert len(boxes) == 1 + 4 + 5
    assert all(box and box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_nothing_overflows_with_every_row_open(seen: Visit) -> None:
    """With all evidence open, long and hostile names included, the page still does not scroll sideways."""
    seen.page.get_by_role("button", name="Open all").click()

    assert seen.page.locator("tr.evidence:visible").count() == len(NAMES) + len(HOSTILE)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= seen.page.evaluate("innerWidth")


@pytest.mark.parametrize("width", [320, 768, 1024, 1920])
def test_no_width_makes_the_page_scroll_sideways(browser: Browser, report: Path, width: int) -> None:
    """From a small phone to a wide screen, all rows open, nothing sticks out."""
    opened = visit(browser, report, (width, 900))

    opened.page.get_by_role("button", name="Open all").click()

    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.page.context.close()


def test_the_page_asks_for_nothing_and_complains_of_nothing(seen: Visit) -> None:
    """The file itself is the only request; no console message, no dialog."""
    alive(seen.page)
    seen.page.get_by_role("button", name="Open all").click()
    seen.page.wait_for_timeout(200)

    assert seen.requests == [seen.page.url.partition("#")[0]]
    assert seen.complaints == []
    assert seen.dialogs == []


def test_the_charts_are_drawn(seen: Visit) -> None:
    """Six charts, one drawing of each at this width, each with marks of some size."""
    page = seen.page
    alive(page)

    drawings = page.locator("svg.drawing:visible").all()

    assert len(drawings) == 6
    for drawing in drawings:
        box = drawing.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 80
        assert drawing.locator("path").count() > 3
        assert drawing.locator("text").count() > 2


def test_a_row_opens_to_its_evidence_by_keyboard(seen: Visit) -> None:
    """Enter and Space open and close it, and say so; signals, modules and what would flip it are then visible."""
    opener = seen.page.locator(".opener").first
    opener.focus()
    assert opener.get_attribute("aria-expanded") == "false"

    seen.page.keyboard.press("Enter")

    assert opener.get_attribute("aria-expanded") == "true"
    sheet = seen.page.locator(f"#{opener.get_attribute('aria-controls')}")
    for words in (
        "day-night-requests",
        "jetson-agx-orin-64gb",
        "MLPerf Inference 4.1",
        "the module cost twice as much",
    ):
        assert sheet.get_by_text(words).first.is_visible()
    seen.page.keyboard.press("Space")
    assert not sheet.is_visible()


def test_sorting_says_its_order_and_keeps_unknown_last(desktop: Visit) -> None:
    """By saving up and down: the numbers are in order, the unknown last both times, aria-sort says which."""
    page = desktop.page
    head = page.locator("th[data-sort=saving]")
    for order in ("descending", "ascending"):
        head.get_by_role("button").click()

        keys = page.evaluate("Array.from(document.querySelectorAll('tbody.workload')).map(e => e.dataset.saving)")
        known = [float(key) for key in keys if key]
        assert head.get_attribute("aria-sort") == order
        assert page.locator("th[aria-sort]").count() == 1
        assert known == sorted(known, reverse=order == "descending")
        assert all(key == "" for key in keys[len(known) :])
        assert len(known) < len(keys)


def test_filters_narrow_the_rows_and_say_what_is_left(desktop: Visit) -> None:
    """Words and verdict narrow together; the count and the sum follow; nothing found is said."""
    page = desktop.page

    page.get_by_role("combobox", name="Verdict").select_option("needs_evidence")
    assert len(names(page)) == 9
    assert "9 of 45 shown" in page.locator("output").inner_text()
    assert "1 unknown" in page.locator("output").inner_text()
    page.get_by_role("searchbox", name="Find").fill("yolo US-EAST")
    assert names(page) == ["shelf-gap-yolo"]
    page.get_by_role("searchbox", name="Find").fill("no such thing")
    assert page.get_by_text("No workload fits these filters.").is_visible()


def test_a_group_of_the_first_screen_filters_the_table(desktop: Visit) -> None:
    """A click on `Stay` leads to the workloads that stay."""
    desktop.page.locator(".group.stay a").click()

    assert len(names(desktop.page)) == 9
    assert desktop.page.get_by_role("combobox", name="Verdict").input_value() == "stay"


def test_hostile_names_ran_nothing_and_made_nothing(desktop: Visit) -> None:
    """Title and script count are ours, no image or frame exists, and the names are there to read."""
    page = desktop.page

    alive(page)

    assert page.title().startswith("Moving 18 of 45")
    assert page.locator("script").count() == 4  # ours, the specs, the bundle, and the bundle as it runs
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.locator(".opener", has_text="<script>document.title='owned'</script>").count() == 1
    assert desktop.dialogs == []


def test_without_script_the_rows_still_open(browser: Browser, report: Path) -> None:
    """With JavaScript off every row is there, and a click on its name shows its evidence."""
    plainly = visit(browser, report, DESKTOP, script=False)

    plainly.page.locator(".opener").nth(2).click()

    assert plainly.page.locator("#w3").is_visible()
    assert not plainly.page.locator("#w2").is_visible()
    assert not plainly.page.locator("form.filters").is_visible()
    plainly.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(browser: Browser, report: Path, scheme: str) -> None:
    """Ink, quiet text, links and the word unknown reach 4.5:1 against page and sheet (WCAG 2.2, 1.4.3)."""
    opened = visit(browser, report, DESKTOP, scheme=scheme)

    ratios = opened.page.evaluate("""() => {
      const style = getComputedStyle(document.documentElement);
      const light = (name) => {
        const hex = style.getPropertyValue(name).trim().replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
        return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
          .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
          .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
      };
      const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ['--ink', '--muted', '--link', '--warn'].flatMap((text) =>
        ['--paper', '--sheet'].map((back) => ratio(light(text), light(back))));
    }""")

    assert min(ratios) >= 4.5
    opened.page.context.close()
