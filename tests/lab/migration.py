"""The plan of the lab's two sites, generated to a deploy as a person would, and its plays run by ansible-runner."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner

from aimigrate.contracts.plan import (
    Interval,
    ModelArtifact,
    Overflow,
    PhasePlan,
    Placement,
    Plan,
    PlannedSite,
    PlannedWorkload,
    RegionPlan,
    SitePlan,
)
from aimigrate.contracts.sites import Host
from aimigrate.rendering.bundle import generate
from tests.lab.lab import HOSTS, Lab

REGION = "eu-central-1"
MODULE = "jetson-agx-orin-64gb"
ACCOUNT = "123456789012"
MAX_CONCURRENT = 4
_BAD = {"runner_on_failed", "runner_item_on_failed", "runner_on_unreachable"}


@dataclass(frozen=True)
class Served:
    """A model of the lab: its name, its URL on the mirror, its digest, and whether a request may be sent twice."""

    name: str
    source: str
    sha256: str
    idempotent: bool


def published(lab: Lab, name: str, model: bytes, *, idempotent: bool) -> Served:
    """Put a model on the lab's mirror and cloud endpoint."""
    return Served(name, lab.publish(name, model), hashlib.sha256(model).hexdigest(), idempotent)


def make_plan(lab: Lab, models: Mapping[str, Served], host_keys: Mapping[str, str]) -> Plan:
    """Place one model on both hosts of each site; `models` by site id, `host_keys` by host name."""
    sites = sorted(models)
    overflow = Overflow(
        workloads=tuple(sorted(model.name for model in models.values())),
        instance_type="ml.g5.xlarge",
        units=1,
        max_units=2,
        unit_rps=10.0 * len(sites),
        edge_rps=40.0 * len(sites),
        capacity_share=0.2,
        spill_share=Interval(low=0.0, expected=0.05, high=0.1),
        endpoint_url=lab.cloud_url,
    )
    pilot = RegionPlan(
        region=REGION,
        sites=tuple(SitePlan(id=site, placements=(_placement(models[site].name),)) for site in sites),
        overflow=overflow,
    )
    return Plan(
        name="lab",
        account_id=ACCOUNT,
        assessment_sha256="0" * 64,
        capacity_share_target=0.15,
        sites=tuple(
            PlannedSite(id=site, region=REGION, country="DE", hosts=_hosts_of(site, host_keys)) for site in sites
        ),
        workloads=tuple(_workload(models[site]) for site in sites),
        phases=(
            PhasePlan(name="assess", months="1-3", regions=(RegionPlan(region=REGION),)),
            PhasePlan(name="pilot", months="4-6", regions=(pilot,)),
        ),
    )


def _placement(workload: str) -> Placement:
    return Placement(
        workload=workload, modules=2, module=MODULE, power_mode="MAXN", edge_rps=40, max_concurrent=MAX_CONCURRENT
    )


def _workload(model: Served) -> PlannedWorkload:
    return PlannedWorkload(
        id=f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/{model.name}",
        slug=model.name,
        label="realtime",
        region=REGION,
        model=ModelArtifact(name=model.name, source=model.source, sha256=model.sha256),
        idempotent=model.idempotent,
    )


def _hosts_of(site: str, keys: Mapping[str, str]) -> tuple[Host, ...]:
    return tuple(
        Host(name=host.name, address=host.address, module=host.module, ssh_host_key=keys[host.name])
        for host in HOSTS
        if host.site == site
    )


@dataclass(frozen=True)
class Outcome:
    """What a play did: changes by host, failure messages, hosts not reached."""

    status: str
    changed: dict[str, int]
    failed: dict[str, int]
    unreachable: dict[str, int]
    messages: str
    seconds: dict[str, float]


@dataclass(frozen=True)
class Deploy:
    """A generated deploy and the lab it is for."""

    folder: Path
    lab: Lab

    @classmethod
    def of(cls, lab: Lab, plan: Plan, folder: Path) -> "Deploy":
        """Generate the deploy of a plan."""
        generate(plan, folder)
        return cls(folder, lab)

    def play(self, playbook: str, *, limit: str | None = None, check: bool = False, **variables: object) -> Outcome:
        """Run one playbook over SSH as `aimigrate rollout` does: the deploy's inventory, the site's own variables."""
        playbooks = self.folder / "playbooks"
        runs = tempfile.mkdtemp(dir=self.folder.parent)  # a run's options are kept there and would hold for the next
        binaries = Path(sys.executable).parent
        runner = ansible_runner.run(
            private_data_dir=runs,
            project_dir=str(playbooks),
            inventory=str(self.folder / "inventory" / "hosts.yml"),
            playbook=playbook,
            limit=limit,
            extravars={
                "ansible_ssh_private_key_file": str(self.lab.key),
                "inference_providers": ["CPUExecutionProvider"],
                "inference_threads": 1,
                **self.lab.mirror_variables(),
                **variables,
            },
            envvars={
                "ANSIBLE_CONFIG": str(playbooks / "ansible.cfg"),
                "PATH": f"{binaries}:{os.environ['PATH']}",
            },
            cmdline="--check" if check else None,
            quiet=True,
        )
        events: list[dict[str, Any]] = list(runner.events)
        data = [event.get("event_data", {}) for event in events]
        bad = [event["event_data"].get("res", {}) for event in events if event["event"] in _BAD]
        messages = [str(result.get("msg", result)) for result in bad]
        stats = runner.stats or {}
        took: dict[str, float] = {}
        for item in data:
            if "duration" in item and item.get("task"):
                took[item["task"]] = took.get(item["task"], 0.0) + item["duration"]
        return Outcome(
            status=runner.status,
            changed=stats.get("changed", {}),
            failed=stats.get("failures", {}),
            unreachable=stats.get("dark", {}),
            messages="\n".join(messages),
            seconds=took,
        )
