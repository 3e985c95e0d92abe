"""`aimigrate rollout`, `status` and `rollback`: carry a phase out, see how it stands, go back to the cloud."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aimigrate.contracts.plan import PhaseName
    from aimigrate.contracts.rendered import Rendered
    from aimigrate.contracts.rollout import Rollout
    from aimigrate.rollout.order import RegionOrder
    from aimigrate.rollout.real import RealDriver

_DEPLOY = typer.Argument(help="The folder that `aimigrate generate` wrote.")
_PHASE = typer.Option(help="assess, pilot, scale or full.")
_JSON = typer.Option("--json", help="Print the result as JSON.")
_KEY = typer.Option(help="SSH private key; without it SSH's agent and configuration are used.")
_VARS = typer.Option("--vars", help="YAML file of Ansible variables of your sites, e.g. of their mirror.")
_YES = typer.Option("--yes", help="Do it; without it the command says what it would do.")
_STANDIN = typer.Option("--standin", hidden=True, help="Use the demo's AWS stand-in (loopback only).")


def _state(deploy: Path) -> Path:
    return deploy / ".state"


def _variables(path: Path | None) -> dict[str, Any]:
    """Read the sites' own variables. Raises UsageProblem when the file holds none."""
    import yaml

    from aimigrate.errors import UsageProblem

    if path is None:
        return {}
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        fix = "give a YAML file of variables and values"
        raise UsageProblem(what=f"{path} can't be used", why=str(error).replace("\n", " "), fix=fix) from error
    if not isinstance(values, dict):
        fix = "write one `variable: value` a line"
        raise UsageProblem(what=f"{path} can't be used", why="it holds no variables", fix=fix)
    return values


def _check_phase(phase: str) -> "PhaseName":
    from aimigrate.contracts.plan import PHASES
    from aimigrate.errors import UsageProblem

    for known in PHASES:
        if known == phase:
            return known
    why = f"there are {', '.join(PHASES)}"
    raise UsageProblem(what=f"no phase is named {phase}", why=why, fix="give one of these to --phase")


def _check_agreement(deploy: Path) -> None:
    """Refuse a deploy that is not what its plan says."""
    from aimigrate.errors import DisagreementError
    from aimigrate.rendering.verify import verify

    disagreements = verify(deploy)
    if disagreements:
        raise DisagreementError(
            what=f"{deploy} is not what its plan says",
            why="\n".join(f"{item.where}: plan {item.plan}, found {item.found}" for item in disagreements[:10]),
            fix="run `aimigrate generate` again, or undo the change by hand",
        )


def _driver(deploy: Path, phase: str, key: Path | None, own: Path | None, *, standin: bool) -> "RealDriver":
    import os

    from aimigrate.rollout.real import RealDriver

    return RealDriver(
        deploy=deploy,
        phase=_check_phase(phase),
        state=_state(deploy),
        environment=os.environ,
        variables=_variables(own),
        key=key,
        standin=standin,
    )


def _order(deploy: Path, phase: str, region: str | None) -> "tuple[Rendered, tuple[RegionOrder, ...]]":
    """Return the lock, and the phase's regions and sites in the order of the plan."""
    from aimigrate.contracts.rendered import Rendered
    from aimigrate.documents import load_json
    from aimigrate.planning import planfile
    from aimigrate.rollout.order import order_of

    rendered = load_json(deploy / "deploy.lock.json", Rendered)
    return rendered, order_of(planfile.load(deploy / "plan.yaml"), rendered, _check_phase(phase), region)


def _report(rollout: "Rollout", path: Path, *, as_json: bool) -> None:
    """Show where each region and site stands. Exit 1 when something failed, 4 when something is not done."""
    from aimigrate.output import emit_json, stderr

    if as_json:
        emit_json(
            {
                "phase": rollout.phase,
                "rollout": str(path),
                "regions": [region.model_dump(mode="json") for region in rollout.regions],
            }
        )
    for region in rollout.regions:
        stderr.print(f"{region.region:<18}{region.state}", markup=False)
        for site in region.sites:
            why = f"  {site.gate.gate}: {site.gate.reason}" if site.gate else ""
            stderr.print(f"  {site.site:<16}{site.state}{why}", markup=False)
    for step in rollout.steps:
        if step.outcome in ("failed", "unreachable"):
            stderr.print(f"{step.action}, {step.site or step.region}: {step.outcome}: {step.detail}", markup=False)
    states = {region.state for region in rollout.regions}
    if "failed" in states:
        raise typer.Exit(1)
    if states != {"done"}:
        raise typer.Exit(4)


def rollout(
    deploy: Annotated[Path, _DEPLOY],
    *,
    phase: Annotated[str, _PHASE],
    region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
    yes: Annotated[bool, _YES] = False,
    ssh_key: Annotated[Path | None, _KEY] = None,
    own: Annotated[Path | None, _VARS] = None,
    standin: Annotated[bool, _STANDIN] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Carry out a phase: region by region, the stack and then each site; a run that was cut off goes on."""
    from aimigrate.documents import save
    from aimigrate.output import emit_json, stderr
    from aimigrate.rollout.run import run

    rendered, order = _order(deploy, phase, region)
    _check_agreement(deploy)
    if not yes:
        if as_json:
            emit_json({"phase": phase, "would_do": [{"region": name, "sites": sites} for name, sites in order]})
        for name, sites in order:
            stderr.print(f"{name}: pulumi up of {phase}.{name}, then {', '.join(sites) or 'no site'}", markup=False)
        stderr.print("nothing was changed; add --yes to do it", markup=False)
        return
    driver = _driver(deploy, phase, ssh_key, own, standin=standin)
    result = run(driver, order, deploy_sha256=rendered.sha256(), phase=driver.phase, state=driver.state)
    path = save(driver.state / f"rollout.{phase}.json", result.canonical())
    _report(result, path, as_json=as_json)


def status(
    deploy: Annotated[Path, _DEPLOY],
    *,
    phase: Annotated[str, _PHASE],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Show how the last rollout of a phase ended, region by region and site by site."""
    from aimigrate.contracts.rollout import Rollout
    from aimigrate.documents import load_json
    from aimigrate.errors import UsageProblem

    path = _state(deploy) / f"rollout.{_check_phase(phase)}.json"
    if not path.exists():
        raise UsageProblem(
            what=f"phase {phase} of {deploy} has not been rolled out",
            why=f"there is no {path}",
            fix=f"run `aimigrate rollout {deploy} --phase {phase}`: without --yes it only says what it would do",
        )
    _report(load_json(path, Rollout), path, as_json=as_json)


def rollback(
    deploy: Annotated[Path, _DEPLOY],
    *,
    phase: Annotated[str, _PHASE],
    region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
    yes: Annotated[bool, _YES] = False,
    ssh_key: Annotated[Path | None, _KEY] = None,
    own: Annotated[Path | None, _VARS] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Send all requests of a phase's sites to the cloud. The edge and the stacks stay as they are.

    The way back is never barred: it does not ask whether the deploy still agrees with its plan.
    """
    from aimigrate.output import emit_json, stderr

    _, order = _order(deploy, phase, region)
    sites = [site for _, names in order for site in names]
    if not yes:
        stderr.print(f"all requests of {', '.join(sites)} would go to the cloud; add --yes to do it", markup=False)
        return
    driver = _driver(deploy, phase, ssh_key, own, standin=False)
    effects = {site: driver.retreat(site) for site in sites}
    if as_json:
        emit_json({site: effect.model_dump() for site, effect in effects.items()})
    for site, effect in effects.items():
        stderr.print(f"{site}: {effect.outcome} {effect.detail}".rstrip(), markup=False)
    if any(effect.outcome not in ("changed", "unchanged") for effect in effects.values()):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (rollout, status, rollback):
        app.command()(command)
