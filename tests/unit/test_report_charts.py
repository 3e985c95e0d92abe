"""The charts: drawn from the assessment, and inert."""

from xml.etree import ElementTree as ET

import pytest

from aimigrate.rendering import report_charts as draw
from aimigrate.rendering.report_svg import UnsafeChartError, inert
from aimigrate.rendering.report_text import usd_text
from tests.report_cases import HOSTILE, assessment


def words(text: str) -> list[str]:
    """Return what a reader sees in a drawing."""
    return [node.text or "" for node in ET.fromstring(text).iter("text")]  # noqa: S314  # drawn by the test


def test_the_dearest_are_drawn_with_the_rest_as_one() -> None:
    """Twelve bars dearest first with their costs, then all others in one, unknown ones only counted."""
    judged = assessment()
    known = sorted(
        (item.cost.monthly_usd for item in judged.workloads if item.cost.monthly_usd is not None), reverse=True
    )

    chart = draw.dearest(judged)

    assert chart is not None
    assert "5 workloads of unknown cost not drawn" in chart.note
    for drawing in chart.drawings:
        seen = words(drawing)
        assert "checkout-fraud-score" in seen
        assert f"{len(known) - 12} more" in seen
        assert any(word.startswith(usd_text(sum(known[12:]))) for word in seen)


def test_a_chart_without_values_is_left_out() -> None:
    """An empty account gives no chart at all rather than an empty frame."""
    empty = assessment(())

    assert [draw.dearest(empty), draw.regions(empty), draw.verdicts(empty), draw.rhythm(empty), draw.days(empty)] == [
        None
    ] * 5


def test_a_name_in_a_chart_stays_text() -> None:
    """A name that looks like markup is drawn as written and makes no element."""
    judged = assessment(HOSTILE)

    chart = draw.dearest(judged)

    assert chart is not None
    root = ET.fromstring(chart.drawings[0])  # noqa: S314  # drawn by the test
    assert {node.tag for node in root.iter()} <= {"svg", "g", "path", "text", "a", "title", "line", "rect"}
    assert HOSTILE[0] in words(chart.drawings[0])


def test_every_link_of_a_chart_leads_to_a_row() -> None:
    """A bar opens its workload's row: the address is the page's own."""
    chart = draw.dearest(assessment())

    assert chart is not None
    links = [node.get("href") for node in ET.fromstring(chart.drawings[0]).iter("a")]  # noqa: S314  # drawn by the test
    assert "#w1" in links
    assert all(link and link.startswith("#w") for link in links)


@pytest.mark.parametrize(
    "inside",
    [
        '<a xlink:href="javascript:alert(1)"><path d="M0,0h1"/></a>',
        '<a xlink:href="https://example.com/"><path d="M0,0h1"/></a>',
        "<script>alert(1)</script>",
        '<image xlink:href="https://example.com/x.png"/>',
        "<foreignObject/>",
        '<path d="M0,0h1" onclick="alert(1)"/>',
        '<use xlink:href="#w1"/>',
    ],
)
def test_a_drawing_that_could_run_or_load_is_refused(inside: str) -> None:
    """An element, a handler or an address outside the list is an error, not something to strip."""
    text = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>'

    with pytest.raises(UnsafeChartError):
        inert(text, label="bad", variant="wide")
