"""A rollout: order, gates, trouble, and a run that is cut off."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aimigrate.contracts.rollout import GateResult, Rollout
from aimigrate.rollout.driver import Effect
from aimigrate.rollout.run import run

ORDER = (("eu-central-1", ("fra-1", "fra-2")), ("us-east-1", ("iad-1",)))


class Fake:
    """Does nothing, keeps a list, and answers as told."""

    def __init__(self, *, outcomes: dict[str, str] | None = None, gates: dict[str, str] | None = None) -> None:
        self.outcomes, self.gates = outcomes or {}, gates or {}
        self.done: list[str] = []

    def _effect(self, action: str, what: str) -> Effect:
        self.done.append(f"{action} {what}")
        return Effect(outcome=self.outcomes.get(f"{action} {what}", "changed"))

    def apply(self, region: str) -> Effect:
        return self._effect("apply", region)

    def converge(self, site: str) -> Effect:
        return self._effect("converge", site)

    def retreat(self, site: str) -> Effect:
        return self._effect("retreat", site)

    def accept(self, site: str) -> GateResult:
        answer = self.gates.get(site, "go")
        return GateResult.model_validate(
            {"gate": "site acceptance", "answer": answer, "observed": None, "threshold": None, "reason": "told so"}
        )


def roll(fake: Fake, state: Path) -> Rollout:
    return run(fake, ORDER, deploy_sha256="a" * 64, phase="pilot", state=state)


def states(rollout: Rollout) -> dict[str, str]:
    return {site.site: site.state for region in rollout.regions for site in region.sites}


def test_a_phase_goes_region_by_region_and_the_stack_before_its_sites(tmp_path: Path) -> None:
    """The cloud side is there before traffic may need it."""
    fake = Fake()

    rollout = roll(fake, tmp_path)

    assert fake.done == [
        "apply eu-central-1",
        "converge fra-1",
        "converge fra-2",
        "apply us-east-1",
        "converge iad-1",
    ]
    assert [region.state for region in rollout.regions] == ["done", "done"]
    assert [step.site for step in rollout.steps] == [None, "fra-1", "fra-2", None, "iad-1"]


def test_an_offline_site_blocks_no_other_site_and_is_no_success(tmp_path: Path) -> None:
    """Offline is neither done nor failed; the region is held, and the next one waits."""
    fake = Fake(outcomes={"converge fra-1": "unreachable"})

    rollout = roll(fake, tmp_path)

    assert states(rollout) == {"fra-1": "offline", "fra-2": "done", "iad-1": "waiting"}
    assert [region.state for region in rollout.regions] == ["held", "waiting"]
    assert "retreat fra-1" not in fake.done


def test_a_gate_that_holds_stops_the_rollout_and_keeps_the_site(tmp_path: Path) -> None:
    """Hold is not back: nothing is undone."""
    fake = Fake(gates={"fra-1": "hold"})

    rollout = roll(fake, tmp_path)

    assert states(rollout) == {"fra-1": "held", "fra-2": "waiting", "iad-1": "waiting"}
    assert fake.done == ["apply eu-central-1", "converge fra-1"]


def test_a_gate_that_says_back_sends_the_traffic_to_the_cloud(tmp_path: Path) -> None:
    """The site that was refused serves nothing; the sites behind it are never touched."""
    fake = Fake(gates={"fra-1": "back"})

    rollout = roll(fake, tmp_path)

    assert fake.done == ["apply eu-central-1", "converge fra-1", "retreat fra-1"]
    assert states(rollout)["fra-1"] == "rolled_back"


def test_a_failed_stack_touches_no_site(tmp_path: Path) -> None:
    """Without the cloud side there is no overflow: no site may start."""
    fake = Fake(outcomes={"apply eu-central-1": "failed"})

    rollout = roll(fake, tmp_path)

    assert fake.done == ["apply eu-central-1"]
    assert [region.state for region in rollout.regions] == ["failed", "waiting"]


def test_a_finished_run_is_not_done_twice_and_a_held_one_is_tried_anew(tmp_path: Path) -> None:
    """Running the command again is always safe."""
    held, again, third = Fake(gates={"fra-2": "hold"}), Fake(), Fake()

    first, second, last = roll(held, tmp_path), roll(again, tmp_path), roll(third, tmp_path)

    assert first.regions[0].state == "held"
    assert second.regions[0].state == "done"
    assert len(again.done) == 5
    assert third.done == []
    assert last == second


KILLED = """
import os, signal, sys
from pathlib import Path
from test_rollout_run import Fake, roll
class Logged(Fake):
    def _effect(self, action, what):
        with open(sys.argv[2], "a") as log:
            log.write(f"{action} {what}\\n")
        if f"{action} {what}" == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._effect(action, what)
print([region.state for region in roll(Logged(), Path(sys.argv[1])).regions])
"""


@pytest.mark.parametrize("moment", ["apply eu-central-1", "converge fra-2", "apply us-east-1"])
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, moment: str) -> None:
    """Only the step that was cut off runs again."""
    log = tmp_path / "log"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "state"), str(log)]

    killed = subprocess.run([*command, moment], env=env, check=False, capture_output=True)
    resumed = subprocess.run([*command, "never"], env=env, check=False, capture_output=True, text=True)

    assert killed.returncode == -signal.SIGKILL
    assert resumed.stdout.strip() == "['done', 'done']", resumed.stderr
    done = log.read_text().splitlines()
    assert done.count(moment) == 2
    assert len(done) == 6
