"""The runs in a state: each is begun once, gone on with after it was cut off, and over when its end is marked.

Of the runs that asked the same, the recordings of all but the last two are let go of, so that a state that workers
share does not grow with every assessment. The last but one stays for a worker that is slower than the others.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOS, SetWorkflowID

from aimigrate import __version__
from aimigrate.assess.durable import WORKER

_READ, _END = "Worker.read", "Worker.end"
_KEPT = 2  # runs whose recordings stay
_DELETED = 500  # workflows in one statement


@dataclass(frozen=True)
class Asked:
    """What is to be read. Two runs that ask the same go on with each other's work."""

    account_id: str
    regions: tuple[str, ...]
    lookback_days: float
    organization: bool = False
    with_bill: bool = False
    max_metrics: int | None = None

    @property
    def key(self) -> str:
        """Return what names a run of it, with the version that reads: another version may ask for other things."""
        text = json.dumps([*vars(self).values(), __version__], default=list)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Run:
    """One run: its name in the state, what it is as of, and its accounts."""

    name: str
    asked: Asked
    now: datetime
    accounts: tuple[str, ...]


def begin(asked: Asked) -> Run:
    """Start a run, or go on with the one that was cut off. What ended in an error is tried anew."""
    ended = DBOS.list_workflows(workflow_id_prefix=f"{asked.key}-", status="SUCCESS", name=_END, load_output=False)
    name = f"{asked.key}-{len(ended)}"
    _forget(asked, before=len(ended) + 1 - _KEPT)
    broken = DBOS.list_workflows(
        workflow_id_prefix=f"{name}/", status=["ERROR", "CANCELLED"], load_input=False, load_output=False
    )
    if broken:
        DBOS.delete_workflows([one.workflow_id for one in broken])
    with SetWorkflowID(f"{name}/begin"):
        decided = DBOS.start_workflow(WORKER.begin).get_result()
    return Run(name, asked, datetime.fromisoformat(decided["now"]), tuple(decided["accounts"]))


def _forget(asked: Asked, *, before: int) -> None:
    """Let go of what the runs before a number read; that they ended stays, since it numbers those that follow."""
    read = DBOS.list_workflows(
        workflow_id_prefix=f"{asked.key}-", status="SUCCESS", name=_READ, load_input=False, load_output=False
    )
    old = [one.workflow_id for one in read if _number(one.workflow_id) < before]
    for first in range(0, len(old), _DELETED):
        DBOS.delete_workflows(old[first : first + _DELETED])


def _number(workflow_id: str) -> int:
    """Return which run a workflow belongs to, by its name: `KEY-NUMBER/…`."""
    return int(workflow_id.partition("/")[0].rpartition("-")[2])


def end(run: Run) -> None:
    """Mark a run as over: the next call for the same thing starts a new one."""
    with SetWorkflowID(f"{run.name}/end"):
        DBOS.start_workflow(WORKER.end).get_result()


def finished_units(run: Run) -> int:
    """Return how many units of a run are read and kept."""
    return len(
        DBOS.list_workflows(
            workflow_id_prefix=f"{run.name}/", status="SUCCESS", name=_READ, load_input=False, load_output=False
        )
    )
