"""What a person reads of a cost case: figures, the bill in lines, what moves the result, scenarios side by side."""

from collections.abc import Iterator

from aimigrate.contracts.economics import CashFlow, CostCase, Economics, Percentiles, Spread

_WIDE = 30
_DRIVERS = 8
_NEVER = "never"


def lines_of(case: CostCase, found: Economics) -> Iterator[str]:
    """Yield the lines to print, in the order of what a reader asks."""
    after = found.saving_usd_per_year / 12
    before = _typical(case.before_usd_per_month) * (1 - _typical(case.before_discount_share))
    yield f"{found.name}: {before:,.0f} -> {before - after:,.0f} USD a month"
    yield from _figures(found)
    flow = found.cash_flow
    if flow is not None and flow.lines:
        yield from _bill(flow)
    if flow is not None and flow.drivers:
        yield from _moved_by(flow)
    if found.scenarios:
        yield from _scenarios(found)
    if found.assumed:
        yield f"  assumed, as the case does not say: {', '.join(found.assumed)}"
    for note in found.notes:
        yield f"  note: {note}"


def _typical(figure: float | Spread) -> float:
    return figure.typical if isinstance(figure, Spread) else figure


def _figures(found: Economics) -> Iterator[str]:
    rows = (
        ("saving_usd_per_year", "saving a year", found.saving_usd_per_year, "{:,.0f} USD"),
        ("implementation_usd", "implementation", found.implementation_usd, "{:,.0f} USD"),
        ("roi_year_one", "ROI of year one", found.roi_year_one, "{:.0%}"),
        ("payback_months", "payback", found.payback_months, "{:.1f} months"),
        ("npv_usd", f"present value, {found.horizon_months} months", found.npv_usd, "{:,.0f} USD"),
    )
    flow = found.cash_flow
    for field, title, value, form in rows:
        shown = form.format(value) if value is not None else f"unknown: {found.reasons[field]}"
        mark = " (derived)" if field in found.derived else ""
        yield f"  {title:<{_WIDE}} {shown}{mark}{_between(flow, field)}"
    if flow is not None and flow.npv_5y_usd is not None:
        between = _between(flow, "npv_5y_usd")
        yield f"  {'present value, 60 months':<{_WIDE}} {flow.npv_5y_usd:,.0f} USD{between}"
    if found.saving_usd_per_site_and_year is not None:
        yield f"  {'saving a site and year':<{_WIDE}} {found.saving_usd_per_site_and_year:,.0f} USD"
    if found.infrastructure_share is not None:
        yield f"  {'share of the AI budget':<{_WIDE}} {found.infrastructure_share.says}"
    if flow is not None and flow.drivers:
        yield f"  in brackets: 5 to 95 % of {flow.draws:,} draws, seed {flow.seed}"


def _between(flow: CashFlow | None, field: str) -> str:
    """Return the range of a figure in brackets; nothing where nothing varies."""
    if flow is None or not flow.drivers:
        return ""
    ranges: dict[str, tuple[Percentiles, str]] = {
        "roi_year_one": (flow.roi_year_one_range, "{:.0%}"),
        "payback_months": (flow.payback_range_months, "{:.1f}"),
        "npv_usd": (flow.npv_3y_range_usd, "{:,.0f}"),
        "npv_5y_usd": (flow.npv_5y_range_usd, "{:,.0f}"),
    }
    if field not in ranges:
        return ""
    found, form = ranges[field]
    low, high = (form.format(end) if end is not None else _NEVER for end in (found.p5, found.p95))
    return f"  ({low} to {high})" if (found.p5, found.p95) != (None, None) else ""


def _bill(flow: CashFlow) -> Iterator[str]:
    yield f"  {'':<{_WIDE}} {'once, USD':>12} {'a month, USD':>14}"
    for one in flow.lines:
        once, monthly = (f"{usd:,.0f}" if usd else "" for usd in (one.once_usd, one.usd_per_month))
        yield f"  {one.name:<{_WIDE}} {once:>12} {monthly:>14}  {one.how}"


def _moved_by(flow: CashFlow) -> Iterator[str]:
    yield "  what moves the present value of 60 months most, one at a time:"
    for one in flow.drivers[:_DRIVERS]:
        span = f"{one.low:g} to {one.high:g} {one.unit}"
        rank = "" if one.rank_correlation is None else f", rank correlation {one.rank_correlation:+.2f}"
        yield f"    {one.name:<{_WIDE - 2}} {span}: {one.npv_at_low_usd:,.0f} to {one.npv_at_high_usd:,.0f} USD{rank}"


def _scenarios(found: Economics) -> Iterator[str]:
    head = f"{'saving a year':>14} {'once':>10} {'ROI':>7} {'payback':>8} {'value, 60 months':>28}"
    yield f"  {'scenario':<{_WIDE}} {head}"
    flow = found.cash_flow
    rows = [
        ("as stated", found.saving_usd_per_year, found.implementation_usd, found.roi_year_one, found.payback_months,
         flow.npv_5y_usd if flow else None, flow.npv_5y_range_usd if flow else None),
        *((one.name, one.saving_usd_per_year, one.implementation_usd, one.roi_year_one, one.payback_months,
           one.npv_5y_usd, one.npv_5y_range_usd) for one in found.scenarios),
    ]  # fmt: skip
    for name, saving, once, roi, months, value, between in rows:
        span = f" ({between.p5:,.0f} to {between.p95:,.0f})" if between and between.p5 and between.p95 else ""
        yield (
            f"  {name:<{_WIDE}} {saving:>14,.0f} {_cell(once, '{:,.0f}'):>10} {_cell(roi, '{:.0%}'):>7} "
            f"{_cell(months, '{:.1f}'):>8} {_cell(value, '{:,.0f}') + span:>28}"
        )


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)
