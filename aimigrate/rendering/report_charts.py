"""The report's charts, in Vega-Altair, each in a wide and a narrow drawing.

Colors here are keys: the style sheet maps each to a variable, so that dark mode and print have their own.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from aimigrate.contracts.assessment import AssessedWorkload, Assessment
from aimigrate.rendering.report_live import live_spec
from aimigrate.rendering.report_rows import anchor, by_cost
from aimigrate.rendering.report_svg import svg
from aimigrate.rendering.report_text import DECISIONS, LABELS, count, number_text, plain, usd_text

INK, MUTED, FAINT, ON_FILL = "#111111", "#666666", "#dddddd", "#111112"
DECISION_COLORS = {"go": "#0f766e", "conditional": "#5fb3a8", "needs_evidence": "#d98c00", "stay": "#8b8f98"}
LABEL_COLORS = {"realtime": "#c2410c", "batch": "#1d63b7", "mixed": "#8e4585", "unknown": "#9aa0a6"}
STATUS_COLORS = {"complete": "#b9d7d1", "partial": "#f2c46d", "hole": "#c9503a"}
_FONT = "Liberation Sans"  # what Vega measures with, packed with it, so that every machine draws the same
_SIZES = (("wide", 552), ("narrow", 358))  # pixels
_TOP = 12
_ROW = 38
_TABLE = "#workloads"
_TENS = [10**power for power in range(8)]  # marks of the cost scale, US dollars
_ALWAYS_USD = 1.0  # floor of the cost scale: a logarithm has no place for less


@dataclass(frozen=True)
class Chart:
    """A chart with its heading, its reading aid, and its drawings as checked SVG, and the specs of their live twins."""

    key: str
    title: str
    note: str
    drawings: tuple[Markup, ...]
    live: dict[str, dict[str, Any]]


Rows = list[dict[str, object]]


def _base(values: Rows) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=values))


def _finish(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    finished: alt.TopLevelMixin = (
        chart.configure(font=_FONT, background="transparent", padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED, titleColor=MUTED, gridColor=FAINT, domainColor=FAINT, tickColor=FAINT,
            labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
        )
        .configure_header(labelColor=INK, labelFontSize=11, title=None)
    )  # fmt: skip
    return finished


def _draw(key: str, title: str, note: str, build: Callable[[int], alt.TopLevelMixin]) -> Chart:
    built = {name: _finish(build(width)) for name, width in _SIZES}
    drawings = tuple(svg(chart, label=f"{title} {note}", variant=name) for name, chart in built.items())
    return Chart(key, title, note, drawings, {name: live_spec(chart) for name, chart in built.items()})


def _after(item: AssessedWorkload) -> float | None:
    """Cost once all that is `go` has moved; who does not move keeps its cost."""
    return item.outcome.after_usd_per_month if item.verdict.decision == "go" else item.cost.monthly_usd


def _verdict(item: AssessedWorkload) -> str:
    return f". Verdict: {DECISIONS[item.verdict.decision].lower()}"


def _pair(name: str, now: float, after: float, color: str, link: str, *, verdict: str = "") -> dict[str, object]:
    change = usd_text(now) if abs(now - after) < 0.005 else f"{usd_text(now)} \u2192 {usd_text(after)}"  # noqa: PLR2004  # half a cent
    return {
        "name": name, "now": now, "after": after, "color": color, "href": link, "change": change,
        "tip": f"{name}: {usd_text(now)} a month now, {usd_text(after)} after{verdict}",
    }  # fmt: skip


def _pairs(values: Rows, width: int) -> alt.TopLevelMixin:
    """Bars of now (light) and after (color) under a line of text, a pair a row."""
    for place, value in enumerate(values):
        value["place"] = place
    top = max((float(str(value["now"])) for value in values), default=0.0) or 1.0
    base = _base(values).encode(y=alt.Y("place:O", axis=None), description="tip:N", href="href:N")
    scale = alt.Scale(domain=[0, top], nice=False)
    now = base.mark_bar(height=11, yOffset=9, fill=FAINT).encode(x=alt.X("now:Q", axis=None, scale=scale))
    after = base.mark_bar(height=11, yOffset=9).encode(
        x=alt.X("after:Q", axis=None, scale=scale), color=alt.Color("color:N", scale=None)
    )
    name = base.mark_text(align="left", dy=-6, fontSize=12, color=INK, limit=width * 0.6).encode(
        text="name:N", x=alt.value(0)
    )
    change = base.mark_text(align="right", dy=-6, fontSize=12, color=MUTED).encode(
        text="change:N", x=alt.value(width - 4)
    )
    return alt.layer(now, after, name, change).properties(width=width - 4, height=_ROW * max(len(values), 1))


def dearest(assessment: Assessment) -> Chart | None:
    """Cost now and after of the dearest workloads, and of all the rest as one."""
    known: list[tuple[int, AssessedWorkload, float, float]] = []
    for place, item in enumerate(by_cost(assessment)):
        now, after = item.cost.monthly_usd, _after(item)
        if now is not None:
            known.append((place, item, now, now if after is None else after))
    if not known:
        return None
    head, rest = known[:_TOP], known[_TOP:]
    values = [
        _pair(
            plain(item.name),
            now,
            after,
            DECISION_COLORS[item.verdict.decision],
            f"#{anchor(place)}",
            verdict=_verdict(item),
        )
        for place, item, now, after in head
    ]
    if rest:
        total = [sum(pair[at] for pair in rest) for at in (2, 3)]  # type: ignore[misc]
        values.append(_pair(f"{len(rest)} more", total[0], total[1], MUTED, _TABLE))
    lost = assessment.totals.unknown_cost_workloads
    note = "Gray is the cost now, color what is left of it once all that is ready has moved."
    note += f" {count(lost, 'workload')} of unknown cost not drawn." if lost else ""
    return _draw("dearest", "The dearest workloads", note, lambda width: _pairs([dict(one) for one in values], width))


def regions(assessment: Assessment) -> Chart | None:
    """Cost now and after by region."""
    now: dict[str, float] = defaultdict(float)
    after: dict[str, float] = defaultdict(float)
    for item in assessment.workloads:
        if item.cost.monthly_usd is not None:
            left = _after(item)
            now[item.region] += item.cost.monthly_usd
            after[item.region] += item.cost.monthly_usd if left is None else left
    if not now:
        return None
    ordered = sorted(now, key=lambda region: (-now[region], region))
    values = [_pair(plain(region), now[region], after[region], DECISION_COLORS["go"], _TABLE) for region in ordered]
    note = "Known cost a month, now and after."
    return _draw("regions", "Region by region", note, lambda width: _pairs([dict(one) for one in values], width))


def verdicts(assessment: Assessment) -> Chart | None:
    """How much of the known cost each verdict holds."""
    values: Rows = []
    for decision, title in DECISIONS.items():
        costs = [item.cost.monthly_usd for item in assessment.workloads if item.verdict.decision == decision]
        known = [cost for cost in costs if cost is not None]
        if costs:
            lost = f", {len(costs) - len(known)} unknown" if len(known) < len(costs) else ""
            values.append({
                "name": f"{title}: {count(len(costs), 'workload')}", "usd": sum(known), "place": len(values),
                "color": DECISION_COLORS[decision], "amount": f"{usd_text(sum(known))}{lost}",
                "tip": f"{title}: {usd_text(sum(known))} a month",
            })  # fmt: skip
    if not values:
        return None

    def build(width: int) -> alt.TopLevelMixin:
        base = _base(values).encode(y=alt.Y("place:O", axis=None), description="tip:N")
        bars = base.mark_bar(height=11, yOffset=9).encode(
            x=alt.X("usd:Q", axis=None), color=alt.Color("color:N", scale=None)
        )
        name = base.mark_text(align="left", dy=-6, fontSize=12, color=INK).encode(text="name:N", x=alt.value(0))
        amount = base.mark_text(align="right", dy=-6, fontSize=12, color=MUTED).encode(
            text="amount:N", x=alt.value(width - 4)
        )
        return alt.layer(bars, name, amount).properties(width=width - 4, height=_ROW * len(values))

    return _draw("verdicts", "Verdicts by cost", "Known cost a month behind each verdict.", build)


def rhythm(assessment: Assessment) -> Chart | None:
    """Map how surely each workload leans to realtime or batch against what it costs."""
    values: Rows = [
        {
            "p": item.classification.batch_probability,
            "usd": max(item.cost.monthly_usd, _ALWAYS_USD),
            "color": LABEL_COLORS[item.classification.label],
            "href": f"#{anchor(place)}",
            "tip": f"{plain(item.name)}: {LABELS[item.classification.label].lower()}, "
            f"{usd_text(item.cost.monthly_usd)} a month{_verdict(item)}",
        }
        for place, item in enumerate(by_cost(assessment))
        if item.classification.batch_probability is not None and item.cost.monthly_usd is not None
    ]
    if not values:
        return None
    absent = len(assessment.workloads) - len(values)
    note = "Each dot a workload: left runs on request, right in batches; higher costs more a month."
    note += f" {absent} without a signal or a known cost not drawn." if absent else ""
    ends = "datum.value === 0 ? 'realtime' : datum.value === 1 ? 'batch' : datum.value === 0.5 ? 'in doubt' : ''"

    def build(width: int) -> alt.TopLevelMixin:
        across = alt.X(
            "p:Q",
            title=None,
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 0.5, 1], labelExpr=ends, grid=True, labelFlush=True),
        )
        up = alt.Y("usd:Q", title=None, scale=alt.Scale(type="log"), axis=alt.Axis(format="$,.0f", values=_TENS))
        dots = _base(values).mark_circle(size=90, opacity=0.75)
        placed = dots.encode(x=across, y=up, color=alt.Color("color:N", scale=None), description="tip:N", href="href:N")
        chart: alt.TopLevelMixin = placed.properties(width=width - 52, height=240)
        return chart

    return _draw("rhythm", "How they run, against what they cost", note, build)


def days(assessment: Assessment) -> Chart | None:
    """Show the mean day of the dearest workloads that have one, each scaled to its own peak."""
    values: Rows = []
    drawn = 0
    for item in by_cost(assessment):
        peak = max(item.demand.hourly_rps, default=0.0)
        if not peak or drawn == _TOP:
            continue
        drawn += 1
        values += [
            {
                "place": drawn, "name": plain(item.name), "hour": hour, "share": rps / peak,
                "color": LABEL_COLORS[item.classification.label],
                "tip": f"{plain(item.name)} at {hour:02d}:00 UTC: {number_text(rps)} requests/s",
            }
            for hour, rps in enumerate(item.demand.hourly_rps)
        ]  # fmt: skip
    if not values:
        return None

    def build(width: int) -> alt.TopLevelMixin:
        columns = 4 if width > 400 else 2  # noqa: PLR2004  # two fit on a phone
        each = width // columns - 15
        hours = alt.Axis(values=[0, 12, 24], format="02d", grid=False, labelFontSize=10, labelFlush=True)
        across = alt.X("hour:Q", title=None, scale=alt.Scale(domain=[0, 24], nice=False), axis=hours)
        up = alt.Y("share:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
        base = alt.Chart().transform_calculate(end="datum.hour + 0.8", zero="0")
        color = alt.Color("color:N", scale=None)
        bars = base.mark_bar().encode(x=across, x2="end:Q", y=up, y2="zero:Q", color=color, description="tip:N")
        name = base.transform_filter("datum.hour === 0").mark_text(
            align="left", baseline="bottom", dy=-5, fontSize=11, color=INK, limit=each * 0.92
        )
        named = name.encode(text="name:N", x=alt.value(0), y=alt.value(0))
        cell = alt.layer(bars, named).properties(width=each, height=44)
        facet = alt.Facet("place:O", header=alt.Header(labelExpr="''", labelFontSize=1, labelPadding=0, title=None))
        return cell.facet(facet, data=alt.InlineData(values=values), columns=columns, spacing={"row": 26, "column": 15})

    note = "Mean requests by hour of day, UTC, each to its own peak; the dearest workloads with request data."
    return _draw("days", "The shape of a day", note, build)


def coverage_map(assessment: Assessment) -> Chart | None:
    """Map services against regions: how many reads gave everything."""
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in assessment.coverage.entries:
        cells[plain(entry.service), plain(entry.region)].append(entry.status)
    if not cells:
        return None
    values: Rows = []
    for (service, region), statuses in sorted(cells.items()):
        whole = sum(status == "complete" for status in statuses)
        lost = sum(status not in {"complete", "partial"} for status in statuses)
        key = "hole" if lost else "complete" if whole == len(statuses) else "partial"
        values.append({
            "service": service, "region": region, "color": STATUS_COLORS[key], "text": f"{whole}/{len(statuses)}",
            "tip": f"{service} in {region}: {whole} of {count(len(statuses), 'read')} complete",
        })  # fmt: skip
    services = len({service for service, _ in cells})

    def build(width: int) -> alt.TopLevelMixin:
        slanted = width < 400  # noqa: PLR2004  # region names do not fit side by side on a phone
        across = alt.X(
            "region:N",
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-35 if slanted else 0, domain=False, ticks=False),
        )
        up = alt.Y("service:N", title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=100, minExtent=100))
        base = _base(values).encode(x=across, y=up, description="tip:N")
        fill = base.mark_rect(stroke="#ffffff", strokeWidth=2).encode(color=alt.Color("color:N", scale=None))
        words = base.mark_text(fontSize=11, color=ON_FILL).encode(text="text:N")
        return alt.layer(fill, words).properties(width=width - 120, height=26 * services)

    note = "Reads that gave everything, of all that were tried. Amber is partial, red has a hole."
    return _draw("coverage", "What could be read", note, build)
