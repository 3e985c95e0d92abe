"""`aimigrate demo`: the whole main job on the embedded account, each stage as its own command would do it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aimigrate.demo.account import DemoAccount


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    seconds[stage] = round(time.monotonic() - started, 1)


@contextmanager
def _as_the_account(account: "DemoAccount") -> Iterator[None]:
    """Point boto3 at the embedded account for a while, and put the person's own environment back."""
    import os

    before = dict(os.environ)
    for name in [name for name in before if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(account.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(account: "DemoAccount", out: Path, seconds: dict[str, float]) -> dict[str, Any]:
    """Assess, plan, generate, verify and preview; return the small result."""
    import os
    from importlib.resources import files

    from aimigrate.commands import _assessing
    from aimigrate.commands._showing import show
    from aimigrate.contracts import Sites
    from aimigrate.documents import load_yaml, save
    from aimigrate.errors import DisagreementError
    from aimigrate.output import stderr
    from aimigrate.planning import planfile
    from aimigrate.planning.planner import make_plan
    from aimigrate.rendering.bundle import generate
    from aimigrate.rendering.report import write_report
    from aimigrate.rendering.verify import verify
    from aimigrate.rollout.preview import preview

    with _timed(seconds, "assess"):
        request = _assessing.Request(
            out=out, account_id=account.account_id, regions=account.regions, focus=account.bill, now=account.now
        )
        assessed = _assessing.run(request)
    show(assessed)
    with _timed(seconds, "plan"):
        sites = save(out / "sites.yaml", (files("aimigrate.demo") / "sites.yaml").read_bytes())
        made = make_plan(assessed.assessment, load_yaml(sites, Sites), name="edge")
        plan_yaml = planfile.dump(made)
        save(out / "plan.yaml", plan_yaml)
    with _timed(seconds, "report"):
        write_report(assessed.assessment, out / "report.html", made)
    with _timed(seconds, "generate"):
        lock = generate(made, out / "deploy", plan_yaml=plan_yaml)
    stderr.print(f"planned {len(made.workloads)} moves; {len(made.left)} are left, each with its reason")
    stderr.print(f"generated {len(lock.files)} files: {len(lock.stacks)} stacks, {len(lock.sites)} sites")
    with _timed(seconds, "verify"):
        disagreements = verify(out / "deploy")
    if disagreements:
        raise DisagreementError(
            what="the deploy is not what its plan says",
            why="\n".join(f"{item.where}: plan {item.plan}, found {item.found}" for item in disagreements[:10]),
            fix="this is a fault of aimigrate: please report it with these lines",
        )
    with _timed(seconds, "preview"):
        found = preview(
            out / "deploy",
            out / "preview",
            environment=dict(os.environ),
            standin=True,
            told=lambda line: stderr.print(line, markup=False),
        )
    return {
        **assessed.summary(),
        "sites": str(out / "sites.yaml"),
        "plan": str(out / "plan.yaml"),
        "deploy": str(out / "deploy"),
        "preview": str(out / "preview"),
        "previewed_by": sorted({item.by for item in found}),
        "resources_to_create": sum(item.changes.get("create", 0) for item in found),
        "seconds": seconds,
    }


def demo(
    *,
    out: Annotated[Path, typer.Option(help="Folder for everything that is written.")] = Path("demo"),
    serve: Annotated[
        bool, typer.Option("--serve", help="Only run the embedded account, until Ctrl-C, for your own commands.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run the whole main job on an embedded AWS account: no credentials, no network.

    Exit code 3: done; the embedded account lacks some calls, and each is named as a hole in the coverage.
    """
    from aimigrate.errors import MachineProblem
    from aimigrate.output import emit_json, stderr

    try:
        from aimigrate.demo.account import running
    except ImportError as error:
        raise MachineProblem(
            what="the embedded account can't be run",
            why=f"{error.name} is not installed",
            fix="pip install 'aimigrate[demo]'",
        ) from error

    seconds: dict[str, float] = {}
    stderr.print("starting the embedded account: Kessel Hausgeraete, a made-up maker of kitchen appliances")
    started = time.monotonic()
    with running() as account:
        seconds["account"] = round(time.monotonic() - started, 1)
        if serve:
            _serve(account)
            return
        with _as_the_account(account):
            result = _run(account, out, seconds)
    if as_json:
        emit_json(result)
    _say_what_next(out, result)
    if result["exit_code"]:
        raise typer.Exit(result["exit_code"])


def _serve(account: "DemoAccount") -> None:
    """Hold the account open and say how to ask it."""
    from threading import Event

    from aimigrate.output import stderr

    for name, value in account.environment.items():
        stderr.print(f"export {name}={value}", markup=False)
    command = f"aimigrate assess --account {account.account_id} --regions {','.join(account.regions)}"
    stderr.print(f"\n{command} --focus {account.bill}", markup=False)
    stderr.print("\nserving until Ctrl-C", markup=False)
    Event().wait()


def _say_what_next(out: Path, result: dict[str, Any]) -> None:
    from aimigrate.output import stderr

    if result["previewed_by"] == ["mocks"]:
        stderr.print("previewed under Pulumi's mocks: there is no engine here; `make tools` builds one")
    stderr.print("\nwrote", markup=False)
    for name, what in (
        ("report.html", "open this first"),
        ("assessment.json", "every figure, with its evidence"),
        ("sites.yaml", "the sites a person has"),
        ("plan.yaml", "what moves where; yours to edit"),
        ("deploy/", "Pulumi stacks, Ansible inventory and playbooks"),
        ("preview/", "what the engine would make, a file per phase and region"),
    ):
        stderr.print(f"  {f'{out}/{name}':<28}{what}", markup=False)
    stderr.print(f"\nnext: aimigrate explain weld-seam-detector --assessment {out}/assessment.json", markup=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)
