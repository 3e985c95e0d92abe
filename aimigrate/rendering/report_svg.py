"""Charts as inert SVG: drawn once by Vega, then checked element by element before it may stand in a page."""

from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert
from markupsafe import Markup

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_ELEMENTS = frozenset({"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "a", "title", "defs", "clipPath"})
_DROPPED = frozenset({
    "style", "font-family", "pointer-events", "aria-roledescription", "version", "class", "stroke-miterlimit",
    "aria-label",
})  # fmt: skip


class UnsafeChartError(ValueError):
    """A chart holds an element or an address that a page must not hold."""


def _clean(element: ET.Element) -> None:
    name = element.tag.removeprefix(_SVG)
    if name not in _ELEMENTS:
        raise UnsafeChartError(f"element {name!r}")
    element.tag = name  # inline in HTML it needs no namespace
    for child in list(element):
        hidden = child.get("display") == "none" or child.get("d") in {"", "M0,0h0v0h0Z"}
        if hidden:
            element.remove(child)
        else:
            _clean(child)
    said = element.get("aria-label")
    for attribute in list(element.attrib):
        if attribute.startswith("on"):
            raise UnsafeChartError(f"attribute {attribute!r}")
        if attribute in _DROPPED:
            del element.attrib[attribute]
    if name == "a":
        target = "#" + element.attrib.pop(f"{_XLINK}href", "").rpartition("#")[2]
        if not target[1:].isascii() or not target[1:].isalnum():
            raise UnsafeChartError("a link that is not to a row of the page")
        element.set("href", target)
        element.set("tabindex", "-1")  # the table holds the same links; a chart adds no stops for the keyboard
    if said and element.get("role") == "graphics-symbol" and name in {"path", "text"}:
        title = ET.Element("title")
        title.text = said
        element.insert(0, title)
    element.attrib.pop("role", None)
    element.attrib.pop("aria-hidden", None)


def inert(text: str, *, label: str, variant: str) -> Markup:
    """Return an SVG text as one that may stand in a page: known elements, no handlers, links to rows only.

    `variant` becomes its class. Raises UnsafeChartError for anything that could run or load.
    """
    root = ET.fromstring(text)  # noqa: S314  # text that Vega wrote, which declares no entities
    _clean(root)
    root.set("class", f"drawing {variant}")
    root.set("role", "img")
    root.set("aria-label", label)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  # every element and attribute was checked above


def svg(chart: alt.TopLevelMixin, *, label: str, variant: str) -> Markup:
    """Draw a chart without any network. The same chart gives the same text; the style sheet brings the colors."""
    spec: dict[str, Any] = chart.to_dict()
    return inert(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), label=label, variant=variant)
