"""`aimigrate preview DEPLOY`: what each phase would make in each region."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def preview(
        deploy: Annotated[Path, typer.Argument(help="A folder that `aimigrate generate` wrote.")],
        *,
        phase: Annotated[str | None, typer.Option(help="Only this phase: assess, pilot, scale or full.")] = None,
        region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
        out: Annotated[
            Path | None, typer.Option(help="Where to write; `preview` beside the deploy if not given.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, alone on stdout.")] = False,
        standin: Annotated[
            bool, typer.Option("--standin", hidden=True, help="Use the AWS stand-in on a loopback AWS_ENDPOINT_URL.")
        ] = False,
    ) -> None:
        """Show what applying the deploy would do, phase by phase and region by region. Changes nothing."""
        import os

        from aimigrate.output import emit_json, stderr, stdout
        from aimigrate.rollout.preview import preview as run

        target = out or deploy.resolve().parent / "preview"
        found = run(
            deploy, target, environment=os.environ, standin=standin, phase=phase, region=region, told=stderr.print
        )
        if as_json:
            emit_json({"out": str(target), "previews": [item.model_dump(mode="json") for item in found]})
            return
        for item in found:
            stdout.print(item.text(), markup=False)
        stdout.print(f"written to {target}", markup=False)
