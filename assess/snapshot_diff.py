"""What changed between two snapshots: accounts, regions, workloads field by field, resources, holes in the coverage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aimigrate.assess.snapshot import Snapshot
from aimigrate.contracts.base import Frozen, UtcDatetime
from aimigrate.contracts.inventory import CoverageEntry, Inventory, Workload


class Taken(Frozen):
    """One of the two snapshots."""

    account_id: str
    collected_at: UtcDatetime


class Named(Frozen):
    """Something that is in one of the two alone."""

    account_id: str
    id: str
    type: str
    region: str


class FieldChange(Frozen):
    """One field of a workload; null is unknown or not there."""

    field: str
    before: Any = None
    after: Any = None


class WorkloadChange(Frozen):
    """What is different in a workload that both hold."""

    account_id: str
    id: str
    fields: tuple[FieldChange, ...]


class Hole(Frozen):
    """A hole in the coverage."""

    account_id: str
    region: str
    service: str
    operation: str
    status: str
    reason: str | None = None


class SnapshotDiff(Frozen):
    """What the second snapshot has that the first has not, and the other way round. Each list is sorted."""

    changed: bool
    before: Taken
    after: Taken
    accounts_added: tuple[str, ...] = ()
    accounts_removed: tuple[str, ...] = ()
    regions_added: tuple[str, ...] = ()
    """As account/region, of accounts that both hold."""
    regions_removed: tuple[str, ...] = ()
    workloads_added: tuple[Named, ...] = ()
    workloads_removed: tuple[Named, ...] = ()
    workloads_changed: tuple[WorkloadChange, ...] = ()
    resources_added: tuple[Named, ...] = ()
    resources_removed: tuple[Named, ...] = ()
    holes_opened: tuple[Hole, ...] = ()
    """Those of the second that the first has not, or has with another status."""
    holes_closed: tuple[Hole, ...] = ()


_Key = tuple[str, str]


@dataclass
class _Held:
    """What is compared of one snapshot: no points, so that an organization fits."""

    taken: Taken
    regions: dict[str, set[str]] = field(default_factory=dict)
    workloads: dict[_Key, tuple[Named, dict[str, Any]]] = field(default_factory=dict)
    resources: dict[_Key, Named] = field(default_factory=dict)
    holes: dict[tuple[str, str, str, str], Hole] = field(default_factory=dict)

    def add(self, inventory: Inventory) -> None:
        """Take what is compared of an account."""
        account_id = inventory.account_id
        self.regions[account_id] = set(inventory.regions)
        for one in inventory.workloads:
            named = Named(account_id=account_id, id=one.id, type=one.kind, region=one.region)
            self.workloads[account_id, one.id] = named, _facts(one)
        for thing in inventory.resources:
            named = Named(account_id=account_id, id=thing.id, type=thing.type, region=thing.region)
            self.resources[account_id, thing.id] = named
        for entry in inventory.coverage.entries:
            if entry.status != "complete":
                key = (entry.account_id, entry.region, entry.service, entry.operation)
                self.holes[key] = _hole(entry)


def _hole(entry: CoverageEntry) -> Hole:
    return Hole(
        account_id=entry.account_id,
        region=entry.region,
        service=entry.service,
        operation=entry.operation,
        status=entry.status,
        reason=entry.reason,
    )


def _facts(workload: Workload) -> dict[str, Any]:
    """Return a workload's fields by name. Of runs, resources and series the number counts: each day has others."""
    plain = workload.model_dump(mode="json", include={"arn", "kind", "latency_objective_ms", "name", "reading"})
    plain |= {"region": workload.region, "stated_usd_per_month": workload.stated_usd_per_month}
    for part in ("compute", "model"):
        plain |= {f"{part}.{name}": value for name, value in getattr(workload, part).model_dump(mode="json").items()}
    plain |= {f"tags.{name}": value for name, value in workload.tags.items()}
    plain |= {"triggers": sorted(workload.triggers), "started_by": sorted(workload.started_by)}
    plain |= {"resources_count": len(workload.resources), "runs_count": len(workload.runs)}
    return plain | {"metrics": sorted({one.metric for one in workload.series})}


def _held(snapshot: Snapshot) -> _Held:
    about = snapshot.manifest
    held = _Held(Taken(account_id=about.account_id, collected_at=about.collected_at))
    for inventory in snapshot.inventories():
        held.add(inventory)
    return held


def diff(before: Snapshot, after: Snapshot) -> SnapshotDiff:
    """Return what changed; the same two snapshots give the same result. Raises UsageProblem for one not whole."""
    old, new = _held(before), _held(after)
    both = sorted(old.regions.keys() & new.regions.keys())
    found: dict[str, Any] = {
        "accounts_added": _more(new.regions, old.regions),
        "accounts_removed": _more(old.regions, new.regions),
        "regions_added": tuple(f"{one}/{name}" for one in both for name in sorted(new.regions[one] - old.regions[one])),
        "regions_removed": tuple(
            f"{one}/{name}" for one in both for name in sorted(old.regions[one] - new.regions[one])
        ),
        "workloads_added": tuple(new.workloads[key][0] for key in _more(new.workloads, old.workloads)),
        "workloads_removed": tuple(old.workloads[key][0] for key in _more(old.workloads, new.workloads)),
        "workloads_changed": tuple(_changes(old, new)),
        "resources_added": tuple(new.resources[key] for key in _more(new.resources, old.resources)),
        "resources_removed": tuple(old.resources[key] for key in _more(old.resources, new.resources)),
        "holes_opened": tuple(
            hole
            for key, hole in sorted(new.holes.items())
            if key not in old.holes or old.holes[key].status != hole.status
        ),
        "holes_closed": tuple(old.holes[key] for key in _more(old.holes, new.holes)),
    }
    return SnapshotDiff(changed=any(found.values()), before=old.taken, after=new.taken, **found)


def _more(these: Mapping[Any, Any], those: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(sorted(these.keys() - those.keys()))


def _changes(old: _Held, new: _Held) -> Iterable[WorkloadChange]:
    for key in sorted(old.workloads.keys() & new.workloads.keys()):
        before, after = old.workloads[key][1], new.workloads[key][1]
        fields = tuple(
            FieldChange(field=name, before=before.get(name), after=after.get(name))
            for name in sorted(before.keys() | after.keys())
            if before.get(name) != after.get(name)
        )
        if fields:
            yield WorkloadChange(account_id=key[0], id=key[1], fields=fields)
