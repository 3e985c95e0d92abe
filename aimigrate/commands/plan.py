"""`aimigrate plan ASSESSMENT --sites sites.yaml`: what moves where, in which phase."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def plan(
        assessment: Annotated[Path, typer.Argument(help="assessment.json, as `aimigrate assess` wrote it.")],
        *,
        sites: Annotated[Path, typer.Option(help="sites.yaml: the sites you have, with their hosts if known.")],
        out: Annotated[Path, typer.Option(help="Where to write the plan.")] = Path("plan.yaml"),
        name: Annotated[str, typer.Option(help="Prefix of every cloud resource.")] = "edge",
        target: Annotated[float, typer.Option(help="Warm cloud capacity over all capacity, 0.10 to 0.20.")] = 0.15,
        strategy: Annotated[str, typer.Option(help="Placement strategy.")] = "own-region",
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Plan which workload moves to which site, in four phases, with 10-20 % of the capacity kept in the cloud."""
        from aimigrate.contracts import Assessment, Sites
        from aimigrate.contracts.plan import CAPACITY_SHARE_HIGH, CAPACITY_SHARE_LOW
        from aimigrate.documents import load_json, load_yaml, save
        from aimigrate.errors import UsageProblem
        from aimigrate.output import emit_json, stderr
        from aimigrate.planning import planfile
        from aimigrate.planning.planner import make_plan

        if not CAPACITY_SHARE_LOW <= target <= CAPACITY_SHARE_HIGH:
            raise UsageProblem(
                what=f"--target {target} can't be used",
                why=f"the share of capacity kept in the cloud lies in {CAPACITY_SHARE_LOW} to {CAPACITY_SHARE_HIGH}",
                fix="give a number in between, as 0.15",
            )
        made = make_plan(
            load_json(assessment, Assessment),
            load_yaml(sites, Sites),
            name=name,
            target_share=target,
            strategy=strategy,
        )
        content = planfile.dump(made)
        kept = None
        if out.is_file() and out.read_bytes() != content:
            kept = save(out.with_name(f"{out.name}.before"), out.read_bytes())
        save(out, content)
        moving = {
            phase.name: sorted(
                {at.workload for region in phase.regions for site in region.sites for at in site.placements}
            )
            for phase in made.phases
        }
        exceptions = [
            {"phase": phase.name, "region": region.region, **region.overflow.band_exception.model_dump()}
            for phase in made.phases
            for region in phase.regions
            if region.overflow and region.overflow.band_exception
        ]
        waves = [
            {"phase": phase.name, **phase.wave_exception.model_dump()} for phase in made.phases if phase.wave_exception
        ]
        if as_json:
            emit_json(
                {
                    "plan": str(out),
                    "kept": str(kept) if kept else None,
                    "sha256": made.sha256(),
                    "moving": len(made.workloads),
                    "left": len(made.left),
                    "phases": moving,
                    "band_exceptions": exceptions,
                    "wave_exceptions": waves,
                }
            )
        for phase in made.phases:
            slugs = moving[phase.name]
            regions = ", ".join(region.region for region in phase.regions)
            what = ", ".join(slugs) if slugs else f"stores and roles in {regions}"
            stderr.print(f"{phase.name:<7}{len(slugs):>3} workloads  {what}", markup=False)
        stderr.print(f"left   {len(made.left):>3} workloads, each with its reason in the plan", markup=False)
        for exception in exceptions:
            stderr.print(
                f"outside 10-20 %: {exception['phase']} {exception['region']}: {exception['reason']}", markup=False
            )
        for wave in waves:
            size = f"{wave['workloads']} workloads ({wave['share']:.0%}) at {wave['locations']} sites"
            stderr.print(f"outside the roadmap: {wave['phase']}, {size}: {wave['reason']}", markup=False)
        if kept:
            stderr.print(f"the plan that was there is kept as {kept}", markup=False)
        stderr.print(f"wrote {out}; next: aimigrate generate {out}", markup=False)
