"""`aimigrate report ASSESSMENT`: the report, written again."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def report(
        assessment: Annotated[Path, typer.Argument(help="assessment.json, as `aimigrate assess` wrote it.")],
        plan: Annotated[
            Path | None, typer.Option(help="plan.yaml made from it: adds phases, sites and overflow.")
        ] = None,
        out: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
        *,
        json: Annotated[bool, typer.Option("--json", help="Print the result alone on stdout.")] = False,
    ) -> None:
        """Write the report of an assessment: one HTML file that needs no network."""
        from aimigrate.contracts.assessment import Assessment
        from aimigrate.documents import load_json
        from aimigrate.output import emit_json, stderr
        from aimigrate.planning import planfile
        from aimigrate.rendering.report import write_report

        judged = load_json(assessment, Assessment)
        written = write_report(judged, out, planfile.load(plan) if plan else None)
        if json:
            emit_json(
                {
                    "report": str(written),
                    "bytes": written.stat().st_size,
                    "assessment_sha256": judged.sha256(),
                    "workloads": len(judged.workloads),
                    "coverage_holes": judged.coverage.holes,
                }
            )
        else:
            stderr.print(f"report: {written}", markup=False)
