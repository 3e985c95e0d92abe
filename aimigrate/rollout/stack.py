"""One Pulumi stack of a deploy: preview it, apply it, see what drifted, take it away.

The engine works in a copy of the phase's folder: it writes into a project (the salt of a passphrase, for one), and a
generated deploy must stay as it was generated.
"""

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

import yaml

from aimigrate.contracts.base import write_atomically
from aimigrate.errors import UsageProblem
from aimigrate.rollout import engine as engines
from aimigrate.rollout import events, pending
from aimigrate.rollout.engine import Answer, Engine, EngineProblem
from aimigrate.rollout.events import Outcome

STANDIN_MODULE = "aimigrate.demo.standin"


@dataclass(frozen=True)
class StackRun:
    """A stack ready to be run: the engine, the copied project, and the environment of each run."""

    engine: Engine
    phase: str
    region: str
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    @property
    def stack(self) -> str:
        """Name of the stack, as given to `pulumi -s`."""
        return f"{self.phase}.{self.region}"

    def exists(self) -> bool:
        """Tell whether the backend knows the stack."""
        answer = self._run("stack", "ls", "--json")
        known = [str(item["name"]).rsplit("/", 1)[-1] for item in json.loads(answer.stdout or "[]")]
        return self.stack in known

    def ready(self) -> None:
        """Make the stack in the backend where it is not there yet."""
        self._run("stack", "select", "--create", "--stack", self.stack)

    def preview(self, *, expect_no_changes: bool = False) -> tuple[Outcome, str]:
        """Return what `up` would do, and the engine's words. Raises EngineProblem when there are unexpected changes."""
        self.ready()
        return self._operate("preview", *(["--expect-no-changes"] if expect_no_changes else []))

    def up(self) -> tuple[Outcome, str]:
        """Apply the stack. A second run without a change in between changes nothing."""
        self.ready()
        return self._operate("up", "--yes", "--skip-preview")

    def refresh(self) -> tuple[Outcome, str]:
        """Take over into the state what is really there; the outcome names what had drifted."""
        return self._operate("refresh", "--yes", "--skip-preview")

    def destroy(self, *, remove: bool = False) -> tuple[Outcome, str]:
        """Delete every resource of the stack, and with `remove` the stack's own record."""
        result = self._operate("destroy", "--yes", "--skip-preview")
        if remove:
            self._run("stack", "rm", "--yes", "--preserve-config", "--stack", self.stack)
        return result

    def recover(self) -> tuple[str, ...]:
        """Take up a stack whose run died: free its lock, and take over what was being made. No other run may be alive.

        Returns the URNs of what AWS may have made under no name of ours: a person must look for them by their tags.
        """
        self._run("cancel", "--yes", "--stack", self.stack)
        taken = pending.take_over(json.loads(self._run("stack", "export", "--stack", self.stack).stdout))
        state = write_atomically(self.folder / f".{self.stack}.state", json.dumps(taken.state).encode())
        try:
            self._run("stack", "import", "--stack", self.stack, "--file", str(state))
        finally:
            state.unlink()
        self.refresh()
        return taken.unsure

    def outputs(self) -> dict[str, Any]:
        """Return what the stack exports, without secrets."""
        answer = self._run("stack", "output", "--json", "--stack", self.stack)
        return dict(json.loads(answer.stdout or "{}"))

    def _operate(self, operation: str, *options: str) -> tuple[Outcome, str]:
        log = self.folder / f".{operation}.{self.stack}.events"
        log.unlink(missing_ok=True)
        arguments = [operation, "--stack", self.stack, "--event-log", str(log), "--suppress-permalink=true", *options]
        answer = engines.run(self.engine, arguments, folder=self.folder, environment=self.environment)
        outcome = events.read(log)
        log.unlink(missing_ok=True)
        if answer.code != 0:
            raise self._problem(operation, answer, outcome)
        return outcome, answer.stdout

    def _run(self, *arguments: str) -> Answer:
        answer = engines.run(self.engine, arguments, folder=self.folder, environment=self.environment)
        if answer.code != 0:
            raise self._problem(" ".join(arguments[:2]), answer, Outcome((), ()))
        return answer

    def _problem(self, operation: str, answer: Answer, outcome: Outcome) -> EngineProblem:
        said = "\n".join(outcome.problems) or answer.stderr.strip() or answer.stdout.strip()
        if "lock" in said and "pulumi cancel" in said:
            fix = f"another run holds {self.stack}; wait for it, or `pulumi cancel` if it is dead"
        else:
            fix = f"mend what the engine names and run it again; state is kept, finished resources stay ({self.stack})"
        return EngineProblem(what=f"pulumi {operation} of {self.stack} failed", why=said, fix=fix)


def settings_file(deploy: Path, phase: str, region: str) -> Path:
    """Return where a deploy keeps a stack's values."""
    return deploy / "stacks" / phase / f"Pulumi.{phase}.{region}.yaml"


def prepare(
    deploy: Path,
    phase: str,
    region: str,
    *,
    engine: Engine,
    environment: Mapping[str, str],
    state: Path | None = None,
    work: Path | None = None,
    standin: bool = False,
    assume_previous: bool = False,
    closed: bool = False,
) -> StackRun:
    """Copy a phase's project into a work folder and return the stack, ready to run.

    State goes to `state` (`.state` of the deploy when not given), the copy to `work` (below the state). With `standin`
    the copy names the AWS stand-in as its provider; `assume_previous` lets a preview go on without the phase before.
    """
    kept = state or deploy / ".state"
    folder = (work or kept / "work") / f"{phase}.{region}"
    kept.mkdir(parents=True, exist_ok=True)
    values = settings_file(deploy, phase, region)
    _copy_project(deploy / "stacks" / phase, values, folder, assume_previous=assume_previous)
    if standin:
        _wire_standin(folder)
    settings = engines.environment_for(engine, kept, environment, closed=closed or standin)
    return StackRun(engine, phase, region, folder, settings)


def _copy_project(source: Path, values: Path, folder: Path, *, assume_previous: bool) -> None:
    """Bring the copy up to date; what the engine wrote into it (the salt) stays."""
    for needed in (source / "Pulumi.yaml", source / "__main__.py", values):
        if not needed.is_file():
            raise UsageProblem(what=f"{needed} is not there", why="the deploy is not whole", fix="generate it again")
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*")):
        if path.is_file() and (path.name == "Pulumi.yaml" or not path.name.startswith("Pulumi.")):
            shutil.copyfile(path, folder / path.name)
    settings = yaml.safe_load(values.read_text("utf-8"))
    mine = folder / values.name
    before = (yaml.safe_load(mine.read_text("utf-8")) or {}) if mine.exists() else {}
    settings.update({key: before[key] for key in ("encryptionsalt", "secretsprovider") if key in before})
    if assume_previous:
        settings["config"]["aimigrate:assume_previous"] = True
    write_atomically(mine, yaml.safe_dump(settings, sort_keys=True).encode())


def _wire_standin(folder: Path) -> None:
    """Name the stand-in as the AWS provider, in the copy alone."""
    plugin = folder / "standin"
    plugin.mkdir(exist_ok=True)
    script = f'#!/bin/sh\nexec {quote(sys.executable)} -m {STANDIN_MODULE} "$@"\n'
    launcher = write_atomically(plugin / "pulumi-resource-aws", script.encode())
    launcher.chmod(0o755)
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text("utf-8"))
    project["plugins"] = {"providers": [{"name": "aws", "path": str(plugin.resolve())}]}
    write_atomically(folder / "Pulumi.yaml", yaml.safe_dump(project, sort_keys=True).encode())
