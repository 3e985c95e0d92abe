"""The driver that changes the world: Pulumi for a region, Ansible for a site."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aimigrate.contracts.plan import PhaseName
from aimigrate.contracts.rollout import GateResult
from aimigrate.errors import AimigrateError
from aimigrate.rollout import engine as engines
from aimigrate.rollout.driver import Effect
from aimigrate.rollout.site import PlaybookRun, read_reports, run_playbook
from aimigrate.rollout.stack import prepare

ACCEPTANCE = "site acceptance"


@dataclass(frozen=True)
class RealDriver:
    """Acts on what a deploy describes. The engine's state lies below `state`; `variables` are the sites' own."""

    deploy: Path
    phase: PhaseName
    state: Path
    environment: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, Any] = field(default_factory=dict)
    key: Path | None = None
    standin: bool = False

    def apply(self, region: str) -> Effect:
        """Apply the region's stack with the engine."""
        try:
            stack = prepare(
                self.deploy,
                self.phase,
                region,
                engine=engines.require(self.environment),
                environment=self.environment,
                state=self.state,
                standin=self.standin,
            )
            outcome, _ = stack.up()
        except AimigrateError as error:
            return Effect(outcome="failed", detail=error.why)
        changed = any(operation not in ("same", "read") for operation in outcome.changes)
        return Effect(outcome="changed" if changed else "unchanged")

    def converge(self, site: str) -> Effect:
        """Run site.yml on the site."""
        return self._effect(self._playbook("site.yml", site))

    def retreat(self, site: str) -> Effect:
        """Run rollback.yml on the site."""
        return self._effect(self._playbook("rollback.yml", site))

    def accept(self, site: str) -> GateResult:
        """Run verify.yml on the site: go only when every host of it answered and passed."""
        folder = self.state / "acceptance" / site
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        ran = self._playbook("verify.yml", site, {"verify_report_folder": str(folder.resolve())})
        return _judge(ran, read_reports(folder))

    def _playbook(self, name: str, site: str, variables: Mapping[str, str] | None = None) -> PlaybookRun:
        given = {**self.variables, **(variables or {})}
        return run_playbook(self.deploy, name, site, phase=self.phase, variables=given, key=self.key)

    @staticmethod
    def _effect(ran: PlaybookRun) -> Effect:
        return Effect(outcome=ran.outcome, detail=ran.detail)


def _judge(ran: PlaybookRun, passed: Mapping[str, bool]) -> GateResult:
    """Answer back when a host did not pass, hold when one did not answer, go only when all passed."""
    good = sum(passed.values())
    refused = sorted(host for host, fine in passed.items() if not fine)
    silent = [host for host in ran.hosts if host not in passed]
    if refused:
        answer, reason = "back", f"{', '.join(refused)} did not pass: {ran.detail}"
    elif silent or not ran.hosts:
        answer, reason = "hold", f"no answer from {', '.join(silent) or 'any host'}: {ran.detail}"
    else:
        answer, reason = "go", f"all {len(ran.hosts)} hosts serve what the plan says"
    return GateResult.model_validate(
        {"gate": ACCEPTANCE, "answer": answer, "observed": good, "threshold": len(ran.hosts), "reason": reason}
    )
