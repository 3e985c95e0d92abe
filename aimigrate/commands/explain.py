"""`aimigrate explain WORKLOAD --assessment FILE`: why one workload got what it got."""

from pathlib import Path
from typing import Annotated

import typer

_WORKLOAD = typer.Argument(help="The workload's id, or its name if only one has it.")
_ASSESSMENT = typer.Option("--assessment", "-a", help="assessment.json of `aimigrate assess`.")
_JSON = typer.Option("--json", help="Print the result as JSON, alone on stdout.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def explain(
        workload: Annotated[str, _WORKLOAD],
        assessment: Annotated[Path, _ASSESSMENT],
        *,
        as_json: Annotated[bool, _JSON] = False,
    ) -> None:
        """Say why a workload got its class, size, cost and verdict, and what would flip each."""
        from aimigrate.assess.explain import explain as explain_one
        from aimigrate.assess.explain import printable
        from aimigrate.contracts import Assessment
        from aimigrate.documents import load_json
        from aimigrate.output import emit_json

        found = explain_one(load_json(assessment, Assessment), workload)
        if as_json:
            emit_json(found.model_dump(mode="json"))
            return
        lines = [found.id]
        sections = (
            ("verdict", found.verdict),
            *((("ways", found.ways),) if found.ways else ()),
            ("class", found.classification),
            ("size", found.size),
            ("cost", found.cost),
            ("read", found.reading),
        )
        for title, section in sections:
            lines.extend(("", f"{title}: {section.answer}"))
            lines.extend(f"  - {reason}" for reason in section.because)
            lines.extend(f"  flips: {flip}" for flip in section.flips_if)
        if found.missing:
            lines.extend(("", "not known:", *(f"  - {line}" for line in found.missing)))
        for line in lines:
            typer.echo(printable(line))
