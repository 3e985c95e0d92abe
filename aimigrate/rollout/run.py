"""A rollout as a durable workflow: each effect is a recorded step, and a run that was cut off goes on where it was."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID

from aimigrate import __version__
from aimigrate.contracts.plan import PhaseName
from aimigrate.contracts.rollout import GateResult, RegionState, Rollout, SiteState, Step
from aimigrate.rollout.driver import Driver, Effect
from aimigrate.rollout.order import RegionOrder, region_state

_RUN_NAME = "rollout"


@DBOS.dbos_class()
class Runner(DBOSConfiguredInstance):
    """Carries out one phase: region by region, in each the stack first, then site by site.

    After a restart DBOS finds a run's object by its name, so a process has one, and `run` gives it its driver.
    """

    driver: Driver

    def __init__(self) -> None:
        super().__init__(config_name=_RUN_NAME)

    @DBOS.workflow()
    def carry_out(self, order: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """Return the regions' states and every step. Stops before the next region when one is not done."""
        steps: list[dict[str, Any]] = []
        regions: list[RegionState] = []
        for region, sites in order:
            if regions and regions[-1].state != "done":
                regions.append(_waiting(region, sites))
                continue
            steps.append(self.apply(region))
            applied = steps[-1]["outcome"] != "failed"
            states = self._sites(region, sites, steps) if applied else list(_waiting(region, sites).sites)
            regions.append(region_state(region, applied, states))
        return {"regions": [item.model_dump(mode="json") for item in regions], "steps": steps}

    def _sites(self, region: str, sites: Sequence[str], steps: list[dict[str, Any]]) -> list[SiteState]:
        """Pass over an unreachable site, which counts as offline; a failed or refused one stops the region."""
        states: list[SiteState] = []
        for index, site in enumerate(sites):
            steps.append(self.converge(region, site))
            if steps[-1]["outcome"] == "unreachable":
                states.append(SiteState(site=site, state="offline", edge_share=0))
                continue
            gate = GateResult.model_validate(self.accept(site)) if steps[-1]["outcome"] != "failed" else None
            if gate and gate.answer == "go":
                states.append(SiteState(site=site, state="done", edge_share=1, gate=gate))
                continue
            if gate and gate.answer == "hold":
                states.append(SiteState(site=site, state="held", edge_share=1, gate=gate))
            else:
                steps.append(self.retreat(region, site))
                back = steps[-1]["outcome"] in ("changed", "unchanged")
                states.append(SiteState(site=site, state="rolled_back" if back else "failed", edge_share=0, gate=gate))
            states.extend(SiteState(site=later, state="waiting", edge_share=0) for later in sites[index + 1 :])
            break
        return states

    @DBOS.step()
    def apply(self, region: str) -> dict[str, Any]:
        """Apply the region's stack."""
        return _record(region, None, "apply stack", self.driver.apply(region))

    @DBOS.step()
    def converge(self, region: str, site: str) -> dict[str, Any]:
        """Run the site's playbook."""
        return _record(region, site, "converge site", self.driver.converge(site))

    @DBOS.step()
    def accept(self, site: str) -> dict[str, Any]:
        """Ask the site's gate."""
        return self.driver.accept(site).model_dump(mode="json")

    @DBOS.step()
    def retreat(self, region: str, site: str) -> dict[str, Any]:
        """Send the site's traffic back to the cloud."""
        return _record(region, site, "retreat to the cloud", self.driver.retreat(site))


_RUNNER = Runner()


def _record(region: str, site: str | None, action: str, effect: Effect) -> dict[str, Any]:
    step = {"at": datetime.now(UTC), "region": region, "site": site, "action": action, **effect.model_dump()}
    return Step.model_validate(step).model_dump(mode="json")


def _waiting(region: str, sites: Sequence[str]) -> RegionState:
    states = tuple(SiteState(site=site, state="waiting", edge_share=0) for site in sites)
    return RegionState(region=region, state="waiting", sites=states)


@contextmanager
def _durable(state: Path) -> Iterator[None]:
    state.mkdir(parents=True, exist_ok=True)
    DBOS(
        config={
            "name": "aimigrate",
            "system_database_url": f"sqlite:///{state / 'runs.sqlite'}",
            "application_version": __version__,
            "executor_id": "local",
            "console_log_level": "ERROR",
            "log_level": "ERROR",
        }
    )
    try:
        yield
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=0)


def _ended_otherwise(prefix: str) -> int:
    """Earlier runs of this deploy and phase that are over and did not end with every region done."""
    over = DBOS.list_workflows(workflow_id_prefix=prefix, status=["SUCCESS", "ERROR"], load_input=False)
    return sum(not run.output or any(region["state"] != "done" for region in run.output["regions"]) for run in over)


def run(driver: Driver, order: Sequence[RegionOrder], *, deploy_sha256: str, phase: PhaseName, state: Path) -> Rollout:
    """Carry out a phase, or go on with the run of it that was cut off.

    `state` is the folder of the run's database. A run that ended held or failed is tried anew by
    the next call; one that is done is returned as it was, and nothing is done twice.
    """
    with _durable(state):
        _RUNNER.driver = driver
        DBOS.launch()
        prefix = f"{deploy_sha256[:16]}-{phase}-{'+'.join(region for region, _ in order)}-"
        with SetWorkflowID(f"{prefix}{_ended_otherwise(prefix)}"):
            handle = DBOS.start_workflow(_RUNNER.carry_out, [[region, list(sites)] for region, sites in order])
        result = handle.get_result()
    return Rollout(deploy_sha256=deploy_sha256, phase=phase, regions=result["regions"], steps=result["steps"])
