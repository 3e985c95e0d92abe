"""Run a site's playbooks over SSH through ansible-runner, and say how they ended."""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from aimigrate.contracts.base import Frozen
from aimigrate.contracts.plan import PhaseName
from aimigrate.errors import MachineProblem, UsageProblem

Outcome = Literal["changed", "unchanged", "failed", "unreachable"]


class PlaybookRun(Frozen):
    """How a playbook ended on a site: hosts by how they ended, and the first message of a failure."""

    outcome: Outcome
    hosts: tuple[str, ...] = Field(description="Every host that was asked, reached or not.")
    changed: dict[str, int]
    failed: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    detail: str = ""


def group_of(site: str) -> str:
    """Return the inventory group of a site."""
    return f"site_{site.replace('-', '_')}"


def run_playbook(
    deploy: Path,
    playbook: str,
    site: str,
    *,
    phase: PhaseName,
    variables: Mapping[str, Any] | None = None,
    key: Path | None = None,
    check: bool = False,
) -> PlaybookRun:
    """Run one playbook of a deploy on the hosts that a site has once a phase is done. Safe to repeat.

    `variables` are the site's own, e.g. of its mirror; `key` is the SSH private key; without it SSH uses its agent and
    configuration. Raises MachineProblem without ansible-runner, UsageProblem when the deploy has no such site.
    """
    try:
        import ansible_runner
    except ImportError as error:
        raise MachineProblem(
            what="playbooks can't be run", why=f"{error.name} is not installed", fix="pip install 'aimigrate[ansible]'"
        ) from error
    inventory = deploy / "inventory" / "hosts.yml"
    if f"{group_of(site)}:" not in inventory.read_text("utf-8"):
        raise UsageProblem(
            what=f"site {site} is not in the deploy",
            why=f"{inventory} has no group {group_of(site)}",
            fix="name one of its sites",
        )
    playbooks = (deploy / "playbooks").resolve()
    environment = {
        "ANSIBLE_CONFIG": str(playbooks / "ansible.cfg"),
        "ANSIBLE_HOST_KEY_CHECKING": "True",  # ansible-runner would turn it off
        "ANSIBLE_NOCOLOR": "1",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
    }
    if key:
        environment["ANSIBLE_PRIVATE_KEY_FILE"] = str(key.resolve())
    # ansible-runner writes its whole environment below this folder: it goes when the run is over
    with tempfile.TemporaryDirectory(prefix="aimigrate-play-") as private:
        ran: Any = ansible_runner.run(
            private_data_dir=private,
            project_dir=str(playbooks),
            inventory=str(inventory.resolve()),
            playbook=playbook,
            limit=f"{group_of(site)}:&phase_{phase}",  # hosts of later phases are not touched yet
            extravars=dict(variables or {}),
            envvars=environment,
            cmdline="--check" if check else None,
            quiet=True,
        )
        return _result(ran.stats or {}, ran.events, int(ran.rc or 0))


def _result(stats: Mapping[str, Mapping[str, int]], events: Any, code: int) -> PlaybookRun:  # noqa: ANN401  # a lazy sequence of ansible-runner's
    changed = {host: count for host, count in sorted(stats.get("changed", {}).items()) if count}
    failed = tuple(sorted(host for host, count in stats.get("failures", {}).items() if count))
    unreachable = tuple(sorted(host for host, count in stats.get("dark", {}).items() if count))
    outcome: Outcome = "changed" if changed else "unchanged"
    if failed or (code and not unreachable):
        outcome = "failed"
    elif unreachable:
        outcome = "unreachable"
    detail = "" if outcome in ("changed", "unchanged") else _first_message(events)
    hosts = tuple(sorted({host for counts in stats.values() for host in counts}))
    return PlaybookRun(
        outcome=outcome, hosts=hosts, changed=changed, failed=failed, unreachable=unreachable, detail=detail
    )


def _first_message(events: Any) -> str:  # noqa: ANN401  # as above
    """Return task and message of the first failure, without the module's other results, which may hold anything."""
    for event in events:
        if event.get("event") in ("runner_on_failed", "runner_on_unreachable"):
            data = event["event_data"]
            return f"{data['host']}: {data['task']}: {data['res'].get('msg', 'no message')}"
    return "ansible-playbook ended before its first task"


def read_reports(folder: Path) -> dict[str, bool]:
    """Read what `verify.yml` found: host to whether it passed."""
    reports = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return {report["host"]: bool(report["passed"]) for report in reports}
