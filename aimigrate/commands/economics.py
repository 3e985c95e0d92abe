"""`aimigrate economics CASE.yaml`: saving, payback, ROI and present value of one cost case, and how sure they are."""

from pathlib import Path
from typing import Annotated

import typer

_CASE = typer.Argument(
    help="A cost case in YAML: before_usd_per_month, after_usd_per_month or edge, and what is known."
)
_JSON = typer.Option("--json", help="Print the result as JSON, alone on stdout.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def economics(case: Annotated[Path, _CASE], *, as_json: Annotated[bool, _JSON] = False) -> None:
        """Work out saving, payback, ROI and present value of a cost case, with ranges and up to five scenarios."""
        from aimigrate.assess.economics import CostCase
        from aimigrate.assess.economics import economics as work_out
        from aimigrate.commands._money import lines_of
        from aimigrate.documents import load_yaml
        from aimigrate.output import emit_json

        stated = load_yaml(case, CostCase)
        found = work_out(stated)
        if as_json:
            emit_json(found.model_dump(mode="json"))
            return
        for line in lines_of(stated, found):
            typer.echo(line)
