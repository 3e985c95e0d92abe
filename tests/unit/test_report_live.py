"""The specs of the live charts, and the bundle that draws them."""

import json
import re
from collections.abc import Iterator

from markupsafe import Markup

from aimigrate.rendering import report_charts as draw
from aimigrate.rendering.report_live import bundle, embedded
from tests.report_cases import HOSTILE, assessment


def encodings(node: object) -> Iterator[dict[str, object]]:
    """Yield every encoding of a spec, however deep."""
    if isinstance(node, list):
        for item in node:
            yield from encodings(item)
    if isinstance(node, dict):
        if "encoding" in node:
            yield node["encoding"]
        for key, child in node.items():
            if key != "data":
                yield from encodings(child)


def test_a_live_chart_has_tooltips_and_no_links_of_its_own() -> None:
    """Vega follows no address, since no encoding has one; each mark says what it is, with cost and verdict."""
    chart = draw.dearest(assessment())

    assert chart is not None
    assert set(chart.live) == {"wide", "narrow"}
    for spec in chart.live.values():
        found = list(encodings(spec))
        assert len(found) == 4
        assert all("href" not in one and one["tooltip"] == one["description"] for one in found)
    assert re.search(r"checkout-fraud-score: \$[\d,]+ a month now, \$[\d,]+ after. Verdict: \w", json.dumps(chart.live))


def test_embedded_specs_cannot_leave_their_script_element() -> None:
    """Angle brackets, ampersands and line separators are escapes, and JSON reads the same values back."""
    chart = draw.dearest(assessment(HOSTILE))
    assert chart is not None
    specs = {"dearest": chart.live, "more": {"text": {"<!--": "</script>\u2028\u2029&amp;"}}}

    text = embedded(specs)

    assert isinstance(text, Markup)
    assert text.isascii()
    assert not set("<>&\n") & set(text)
    assert json.loads(text) == specs


def test_the_bundle_is_whole_and_the_same_each_time() -> None:
    """It imports nothing, ends no script element, needs no line ends rewritten, and comes out the same twice."""
    snippet = "window.made = vegaEmbed;"

    one = bundle(snippet)
    bundle.cache_clear()

    assert bundle(snippet) == one
    assert "window.made" in one
    assert not re.search(r"</script|<!--|\r|\0|^import\s", one)
