"""What each phase would make in each region, as the engine sees it; nothing is changed anywhere.

The engine works on a copy of a local state, so that looking leaves no trace. A phase whose earlier phase is not
applied yet is previewed with that phase's outputs assumed, and says so. Without an engine the programs run under
Pulumi's mocks, and that is said too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

from aimigrate.contracts.base import Frozen
from aimigrate.contracts.plan import PHASES, PhaseName
from aimigrate.contracts.rendered import Rendered, Stack
from aimigrate.documents import load_json, save
from aimigrate.errors import MachineProblem, UsageProblem
from aimigrate.rollout import engine as engines
from aimigrate.rollout.engine import Engine, EngineProblem
from aimigrate.rollout.stack import StackRun, prepare, settings_file

SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "+-", "import": "=", "read": ">", "same": " "}


class PreviewedResource(Frozen):
    """One resource and what would happen to it."""

    operation: str
    type: str
    name: str
    changed: tuple[str, ...] = ()


class StackPreview(Frozen):
    """What `up` of one stack would do now."""

    phase: PhaseName
    region: str
    stack: str
    by: Literal["engine", "mocks"]
    engine: str | None
    assumed_previous: bool
    changes: dict[str, int]
    resources: tuple[PreviewedResource, ...]

    def text(self) -> str:
        """Say it in lines a person reads."""
        counts = ", ".join(f"{count} {operation}" for operation, count in self.changes.items()) or "nothing to do"
        how = f"Pulumi {self.engine}" if self.by == "engine" else "Pulumi's mocks: there is no engine on this machine"
        lines = [f"{self.stack}: {counts}", f"previewed by {how}"]
        if self.assumed_previous:
            lines.append("the phase before is not applied yet: what it makes is assumed")
        width = max((len(resource.type) for resource in self.resources), default=0)
        lines.extend(
            f"{SIGNS[item.operation]:>2} {item.type:<{width}} {item.name}"
            + (f"  ({', '.join(item.changed)})" if item.changed else "")
            for item in self.resources
        )
        return "\n".join(lines) + "\n"


def stacks_of(deploy: Path, phase: str | None = None, region: str | None = None) -> tuple[Stack, ...]:
    """Return the deploy's stacks in the order of the roadmap. Raises UsageProblem when none is meant."""
    rendered = load_json(deploy / "deploy.lock.json", Rendered)
    chosen = [item for item in rendered.stacks if phase in (None, item.phase) and region in (None, item.region)]
    if not chosen:
        raise UsageProblem(
            what=f"{deploy} has no stack for phase {phase or 'any'} and region {region or 'any'}",
            why="it holds " + (", ".join(item.stack for item in rendered.stacks) or "none"),
            fix="give a phase and a region that the plan has",
        )
    return tuple(sorted(chosen, key=lambda item: (PHASES.index(item.phase), item.region)))


def preview(
    deploy: Path,
    out: Path,
    *,
    environment: Mapping[str, str],
    standin: bool,
    phase: str | None = None,
    region: str | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> list[StackPreview]:
    """Preview the deploy's stacks and write `<phase>.<region>.json` and `.txt` of each to `out`.

    With `standin` the AWS stand-in on AWS_ENDPOINT_URL takes the place of the AWS provider. `told` hears a line about
    each stack. Raises EngineProblem with the engine's words when one can't be previewed.
    """
    stacks = stacks_of(deploy, phase, region)
    engine = engines.find(environment)
    with tempfile.TemporaryDirectory(prefix="aimigrate-preview-") as scratch:
        state = Path(scratch)
        _copy_state(deploy, environment, state)

        def one(item: Stack) -> StackPreview:
            if engine is None:
                found = _by_mocks(deploy, item, state, environment)
            else:
                found = _by_engine(deploy, item, state, environment, engine=engine, standin=standin)
            told(found.text().splitlines()[0])
            return found

        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            found = list(pool.map(one, stacks))
    for item in found:
        save(out / f"{item.stack}.json", (item.model_dump_json(indent=1) + "\n").encode())
        save(out / f"{item.stack}.txt", item.text().encode())
    return found


def _local_backend(deploy: Path, environment: Mapping[str, str]) -> Path | None:
    """Return the folder that holds the state, None when a service does."""
    return engines.folder_of(environment.get("PULUMI_BACKEND_URL") or engines.backend_in(deploy / ".state"))


def _copy_state(deploy: Path, environment: Mapping[str, str], scratch: Path) -> None:
    local = _local_backend(deploy, environment)
    if local is not None and (local / ".pulumi").is_dir():
        leave = shutil.ignore_patterns("backups", "history", "locks")
        shutil.copytree(local / ".pulumi", scratch / ".pulumi", ignore=leave)
    for salted in sorted((deploy / ".state" / "work").glob("*/Pulumi.*.yaml")):
        target = scratch / "work" / salted.parent.name
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(salted, target / salted.name)


def _by_engine(
    deploy: Path, item: Stack, scratch: Path, environment: Mapping[str, str], *, engine: Engine, standin: bool
) -> StackPreview:
    settings = dict(environment)
    if _local_backend(deploy, environment) is not None:
        settings["PULUMI_BACKEND_URL"] = engines.backend_in(scratch)

    def ready(phase: str, *, assume: bool) -> StackRun:
        return prepare(
            deploy,
            phase,
            item.region,
            engine=engine,
            environment=settings,
            state=scratch,
            standin=standin,
            assume_previous=assume,
        )

    earlier = _previous_phase(deploy, item)
    assume = earlier is not None and not _is_applied(ready(earlier, assume=True))
    outcome, _ = ready(item.phase, assume=assume).preview()
    resources = [
        PreviewedResource(operation=each.operation, type=each.type, name=each.name, changed=each.changed)
        for each in outcome.resources
    ]
    return StackPreview(
        phase=item.phase,
        region=item.region,
        stack=item.stack,
        by="engine",
        engine=engine.version,
        assumed_previous=assume,
        changes=outcome.changes,
        resources=tuple(resources),
    )


def _previous_phase(deploy: Path, item: Stack) -> str | None:
    settings = yaml.safe_load(settings_file(deploy, item.phase, item.region).read_text("utf-8"))
    found = settings["config"]["aimigrate:settings"].get("previous_phase")
    return None if found is None else str(found)


def _is_applied(stack: StackRun) -> bool:
    try:
        return "model_store_arn" in stack.outputs()
    except EngineProblem:  # the backend does not know the stack
        return False


def _by_mocks(deploy: Path, item: Stack, scratch: Path, environment: Mapping[str, str]) -> StackPreview:
    """Run the program under mocks, in a Python of its own: Pulumi's runtime is one per process."""
    command = [sys.executable, "-m", "aimigrate.rollout.mocked", str(deploy.resolve()), item.phase, item.region]
    kept = {key: value for key, value in environment.items() if key in engines.PASSED_ON}
    answer = subprocess.run(  # noqa: S603  # our own module
        command, capture_output=True, text=True, check=False, env=kept, cwd=scratch
    )
    if answer.returncode != 0:
        raise MachineProblem(
            what=f"{item.stack} can't be previewed, and there is no Pulumi engine",
            why=answer.stderr.strip().splitlines()[-1] if answer.stderr.strip() else "the program failed under mocks",
            fix="pip install 'aimigrate[pulumi]', and `aimigrate doctor` says how to get the engine",
        )
    resources = TypeAdapter(tuple[PreviewedResource, ...]).validate_json(answer.stdout)
    return StackPreview(
        phase=item.phase,
        region=item.region,
        stack=item.stack,
        by="mocks",
        engine=None,
        assumed_previous=_previous_phase(deploy, item) is not None,
        changes={"create": len(resources)},
        resources=resources,
    )
