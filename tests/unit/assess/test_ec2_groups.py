"""What groups and fleets would start, how they grow and shrink, and what is asked to know it."""

from typing import Any

import pytest

from aimigrate.assess.collectors.ec2 import collector
from tests.finding import look, recorded
from tests.recorded import ec2
from tests.recorded.ec2 import account, group, instance, instance_id, policy, scheduled_action

R = "eu-central-1"


def test_an_empty_group_of_batch_is_no_workload() -> None:
    """A compute environment that scaled to nothing leaves a group that would start GPUs, for its queue."""
    mixed = {"LaunchTemplate": {"Overrides": [{"InstanceType": "g5.xlarge"}]}}
    seen = look(collector, account(groups=[group("AWSBatch-gpu-asg-1", MixedInstancesPolicy=mixed)]))

    assert seen.workloads == {}
    assert [one.facts["managed_by"] for one in seen.resources.values()] == ["batch"]


def test_a_mixed_empty_group_would_start_any_of_its_types() -> None:
    """Overrides are read as they are; nothing is asked about the template behind them."""
    overrides = [{"InstanceType": "g5.xlarge"}, {"InstanceType": "g4dn.xlarge"}]
    mixed = {
        "LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1"}, "Overrides": overrides},
        "InstancesDistribution": {"OnDemandBaseCapacity": 0, "OnDemandPercentageAboveBaseCapacity": 0},
    }
    aws = account(groups=[group("idle", MixedInstancesPolicy=mixed)])

    (found,) = look(collector, aws).workloads.values()

    assert (found.compute.instance_type, found.compute.spot, found.compute.instance_count) == ("g4dn.xlarge", True, 0)
    assert "may start g5.xlarge" in next(m.reason for m in found.missing if m.what == "compute.instance_type")
    assert aws.calls["ec2", "DescribeLaunchTemplateVersions"] == 0


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ({"AcceleratorCount": {"Min": 1}, "AcceleratorNames": ["t4"]}, "1 of t4"),
        ({"AcceleratorTypes": ["gpu"], "AcceleratorManufacturers": ["nvidia"]}, "any of gpu, nvidia"),
    ],
)
def test_a_group_that_asks_for_accelerators_by_attribute_is_a_workload(needs: dict[str, Any], words: str) -> None:
    """Its type is not known before it starts one, and that is said."""
    mixed = {"LaunchTemplate": {"Overrides": [{"InstanceRequirements": {"VCpuCount": {"Min": 4}, **needs}}]}}
    (found,) = look(collector, account(groups=[group("idle", MixedInstancesPolicy=mixed)])).workloads.values()

    assert found.compute.instance_type is None
    assert words in next(m.reason for m in found.missing if m.what == "compute.instance_type")


@pytest.mark.parametrize(
    "needs",
    [{}, {"AcceleratorCount": {"Max": 0}, "AcceleratorNames": ["t4"]}, {"AcceleratorTypes": ["fpga"]}],
)
def test_attributes_that_ask_for_no_accelerator_make_no_workload(needs: dict[str, Any]) -> None:
    """Neither plain servers, nor accelerators shut out, nor a chip that runs no model."""
    mixed = {"LaunchTemplate": {"Overrides": [{"InstanceRequirements": {"VCpuCount": {"Min": 4}, **needs}}]}}

    seen = look(collector, account(groups=[group("idle", MixedInstancesPolicy=mixed)]))

    assert seen.workloads == {}
    assert len(seen.resources) == 1


def version(template: str, number: int, kind: str, *, default: bool = False) -> dict[str, Any]:
    """Give one version of a launch template."""
    name = {"LaunchTemplateId": template, "LaunchTemplateName": f"{template}-name"}
    data = {"InstanceType": kind, "InstanceMarketOptions": {"MarketType": "spot"}}
    return {**name, "VersionNumber": number, "DefaultVersion": default, "LaunchTemplateData": data}


@pytest.mark.parametrize(("mark", "kind"), [("$Latest", "g4dn.xlarge"), ("$Default", "g5.xlarge"), ("1", "g5.xlarge")])
def test_the_version_that_a_group_names_is_the_one_read(mark: str, kind: str) -> None:
    """The latest is the highest number, the default says so; a template may be named by its name."""
    held = [version("lt-1", 1, "g5.xlarge", default=True), version("lt-1", 2, "g4dn.xlarge")]
    template = {"LaunchTemplateName": "lt-1-name", "Version": mark}
    aws = account(groups=[group("idle", LaunchTemplate=template)])
    aws.answers["ec2", "DescribeLaunchTemplateVersions"] = lambda given: {
        "LaunchTemplateVersions": held if given["LaunchTemplateName"] == "lt-1-name" else []
    }

    (found,) = look(collector, aws).workloads.values()

    assert (found.compute.instance_type, found.compute.spot) == (kind, True)


def test_many_templates_are_read_with_one_call() -> None:
    """Ten empty groups cost one request, not ten."""
    names = [f"lt-{number}" for number in range(10)]
    groups = [group(name, LaunchTemplate={"LaunchTemplateId": name, "Version": "$Latest"}) for name in names]
    aws = account(groups=groups)
    aws.answers["ec2", "DescribeLaunchTemplateVersions"] = {
        "LaunchTemplateVersions": [version(name, 4, "g5.xlarge") for name in names]
    }

    seen = look(collector, aws)

    assert len(seen.workloads) == 10
    assert aws.calls["ec2", "DescribeLaunchTemplateVersions"] == 1


def test_launch_configurations_are_read_fifty_at_a_time() -> None:
    """Sixty empty groups with configurations of their own cost two requests."""
    names = [f"c-{number:02d}" for number in range(60)]
    aws = account(groups=[group(name, LaunchConfigurationName=name) for name in names])
    aws.answers["autoscaling", "DescribeLaunchConfigurations"] = lambda given: {
        "LaunchConfigurations": [
            {"LaunchConfigurationName": name, "InstanceType": "g5.xlarge"} for name in given["LaunchConfigurationNames"]
        ]
    }

    seen = look(collector, aws)

    assert len(seen.workloads) == 60
    assert aws.calls["autoscaling", "DescribeLaunchConfigurations"] == 2


def test_a_warm_pool_serves_nothing_yet() -> None:
    """Its instances belong to the group, and are not counted as running."""
    tags = {"aws:autoscaling:groupName": "cameras"}
    held = [instance(1, tags=tags), instance(2, tags=tags), instance(3, tags=tags, State={"Name": "stopped"})]
    pool = {"WarmPoolConfiguration": {"PoolState": "Running", "MinSize": 1}, "WarmPoolSize": 2}
    seen = look(collector, account(*held, groups=[group("cameras", 1, **pool)]))

    found = seen.workloads[f"ec2_asg:{R}:cameras"]

    assert found.compute.instance_count == 1
    assert {instance_id(n) for n in (1, 2, 3)} <= set(found.resources)
    assert seen.resources[found.arn or ""].facts["warm_pool"] == "2"


def test_a_group_has_its_policies_clocks_and_target_groups() -> None:
    """They are its resources with what they do; links find it by its target group."""
    predictive = {
        "PredictiveScalingConfiguration": {
            "MetricSpecifications": [
                {
                    "TargetValue": 40.0,
                    "PredefinedMetricPairSpecification": {"PredefinedMetricType": "ASGCPUUtilization"},
                }
            ],
            "Mode": "ForecastAndScale",
        }
    }
    aws = recorded(ec2.answers())
    aws.answers["autoscaling", "DescribePolicies"] = {
        "ScalingPolicies": [policy("cameras"), policy("cameras", "PredictiveScaling", **predictive)]
    }
    seen = look(collector, aws)

    found = seen.found(f"ec2_asg:{R}:cameras")
    facts = {resource.facts.get("policy_type"): resource.facts for resource in seen.resources.values()}

    assert found.names == (ec2.CAMERA_TARGETS,)
    workload = seen.workloads[f"ec2_asg:{R}:cameras"]
    assert {scheduled_action("cameras")["ScheduledActionARN"], policy("cameras")["PolicyARN"]} <= set(
        workload.resources
    )
    assert "schedule:0 6 * * *" in workload.triggers
    assert facts["TargetTrackingScaling"]["metric"] == "ASGAverageCPUUtilization"
    assert facts["PredictiveScaling"]["metric"] == "ASGCPUUtilization"
    assert (facts["PredictiveScaling"]["mode"], facts["PredictiveScaling"]["target"]) == ("ForecastAndScale", "40")


def test_policies_are_not_asked_for_where_nothing_has_an_accelerator() -> None:
    """A call whose answer would not be used is not made."""
    aws = account(instance(1, InstanceType="t3.small"), groups=[group("web", 1)])

    look(collector, aws)

    assert aws.calls["autoscaling", "DescribePolicies"] == 0
    assert aws.calls["ec2", "DescribeLaunchTemplateVersions"] == 0
