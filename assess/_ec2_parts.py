"""What surrounds EC2 instances: what an empty group would start, clocks, scaling policies, disks."""

from collections.abc import Iterable
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of, in_pieces
from aimigrate.contracts.inventory import Resource

_CONFIGURATIONS_A_CALL = 50  # DescribeLaunchConfigurations (Auto Scaling API reference, read 2026-11)
_ALL_TEMPLATES_FROM = 10  # so many templates: list those of the account, 200 a page, rather than one a call (ours)


@dataclass(frozen=True)
class Planned:
    """What a group or fleet would start. `asks` says in words which accelerator it asks for by its attributes."""

    types: tuple[str, ...] = ()
    asks: str | None = None
    spot: bool | None = None


NOTHING_PLANNED = Planned()


def planned(reader: Reader, groups: dict[str, Item]) -> dict[str, Planned]:
    """Return by name what Auto Scaling groups, EC2 Fleets and Spot Fleets would start.

    Launch templates and configurations are asked for only where a group names neither types nor attributes itself.
    """
    overrides = {name: _overrides(group) for name, group in groups.items()}
    unsaid = {name: groups[name] for name, given in overrides.items() if not (_types(given) or _asks(given))}
    templates = _templates(reader, [template for group in unsaid.values() for template in _template_names(group)])
    names = sorted({g["LaunchConfigurationName"] for g in unsaid.values() if g.get("LaunchConfigurationName")})
    configured = _configurations(reader, names)
    found = {}
    for name, group in groups.items():
        given = overrides[name]
        if name in unsaid:
            given = [templates[one] for one in _template_names(group) if one in templates]
            if group.get("LaunchConfigurationName") in configured:
                given.append(configured[group["LaunchConfigurationName"]])
        found[name] = Planned(_types(given), _asks(given), _spot(group, given))
    return found


def _configs(group: Item) -> list[Item]:
    """Return the launch template configurations of a fleet of either kind, or of a group's mixed instances."""
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate")
    fleet = group.get("SpotFleetRequestConfig", group)
    return ([mixed] if mixed else []) + list(fleet.get("LaunchTemplateConfigs") or ())


def _overrides(group: Item) -> list[Item]:
    specifications = group.get("SpotFleetRequestConfig", {}).get("LaunchSpecifications") or ()
    return [*specifications, *(one for config in _configs(group) for one in config.get("Overrides") or ())]


Template = tuple[str, str, str]
"""Which launch template: the parameter that names it, its id or name, its version."""


def _template_names(group: Item) -> list[Template]:
    given = [config.get("LaunchTemplateSpecification") for config in _configs(group)]
    found: set[Template] = set()
    for template in (group.get("LaunchTemplate"), *given):
        for by in ("LaunchTemplateId", "LaunchTemplateName"):
            if template and template.get(by):
                found.add((by, template[by], template.get("Version") or "$Default"))
                break
    return sorted(found)


def _templates(reader: Reader, wanted: Iterable[Template]) -> dict[Template, Item]:
    """Return what each version of a launch template holds: one call a template, or for all where there are many."""
    versions: dict[tuple[str, str], set[str]] = {}
    for by, name, version in wanted:
        versions.setdefault((by, name), set()).add(version)
    marks = {version for held in versions.values() for version in held}
    if len(versions) >= _ALL_TEMPLATES_FROM and all(mark.startswith("$") for mark in marks):
        asked: list[Item] = [{"Versions": sorted(marks), "MaxResults": 200}]
    else:
        asked = [{by: name, "Versions": sorted(held)} for (by, name), held in sorted(versions.items())]
    answers = reader.many_items("ec2", "describe_launch_template_versions", "LaunchTemplateVersions", asked)
    every = [
        {**dict(zip(("LaunchTemplateId", "LaunchTemplateName"), _named(given), strict=True)), **version}
        for given, found in zip(asked, answers, strict=True)
        for version in found
    ]
    found: dict[Template, Item] = {}
    for (by, name), marked in versions.items():
        mine = sorted((one for one in every if one.get(by) == name), key=lambda one: int(one.get("VersionNumber", 0)))
        for version in marked:
            data = _version(mine, version)
            if data is not None:
                found[by, name, version] = data
    return found


def _named(given: Item) -> tuple[str | None, str | None]:
    return given.get("LaunchTemplateId"), given.get("LaunchTemplateName")


def _version(held: list[Item], version: str) -> Item | None:
    """Pick a version: the latest has the highest number, the default says so."""
    if version == "$Latest":
        chosen = held[-1:]
    elif version == "$Default":
        chosen = [one for one in held if one.get("DefaultVersion")] or held[:1]
    else:
        chosen = [one for one in held if str(one.get("VersionNumber")) == version] or held[:1]
    return dict(chosen[0].get("LaunchTemplateData") or {}) if chosen else None


def _configurations(reader: Reader, names: list[str]) -> dict[str, Item]:
    asked: list[Item] = [{"LaunchConfigurationNames": piece} for piece in in_pieces(names, _CONFIGURATIONS_A_CALL)]
    answers = reader.many_items("autoscaling", "describe_launch_configurations", "LaunchConfigurations", asked)
    return {one["LaunchConfigurationName"]: one for found in answers for one in found}


def _types(given: Iterable[Item]) -> tuple[str, ...]:
    return tuple(sorted({one["InstanceType"] for one in given if one.get("InstanceType")}))


def _asks(given: Iterable[Item]) -> str | None:
    """Say which accelerators attributes ask for, None for none: `fpga` alone is no accelerator of a model."""
    for one in given:
        needs = one.get("InstanceRequirements") or {}
        count = needs.get("AcceleratorCount") or {}
        kinds = [kind for kind in needs.get("AcceleratorTypes") or () if kind not in ("fpga", "media")]
        told = (*(needs.get("AcceleratorNames") or ()), *(needs.get("AcceleratorManufacturers") or ()))
        if count.get("Max") == 0 or (needs.get("AcceleratorTypes") and not kinds):
            continue
        if kinds or told or (count.get("Min") or 0) > 0:
            return f"{count.get('Min') or 'any'} of {', '.join(sorted({*kinds, *told})) or 'any accelerator'}"
    return None


def _spot(group: Item, given: list[Item]) -> bool | None:
    """Return whether what it starts is spot, None where it is a mixture or not said."""
    shares = group.get("MixedInstancesPolicy", {}).get("InstancesDistribution")
    if shares:
        above, base = shares.get("OnDemandPercentageAboveBaseCapacity"), shares.get("OnDemandBaseCapacity") or 0
        return None if above is None or (above == 0 and base) else {0: True, 100: False}.get(above)
    wanted = group.get("TargetCapacitySpecification") or group.get("SpotFleetRequestConfig")
    if wanted:
        total = wanted.get("TotalTargetCapacity", wanted.get("TargetCapacity")) or 0
        on_demand = wanted.get("OnDemandTargetCapacity") or 0
        return {0: True, total: False}.get(on_demand)
    markets = {(one.get("InstanceMarketOptions") or {}).get("MarketType") == "spot" for one in given}
    return markets.pop() if len(markets) == 1 else None


def clocks(reader: Reader) -> dict[str, list[Item]]:
    """Map each Auto Scaling group to the actions that resize it at a time. 100 a call."""
    found: dict[str, list[Item]] = {}
    actions = reader.items("autoscaling", "describe_scheduled_actions", "ScheduledUpdateGroupActions", MaxRecords=100)
    for action in sorted(actions, key=lambda one: str(one.get("ScheduledActionName"))):
        found.setdefault(action["AutoScalingGroupName"], []).append(action)
    return found


def clock_id(reader: Reader, action: Item) -> str:
    """Return the ARN of a scheduled action; some endpoints leave it out."""
    group, name = action["AutoScalingGroupName"], action["ScheduledActionName"]
    made = f"scheduledUpdateGroupAction::autoScalingGroupName/{group}:scheduledActionName/{name}"
    return str(action.get("ScheduledActionARN") or arn_of(reader, "autoscaling", made))


def clock_resource(reader: Reader, action: Item) -> Resource:
    """Say when a group is resized, and to what."""
    return Resource(
        id=clock_id(reader, action),
        type="autoscaling:scheduledUpdateGroupAction",
        region=reader.region,
        facts=facts_of(
            group=action.get("AutoScalingGroupName"),
            recurrence=action.get("Recurrence"),
            time_zone=action.get("TimeZone"),
            starts_at=action["StartTime"].isoformat() if action.get("StartTime") else None,
            min_count=action.get("MinSize"),
            max_count=action.get("MaxSize"),
            desired_count=action.get("DesiredCapacity"),
        ),
    )


def policies(reader: Reader) -> dict[str, list[Item]]:
    """Map each Auto Scaling group to its scaling policies, predictive ones too. 100 a call."""
    found: dict[str, list[Item]] = {}
    for policy in reader.items("autoscaling", "describe_policies", "ScalingPolicies", MaxRecords=100):
        found.setdefault(policy["AutoScalingGroupName"], []).append(policy)
    return found


def policy_resource(reader: Reader, policy: Item) -> Resource:
    """Say by what a group scales."""
    tracked, ahead = policy.get("TargetTrackingConfiguration") or {}, policy.get("PredictiveScalingConfiguration") or {}
    forecasts = ahead.get("MetricSpecifications") or [{}]
    metric = (tracked.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
    metric = metric or (tracked.get("CustomizedMetricSpecification") or {}).get("MetricName")
    for pair in ("PredefinedMetricPairSpecification", "PredefinedLoadMetricSpecification"):
        metric = metric or (forecasts[0].get(pair) or {}).get("PredefinedMetricType")
    return Resource(
        id=policy["PolicyARN"],
        type="autoscaling:scalingPolicy",
        region=reader.region,
        facts=facts_of(
            group=policy.get("AutoScalingGroupName"),
            policy_type=policy.get("PolicyType"),
            metric=metric,
            target=tracked.get("TargetValue", forecasts[0].get("TargetValue")),
            mode=ahead.get("Mode"),
            enabled=policy.get("Enabled"),
        ),
    )


def volumes(instance: Item) -> tuple[str, ...]:
    """Return the ids of an instance's disks; they are billed beside it and go when it goes."""
    mappings = instance.get("BlockDeviceMappings") or ()
    return tuple(sorted(mapping["Ebs"]["VolumeId"] for mapping in mappings if "VolumeId" in mapping.get("Ebs", {})))
