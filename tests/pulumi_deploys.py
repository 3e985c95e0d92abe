"""A small deploy as `generate` lays it out: four phases in two regions, settings by hand."""

import shutil
from pathlib import Path

import yaml

from aimigrate.contracts.plan import PHASES, PhaseName
from aimigrate.contracts.rendered import Rendered, RenderedFile, Stack
from aimigrate.contracts.stack import StackModel, StackOverflow, StackSettings, StackSite

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "123456789012"  # moto's account for any credentials
REGIONS = ("eu-central-1", "us-east-1")
_SITES = {
    ("pilot", "eu-central-1"): ("fra-plant-1", "DE"),
    ("pilot", "us-east-1"): ("iad-hub-1", "US"),
    ("scale", "eu-central-1"): ("muc-plant-2", "DE"),
    ("scale", "us-east-1"): ("nyc-store-2", "US"),
    ("full", "eu-central-1"): ("ber-lab-3", "DE"),
    ("full", "us-east-1"): ("bos-lab-3", "US"),
}


def settings_of(phase: PhaseName, region: str, **changes: object) -> StackSettings:
    """Return the settings of one stack; the pilot alone keeps warm capacity, the later phases a queue and alarms."""
    site = _SITES.get((phase, region))
    capacity = phase == "pilot"
    values: dict[str, object] = {
        "migration": "acme",
        "account_id": ACCOUNT,
        "phase": phase,
        "region": region,
        "previous_phase": PHASES[PHASES.index(phase) - 1] if phase != "assess" else None,
        "plan_sha256": "ab" * 32,
        "audit_retention_days": 360,
        "observation_days": 30,
        "models": (StackModel(name="defects", version="1"),),
        "sites": (StackSite(id=site[0], country=site[1], workloads=("defects", "nightly")),) if site else (),
        "overflow": StackOverflow(
            workloads=("defects", "nightly"),
            batch_workloads=("nightly",),
            instance_type="g4dn.xlarge" if capacity else None,
            units=1 if capacity else 0,
            max_units=3 if capacity else 0,
            unit_rps=12.0,
            capacity_share=0.15 if capacity else 0.0,
            spill_share_low=0.02,
            spill_share_high=0.12,
        )
        if site
        else None,
    }
    return StackSettings.model_validate({**values, **changes})


def write_settings(deploy: Path, settings: StackSettings) -> Path:
    """Write Pulumi.<stack>.yaml of one stack."""
    path = deploy / "stacks" / settings.phase / f"Pulumi.{settings.phase}.{settings.region}.yaml"
    config = {"config": {"aimigrate:settings": settings.model_dump(mode="json")}}
    path.write_text(yaml.safe_dump(config, sort_keys=True), "utf-8")
    return path


def write_deploy(folder: Path, regions: tuple[str, ...] = REGIONS) -> Path:
    """Lay a deploy out: the packaged phases, a settings file a stack, and the lock that lists them."""
    stacks = []
    for phase in PHASES:
        target = folder / "stacks" / phase
        target.mkdir(parents=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copyfile(ROOT / "stacks" / phase / name, target / name)
        for region in regions:
            write_settings(folder, settings_of(phase, region))
            stacks.append(Stack(phase=phase, region=region, stack=f"{phase}.{region}", folder=f"stacks/{phase}"))
    rendered = Rendered(
        plan_sha256="ab" * 32,
        generator="aimigrate test",
        stacks=tuple(stacks),
        sites=(),
        files=(RenderedFile(path="stacks/assess/Pulumi.yaml", sha256="00" * 32, template="stacks/assess/Pulumi.yaml"),),
    )
    rendered.save(folder / "deploy.lock.json")
    return folder
