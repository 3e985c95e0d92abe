"""`aimigrate economics CASE.yaml`: saving, payback, ROI and present value of one cost case."""

from pathlib import Path
from typing import Annotated

import typer

_CASE = typer.Argument(help="A cost case in YAML: name, before_usd_per_month, after_usd_per_month, and what is known.")
_JSON = typer.Option("--json", help="Print the result as JSON, alone on stdout.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def economics(case: Annotated[Path, _CASE], *, as_json: Annotated[bool, _JSON] = False) -> None:
        """Work out before, after, saving, payback and ROI of a cost case."""
        from aimigrate.assess.economics import CostCase
        from aimigrate.assess.economics import economics as work_out
        from aimigrate.documents import load_yaml
        from aimigrate.output import emit_json

        stated = load_yaml(case, CostCase)
        found = work_out(stated)
        if as_json:
            emit_json(found.model_dump(mode="json"))
            return
        typer.echo(f"{found.name}: {stated.before_usd_per_month:,.0f} -> {stated.after_usd_per_month:,.0f} USD a month")
        rows = (
            ("saving_usd_per_year", "saving a year", found.saving_usd_per_year, "{:,.0f} USD"),
            ("implementation_usd", "implementation", found.implementation_usd, "{:,.0f} USD"),
            ("roi_year_one", "ROI of year one", found.roi_year_one, "{:.0%}"),
            ("payback_months", "payback", found.payback_months, "{:.1f} months"),
            ("npv_usd", f"present value, {found.horizon_months} months", found.npv_usd, "{:,.0f} USD"),
        )
        for field, title, value, form in rows:
            shown = form.format(value) if value is not None else f"unknown: {found.reasons[field]}"
            mark = " (derived)" if field in found.derived else ""
            typer.echo(f"  {title:<26} {shown}{mark}")
        if found.saving_usd_per_site_and_year is not None:
            typer.echo(f"  {'saving a site and year':<26} {found.saving_usd_per_site_and_year:,.0f} USD")
        for note in found.notes:
            typer.echo(f"  note: {note}")
