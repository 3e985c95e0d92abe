"""All that one phase makes in one region: the component at the top of every stack."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aimigrate.contracts.names import slug
from aimigrate.contracts.stack import StackOverflow, StackSettings, StackSite
from aimigrate.infra.alarms import SpillAlarms, SpillAlarmsArgs
from aimigrate.infra.capacity import OverflowCapacity, OverflowCapacityArgs
from aimigrate.infra.identity import SiteIdentity, SiteIdentityArgs
from aimigrate.infra.ledger import AuditLog, AuditLogArgs
from aimigrate.infra.network import OverflowNetwork, OverflowNetworkArgs
from aimigrate.infra.previous import Foundation
from aimigrate.infra.queue import OverflowQueue, OverflowQueueArgs
from aimigrate.infra.store import ModelStore, ModelStoreArgs
from aimigrate.infra.tagging import tagged, tags_of

NAME_LIMIT = 63  # S3's; IAM takes 64, and a queue's 80 leave room for the dead one's ending
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def physical_name(*parts: str) -> str:
    """Join parts to a name that S3, IAM and SQS all take; one that they would refuse becomes its slug."""
    name = "-".join(parts)
    return name if len(name) <= NAME_LIMIT and _PLAIN.fullmatch(name) else slug(name)


@dataclass(frozen=True, kw_only=True)
class MigrationRegionArgs:
    """A stack's settings, what an earlier phase made (None: make it here), and zones for cloud capacity."""

    settings: StackSettings
    earlier: Foundation | None
    zones: Sequence[str]


class MigrationRegion(pulumi.ComponentResource):
    """Stores when none are there yet, a role for each site, and the overflow: queues, warm capacity, alarms."""

    foundation: Foundation
    outputs: Mapping[str, pulumi.Input[object]]

    def __init__(self, name: str, args: MigrationRegionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aimigrate:region:MigrationRegion", name, None, opts)
        self._settings, self._tags = args.settings, tags_of(args.settings)
        self.foundation = args.earlier or self._stores()
        overflow = args.settings.overflow
        queues = self._queues(overflow) if overflow else {}
        roles = {site.id: self._identity(site, queues).role_arn for site in args.settings.sites}
        outputs: dict[str, pulumi.Input[object]] = {**self.foundation.outputs(), "site_roles": roles}
        outputs["queue_urls"] = {workload: queue.url for workload, queue in queues.items()}
        if overflow:
            outputs["spill_alarms"] = self._alarms(overflow).names
            if overflow.instance_type and overflow.max_units:
                outputs["overflow_group"] = self._capacity(overflow, args.zones, queues).group_name
        self.outputs = outputs
        self.register_outputs(outputs)

    def _physical(self, *parts: str) -> str:
        return physical_name(self._settings.migration, self._settings.phase, *parts)

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)

    def _stores(self) -> Foundation:
        settings = self._settings
        bucket = physical_name(settings.migration, "models", settings.account_id, settings.region)
        store = ModelStore("models", ModelStoreArgs(bucket=bucket, tags=self._tags), self._child())
        log = AuditLog(
            "audit",
            AuditLogArgs(
                log_group=f"/aimigrate/{settings.migration}/audit",
                keep_days=settings.audit_retention_days,
                tags=self._tags,
            ),
            self._child(),
        )
        return Foundation(model_store_bucket=store.bucket, model_store_arn=store.arn, audit_log_arn=log.arn)

    def _queues(self, overflow: StackOverflow) -> dict[str, OverflowQueue]:
        return {
            workload: OverflowQueue(
                f"queue-{workload}",
                OverflowQueueArgs(queue=self._physical(workload), tags=tagged(self._tags, workload=workload)),
                self._child(),
            )
            for workload in sorted(overflow.batch_workloads)
        }

    def _identity(self, site: StackSite, queues: Mapping[str, OverflowQueue]) -> SiteIdentity:
        return SiteIdentity(
            f"site-{site.id}",
            SiteIdentityArgs(
                role=self._physical(site.id, self._settings.region),
                site=site.id,
                account_id=self._settings.account_id,
                workloads=site.workloads,
                store_arn=self.foundation.model_store_arn,
                log_group_arn=self.foundation.audit_log_arn,
                queue_arns=[queues[workload].arn for workload in sorted(site.workloads) if workload in queues],
                tags=tagged(self._tags, site=site.id, country=site.country),
            ),
            self._child(),
        )

    def _alarms(self, overflow: StackOverflow) -> SpillAlarms:
        args = SpillAlarmsArgs(
            migration=self._settings.migration,
            region=self._settings.region,
            prefix=self._physical(),
            low=overflow.spill_share_low,
            high=overflow.spill_share_high,
            tags=self._tags,
        )
        return SpillAlarms("spill", args, self._child())

    def _capacity(
        self, overflow: StackOverflow, zones: Sequence[str], queues: Mapping[str, OverflowQueue]
    ) -> OverflowCapacity:
        network = OverflowNetwork("overflow-network", OverflowNetworkArgs(zones=zones, tags=self._tags), self._child())
        args = OverflowCapacityArgs(
            group=self._physical("overflow", self._settings.region),
            instance_type=str(overflow.instance_type),
            units=overflow.units,
            max_units=overflow.max_units,
            subnet_ids=network.subnet_ids,
            security_group_id=network.security_group_id,
            store_arn=self.foundation.model_store_arn,
            queue_arns=[queues[workload].arn for workload in sorted(queues)],
            tags=self._tags,
        )
        return OverflowCapacity("overflow", args, self._child())


ZONES = 2  # one can fail


def build(settings: StackSettings, earlier: Foundation | None) -> MigrationRegion:
    """Make a region in the settings' own account and region, and in no other."""
    provider = aws.Provider("aws", region=settings.region, allowed_account_ids=[settings.account_id])
    zones: Sequence[str] = ()
    if settings.overflow and settings.overflow.instance_type and settings.overflow.max_units:
        found = aws.get_availability_zones(state="available", opts=pulumi.InvokeOptions(provider=provider))
        zones = sorted(found.names)[:ZONES]
    args = MigrationRegionArgs(settings=settings, earlier=earlier, zones=zones)
    return MigrationRegion(settings.phase, args, pulumi.ResourceOptions(providers=[provider]))
