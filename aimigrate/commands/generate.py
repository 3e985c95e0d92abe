"""`aimigrate generate PLAN`: Pulumi stacks, an Ansible inventory and playbooks from a plan."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def generate(
        plan: Annotated[Path, typer.Argument(help="plan.yaml, edited or not.")],
        *,
        out: Annotated[Path, typer.Option(help="The deploy folder.")] = Path("deploy"),
        assessment: Annotated[
            Path | None,
            typer.Option(help="The assessment the plan must have been made from; by default the one beside the plan."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Write the stacks, the inventory and the playbooks of a plan, all or none.

        Exit code 3: done, but a site that the plan uses names no hosts and is not in the inventory.
        """
        from aimigrate.contracts import Plan
        from aimigrate.documents import load_yaml
        from aimigrate.output import emit_json, stderr
        from aimigrate.rendering.bundle import generate as write
        from aimigrate.rendering.faults import PlanFault

        given = load_yaml(plan, Plan)
        _refuse_stale(given.assessment_sha256, plan, assessment)
        try:
            lock = write(given, out, plan_yaml=plan.read_bytes())
        except PlanFault as fault:
            raise fault.located(plan) from fault
        exit_code = 3 if lock.sites_without_hosts else 0
        if as_json:
            emit_json(
                {
                    "deploy": str(out),
                    "plan_sha256": lock.plan_sha256,
                    "stacks": [stack.stack for stack in lock.stacks],
                    "sites": list(lock.sites),
                    "sites_without_hosts": list(lock.sites_without_hosts),
                    "files": len(lock.files),
                    "exit_code": exit_code,
                }
            )
        stderr.print(f"wrote {out}: {len(lock.files)} files", markup=False)
        stderr.print(f"  stacks     {', '.join(stack.stack for stack in lock.stacks)}", markup=False)
        stderr.print(f"  inventory  {', '.join(lock.sites) or 'no site'}", markup=False)
        for site in lock.sites_without_hosts:
            stderr.print(f"  left out   {site}: no hosts in the plan; add them to its `hosts`", markup=False)
        stderr.print(f"next: aimigrate verify {out}", markup=False)
        if exit_code:
            raise typer.Exit(exit_code)


def _refuse_stale(expected: str, plan: Path, given: Path | None) -> None:
    """Refuse a plan whose assessment has changed since."""
    from aimigrate.contracts import Assessment
    from aimigrate.documents import load_json
    from aimigrate.errors import PlanStaleError

    path = given or plan.with_name("assessment.json")
    if given is None and not path.is_file():
        return
    actual = load_json(path, Assessment).sha256()
    if actual != expected:
        raise PlanStaleError(
            what=f"{plan} was made from another assessment",
            why=f"it names sha256 {expected[:12]}, {path} has {actual[:12]}",
            fix="run `aimigrate plan` again, then review the difference; your edits stay in plan.yaml.before",
        )
