"""Workers that share a state say that they live; what a dead one had begun is read by the others.

DBOS recovers the work of a worker when that worker starts again, and has no word of one that never does: without its
Conductor service nobody tells the others. So each worker leaves a beat in the state, with the state's own clock.
"""

import time
from dataclasses import dataclass, field

from dbos import DBOS, SetWorkflowID

from aimigrate.assess.durable import WORKER

BEAT_S = 20.0
"""Seconds between two beats of a worker."""
LOST_S = 300.0
"""Seconds without a beat after which the others take a worker for dead (ours, 2026-11): longer than any pause between
two beats; taken for dead too soon, a unit is read twice, and its first result counts."""
_PREFIX = "beat/"


@dataclass
class Watch:
    """Leaves this worker's beats in the state, and takes over what dead workers had begun."""

    executor: str
    _count: int = field(default_factory=lambda: int(time.time()))
    _next: float = 0.0

    def beat(self) -> None:
        """Leave a beat, then forget the one before it: a worker that lives has one at any time."""
        self._count += 1
        with SetWorkflowID(f"{_PREFIX}{self.executor}/{self._count}"):
            DBOS.start_workflow(WORKER.beat).get_result()
        mine = DBOS.list_workflows(workflow_id_prefix=f"{_PREFIX}{self.executor}/", load_output=False)
        older = [one.workflow_id for one in mine if not one.workflow_id.endswith(f"/{self._count}")]
        if older:
            DBOS.delete_workflows(older)

    def look(self, run: str) -> None:
        """Beat when it is time, and put what dead workers had begun of a run back on the queue."""
        if time.monotonic() < self._next:
            return
        self.beat()
        self._next = time.monotonic() + min(BEAT_S, LOST_S / 4)
        begun = DBOS.list_workflows(workflow_id_prefix=f"{run}/", status="PENDING", load_input=False, load_output=False)
        holders = {one.executor_id for one in begun if one.executor_id} - {self.executor}
        if holders:
            dead = sorted(holders - self._living())
            if dead:
                # Puts back what is still in a dead one's name, one row at a time, each once whoever else does so too.
                DBOS._recover_pending_workflows(dead)  # noqa: SLF001  # DBOS offers it to its own service alone

    def _living(self) -> set[str]:
        beats = {
            one.executor_id: one.created_at or 0
            for one in sorted(
                DBOS.list_workflows(workflow_id_prefix=_PREFIX, load_input=False, load_output=False),
                key=lambda one: one.created_at or 0,
            )
            if one.executor_id
        }
        now_ms = beats.get(self.executor, 0)
        return {name for name, at_ms in beats.items() if now_ms - at_ms <= LOST_S * 1000}

    def leave(self) -> None:
        """Take back the last beat: what this worker leaves undone is for the others at once."""
        mine = DBOS.list_workflows(workflow_id_prefix=f"{_PREFIX}{self.executor}/", load_output=False)
        if mine:
            DBOS.delete_workflows([one.workflow_id for one in mine])
