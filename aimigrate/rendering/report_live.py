"""The live charts: the Altair specs the page's script draws anew, and the Vega bundle that draws them.

The page never runs text of an account: specs are JSON in a data block, links are ours to follow, tooltips are text.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}
"""Letters that could end a script element or start a comment in it; JSON reads the escapes as the letters."""


def _without_links(node: object) -> None:
    """Turn each link into a pointer for our own script, and each description into a tooltip too."""
    if isinstance(node, list):
        for item in node:
            _without_links(item)
    if not isinstance(node, dict):
        return
    encoding = node.get("encoding")
    if isinstance(encoding, dict):
        if encoding.pop("href", None) is not None:
            node["mark"] = {**node["mark"], "cursor": "pointer"}
        if "description" in encoding:
            encoding["tooltip"] = encoding["description"]
    for key, child in node.items():
        if key not in {"data", "datasets", "config"}:
            _without_links(child)


def live_spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return the Vega-Lite spec of a chart with tooltips and without links: the page's script follows those."""
    spec: dict[str, Any] = chart.to_dict()
    _without_links(spec)
    return spec


def embedded(specs: Mapping[str, Mapping[str, object]]) -> Markup:
    """Return specs, by chart and variant, as JSON that may stand in a script element; it has ASCII letters only."""
    text = json.dumps(specs, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPES))  # noqa: S704  # no letter is left that HTML reads inside a script element


@cache
def bundle(snippet: str) -> str:
    """Return Vega, Vega-Lite and Vega-Embed with a snippet that uses them, as one JavaScript module without imports.

    It comes out of the installed vl-convert, so no network is needed, and the same snippet gives the same text.
    """
    text: str = vl_convert.javascript_bundle(snippet)
    return text.replace("\r", "").replace("</script", "<\\/script").replace("<!--", "<\\!--")
