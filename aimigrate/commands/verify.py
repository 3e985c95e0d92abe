"""`aimigrate verify DEPLOY`: prove that a deploy says what its plan says."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def verify(
        deploy: Annotated[Path, typer.Argument(help="The folder that `aimigrate generate` wrote.")] = Path("deploy"),
        *,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Derive every file of a deploy from its plan again and name each value that differs.

        Exit code 1: they disagree.
        """
        from dataclasses import asdict

        from aimigrate.output import emit_json, stderr
        from aimigrate.rendering.verify import verify as compare

        found = compare(deploy)
        if as_json:
            emit_json({"agrees": not found, "disagreements": [asdict(item) for item in found]})
        for item in found:
            stderr.print(f"{item.where}: the plan says {item.plan}; found {item.found}", markup=False)
        if found:
            fix = f"`aimigrate generate PLAN --out {deploy}` writes it anew"
            stderr.print(f"{len(found)} disagreements; {fix}", markup=False)
            raise typer.Exit(1)
        stderr.print(f"{deploy}: stacks, inventory and playbooks agree with the plan", markup=False)
