"""Endpoints of each kind: what they run on, what is asked of CloudWatch, and how few requests it takes.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.collecting import Bench, Run, named, paged, refused
from tests.recorded.sagemaker import arn, tags
from tests.recorded_aws import NOW, Answer

TYPES = {
    "g5.xlarge": {"Gpus": [{"Name": "A10G", "Count": 1}], "TotalGpuMemoryInMiB": 24576},
    "g5.12xlarge": {"Gpus": [{"Name": "A10G", "Count": 4}], "TotalGpuMemoryInMiB": 98304},
    "m5.large": None,
}
TIMES = {"CreationTime": NOW - timedelta(days=30), "LastModifiedTime": NOW - timedelta(days=1)}


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def types(params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeInstanceTypes from the table."""
    wanted = [name for name in params["Filters"][0]["Values"] if name in TYPES]
    return {
        "InstanceTypes": [
            {"InstanceType": name, "VCpuInfo": {"DefaultVCpus": 4}, "MemoryInfo": {"SizeInMiB": 16384}}
            | ({"GpuInfo": TYPES[name]} if TYPES[name] else {})
            for name in wanted
        ]
    }


def endpoint(name: str) -> dict[str, Any]:
    """Return one entry of ListEndpoints."""
    return {"EndpointName": name, "EndpointArn": arn(f"endpoint/{name}"), "EndpointStatus": "InService", **TIMES}


def described(name: str, *variants: dict[str, Any], config: str | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeEndpoint of one endpoint."""
    return {**endpoint(name), "EndpointConfigName": config or name, "ProductionVariants": list(variants), **more}


def config(name: str, *variants: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeEndpointConfig of one configuration."""
    return {
        "EndpointConfigName": name,
        "EndpointConfigArn": arn(f"endpoint-config/{name}"),
        "ProductionVariants": list(variants),
        "CreationTime": NOW,
        **more,
    }


def model(name: str, **container: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeModel of one model."""
    return {"ModelName": name, "ModelArn": arn(f"model/{name}"), "CreationTime": NOW, "PrimaryContainer": container}


def live(name: str, count: int = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a variant as DescribeEndpoint gives it: without its instance type."""
    return {"VariantName": name, "CurrentWeight": 1.0, "CurrentInstanceCount": count, **more}


def planned(name: str, model_name: str | None = "m", kind: str | None = "ml.g5.xlarge", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a variant as DescribeEndpointConfig gives it."""
    where = {"InstanceType": kind, "InitialInstanceCount": 1} if kind else {}
    return {"VariantName": name, **({"ModelName": model_name} if model_name else {}), **where, **more}


def account(
    endpoints: Mapping[str, Mapping[str, Any]], configs: Mapping[str, Mapping[str, Any]], **more: Answer
) -> dict[tuple[str, str], Answer]:
    """Return the answers of an account with these endpoints and configurations, and one model `m`."""
    answers: dict[tuple[str, str], Answer] = {
        ("ec2", "DescribeInstanceTypes"): types,
        ("resourcegroupstaggingapi", "GetResources"): tags,
        ("sagemaker", "ListEndpoints"): paged("Endpoints", [endpoint(name) for name in endpoints]),
        ("sagemaker", "DescribeEndpoint"): named("EndpointName", endpoints),
        ("sagemaker", "DescribeEndpointConfig"): named("EndpointConfigName", configs),
        ("sagemaker", "ListEndpointConfigs"): paged(
            "EndpointConfigs",
            [
                {key: one[key] for key in ("EndpointConfigName", "EndpointConfigArn", "CreationTime")}
                for one in configs.values()
            ],
        ),
        ("sagemaker", "ListModels"): {"Models": [{"ModelName": "m", "ModelArn": arn("model/m"), "CreationTime": NOW}]},
        ("sagemaker", "DescribeModel"): named("ModelName", {"m": model("m", Image="pytorch:2", ModelDataUrl="s3://m")}),
        ("sagemaker", "ListInferenceComponents"): {"InferenceComponents": []},
    }
    return answers | {("sagemaker", operation): answer for operation, answer in more.items()}


def asked(run: Run, identity: str) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return metric, statistic and dimensions of everything wanted."""
    kind, _, name = identity.partition(":")
    return {(w.metric, w.statistic, w.dimensions) for w in run.found[f"{kind}:eu-central-1:{name}"].wanted}


def test_an_endpoint_is_what_runs_now_on_the_type_of_its_configuration(bench: Bench) -> None:
    """The count comes from DescribeEndpoint, the type from the configuration, the model from DescribeModel."""
    run = bench.run(
        "sagemaker-endpoints",
        account({"weld": described("weld", live("a", 3))}, {"weld": config("weld", planned("a"))}),
    )

    workload = run.workload("sagemaker_endpoint:weld")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 3.0)
    assert (workload.compute.accelerator, workload.compute.gpu_memory_gib) == ("A10G", 24.0)
    assert (workload.model.image, workload.model.artifact) == ("pytorch:2", "s3://m")
    assert workload.resources == (arn("endpoint-config/weld"), arn("endpoint/weld"), arn("model/m"))
    assert workload.tags == {"team": "body"}
    assert workload.missing == ()
    assert ("requests_count", "Sum", (("EndpointName", "weld"), ("VariantName", "a"))) in asked(
        run, "sagemaker_endpoint:weld"
    )


def test_variants_are_added_up_and_the_other_types_are_named(bench: Bench) -> None:
    """Two variants on one type are one count; the type of a third is said, and the heaviest variant gives the model."""
    idle = live("c", 1, CurrentWeight=0.0)
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"ab": described("ab", live("a", 2, CurrentWeight=0.1), live("b", 2, CurrentWeight=0.9), idle)}
            | {"solo": described("solo", live("a"))},
            {
                "ab": config("ab", planned("a", "m"), planned("b", "other"), planned("c", "m", "ml.m5.large")),
                "solo": config("solo", planned("a", "other")),
            },
            DescribeModel=named("ModelName", {"m": model("m"), "other": model("other", Image="right:1")}),
        ),
    )

    workload = run.workload("sagemaker_endpoint:ab")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 4.0)
    assert [one.reason for one in workload.missing] == [
        "its variants also run 1 x ml.m5.large; figures are those of ml.g5.xlarge"
    ]
    assert workload.model.image == "right:1"
    assert run.workload("sagemaker_endpoint:solo").model.image == "right:1"
    assert run.calls["DescribeModel"] == 1  # no variant but the heaviest is asked for its model


def test_a_shadow_variant_is_paid_for_and_asked_by_nobody(bench: Bench) -> None:
    """Its instances count and its hosts are measured; its copies of requests are no demand, nor its model the model."""
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"s": described("s", live("main", 2), ShadowProductionVariants=[live("next", 2, CurrentWeight=5.0)])},
            {"s": config("s", planned("main"), ShadowProductionVariants=[planned("next", "newer")])},
        ),
    )

    wanted = asked(run, "sagemaker_endpoint:s")

    assert run.workload("sagemaker_endpoint:s").compute.instance_count == 4.0
    assert run.workload("sagemaker_endpoint:s").model.artifact == "s3://m"
    by_variant = {dict(dimensions).get("VariantName") for metric, _, dimensions in wanted if metric == "requests_count"}
    assert by_variant == {"main"}
    assert any(metric == "gpu_utilization_percent" and ("VariantName", "next") in where for metric, _, where in wanted)
    assert run.resources[arn("endpoint/s")].facts["shadow_variants"] == "next"


def test_a_multi_model_endpoint_says_that_it_serves_many(bench: Bench) -> None:
    """Mode MultiModel: the artifact is a prefix, and which models lie there SageMaker does not say."""
    many = model("m", Image="triton:24", Mode="MultiModel", ModelDataUrl="s3://models/many/")
    run = bench.run(
        "sagemaker-endpoints",
        account({"mme": described("mme", live("a"))}, {"mme": config("mme", planned("a"))}, DescribeModel=many),
    )

    workload = run.workload("sagemaker_endpoint:mme")

    assert workload.model.artifact == "s3://models/many/"
    assert [one.what for one in workload.missing] == ["model"]
    assert run.resources[arn("endpoint/mme")].facts["mode"] == "MultiModel"


def component(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListInferenceComponents."""
    return {
        "InferenceComponentName": name,
        "InferenceComponentArn": arn(f"inference-component/{name}"),
        "EndpointName": "ic",
        "EndpointArn": arn("endpoint/ic"),
        "VariantName": "all",
        "InferenceComponentStatus": "InService",
        **TIMES,
        **more,
    }


def detailed(name: str, copies: int, **specification: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeInferenceComponent of one component."""
    needs = {"NumberOfAcceleratorDevicesRequired": 2.0, "NumberOfCpuCoresRequired": 8.0, "MinMemoryRequiredInMb": 65536}
    return {
        **component(name),
        "Specification": {"ComputeResourceRequirements": needs, **specification},
        "RuntimeConfig": {"DesiredCopyCount": copies, "CurrentCopyCount": copies},
    }


def test_inference_components_carry_the_requests_and_say_what_each_copy_needs(bench: Bench) -> None:
    """Requests are those of the components, never counted again by variant; the hosts are those of the variant."""
    parts = {
        "chat": detailed("chat", 2, ModelName="m"),
        "tone": detailed("tone", 1, Container={"DeployedImage": {"SpecifiedImage": "lmi:1"}, "ArtifactUrl": "s3://t"}),
        "lora": detailed("lora", 9, BaseInferenceComponentName="chat"),
    }
    scaled = {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 4}
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"ic": described("ic", live("all", 1, ManagedInstanceScaling=scaled))},
            {"ic": config("ic", planned("all", None, "ml.g5.12xlarge"))},
            ListInferenceComponents=paged("InferenceComponents", [component(name) for name in parts]),
            DescribeInferenceComponent=named("InferenceComponentName", parts),
        ),
    )

    workload, wanted = run.workload("sagemaker_endpoint:ic"), asked(run, "sagemaker_endpoint:ic")

    assert (workload.compute.min_count, workload.compute.max_count) == (0, 4)
    assert workload.model.image == "pytorch:2"  # of the component with the most copies; an adapter has no model
    assert {arn(f"inference-component/{name}") for name in parts} < set(workload.resources)
    requests = {where for metric, _, where in wanted if metric == "requests_count"}
    assert requests == {(("InferenceComponentName", name),) for name in parts}
    hosts = {where for metric, _, where in wanted if metric == "gpu_utilization_percent"}
    assert hosts == {(("EndpointName", "ic"), ("VariantName", "all"))}
    facts = run.resources[arn("inference-component/chat")].facts
    assert (facts["copies"], facts["accelerators_per_copy"], facts["memory_mib_per_copy"]) == ("2", "2", "65536")
    assert (run.calls["DescribeInferenceComponent"], run.calls["DescribeModel"]) == (3, 1)


def test_four_busy_gpus_of_an_instance_are_a_hundred_percent(bench: Bench) -> None:
    """SageMaker adds up the GPUs of an instance: the metric is divided by their number."""
    run = bench.run(
        "sagemaker-endpoints",
        account({"b": described("b", live("a"))}, {"b": config("b", planned("a", kind="ml.g5.12xlarge"))}),
    )

    scales = {w.metric: w.scale for w in run.found["sagemaker_endpoint:eu-central-1:b"].wanted}

    assert scales["gpu_utilization_percent"] == pytest.approx(0.25)
    assert scales["latency_p99_ms"] == pytest.approx(0.001)  # ModelLatency is in microseconds


@pytest.mark.parametrize("where", ["endpoint", "config"])
def test_an_asynchronous_endpoint_is_told_by_either_description(bench: Bench, where: str) -> None:
    """AsyncInferenceConfig makes it asynchronous: it is fed by a queue, whose backlog is asked for."""
    given = {"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://out"}}}
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"q": described("q", live("a", 0), **(given if where == "endpoint" else {}))},
            {"q": config("q", planned("a"), **(given if where == "config" else {}))},
        ),
    )

    workload = run.workload("sagemaker_async_endpoint:q")

    assert workload.triggers == ("queue",)
    assert workload.compute.instance_count == 0.0  # scaled to nothing, which is known
    assert ("queue_depth_count", "Maximum", (("EndpointName", "q"),)) in asked(run, "sagemaker_async_endpoint:q")


def test_a_serverless_endpoint_has_memory_and_concurrency_and_no_hosts(bench: Bench) -> None:
    """Its limits are concurrencies, the least one provisioned; its load is a share of the most, made a count."""
    serverless = {"MemorySizeInMB": 3072, "MaxConcurrency": 20, "ProvisionedConcurrency": 5}
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"less": described("less", {"VariantName": "a", "CurrentServerlessConfig": serverless})},
            {"less": config("less", planned("a", kind=None, ServerlessConfig=serverless))},
        ),
    )

    workload = run.workload("sagemaker_serverless_endpoint:less")
    wanted = run.found[workload.id].wanted

    compute = workload.compute
    assert (compute.memory_gib, compute.min_count, compute.max_count) == (3.0, 5, 20)
    assert (compute.instance_type, compute.instance_count) == (None, None)
    assert {w.namespace for w in wanted} == {"AWS/SageMaker"}
    (concurrency,) = (w for w in wanted if w.metric == "concurrency_count")
    assert (concurrency.statistic, concurrency.scale) == ("Maximum", 20.0)


def test_instance_pools_are_counted_by_type(bench: Bench) -> None:
    """A variant may run on several types at once, of which DescribeEndpoint gives the counts."""
    pools = [{"InstanceType": "ml.g5.xlarge", "CurrentInstanceCount": 2}]
    pools.append({"InstanceType": "ml.g5.12xlarge", "CurrentInstanceCount": 1})
    given = [{"InstanceType": pool["InstanceType"], "Priority": 1} for pool in pools]
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"p": described("p", live("a", 3, InstancePools=pools))},
            {"p": config("p", planned("a", kind=None, InstancePools=given))},
        ),
    )

    workload = run.workload("sagemaker_endpoint:p")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 2.0)
    assert "1 x ml.g5.12xlarge" in workload.missing[0].reason


def test_a_failed_endpoint_runs_nothing_that_is_known(bench: Bench) -> None:
    """It names no variant: the count of its configuration is not what runs."""
    answer = {**endpoint("f"), "EndpointConfigName": "f", "EndpointStatus": "Failed"}
    run = bench.run("sagemaker-endpoints", account({"f": answer}, {"f": config("f", planned("a"))}))

    workload = run.workload("sagemaker_endpoint:f")

    assert workload.compute.instance_count is None
    assert [one.reason for one in workload.missing] == ["the endpoint is Failed and names no variant that runs"]


def test_an_image_name_of_a_package_of_another_account_means_closed_weights(bench: Bench) -> None:
    """A marketplace package runs weights that its user never gets."""
    foreign = model("m", ModelPackageName="arn:aws:sagemaker:eu-central-1:865070037744:model-package/llm")
    run = bench.run(
        "sagemaker-endpoints",
        account({"x": described("x", live("a"))}, {"x": config("x", planned("a"))}, DescribeModel=foreign),
    )

    assert run.workload("sagemaker_endpoint:x").model.closed_weights is True


def test_the_requests_are_the_least_possible(bench: Bench) -> None:
    """250 endpoints on 5 configurations and one model: 3 pages and 3 of Search, 5 + 1 descriptions, 1 a list."""
    endpoints = {f"e{n:03d}": described(f"e{n:03d}", live("a"), config=f"c{n % 5}") for n in range(250)}
    records = [{"Endpoint": {**one, "Tags": [{"Key": "team", "Value": "body"}]}} for one in endpoints.values()]
    configs = {f"c{number}": config(f"c{number}", planned("a")) for number in range(5)}
    run = bench.run("sagemaker-endpoints", account(endpoints, configs, Search=paged("Results", records)))

    assert run.calls == {
        "DescribeEndpointConfig": 5,
        "DescribeInstanceTypes": 1,
        "DescribeModel": 1,
        "ListEndpointConfigs": 1,
        "ListEndpoints": 3,
        "ListInferenceComponents": 1,
        "ListModels": 1,
        "Search": 3,
    }
    assert run.order == sorted(run.order)
    assert len(run.found) == 250


def test_what_two_endpoints_share_belongs_to_neither(bench: Bench) -> None:
    """A shared configuration and a shared model are resources of their own, with how many use them."""
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {name: described(name, live("a"), config="both") for name in ("one", "two")},
            {"both": config("both", planned("a")), "unused": config("unused", planned("a"))},
        ),
    )

    assert run.workload("sagemaker_endpoint:one").resources == (arn("endpoint/one"),)
    assert run.resources[arn("endpoint-config/both")].facts == {"endpoints": "2"}
    assert run.resources[arn("endpoint-config/unused")].facts == {"endpoints": "0"}
    assert run.resources[arn("model/m")].facts == {"endpoints": "2"}


def test_an_endpoint_that_went_leaves_a_named_hole_and_no_workload(bench: Bench) -> None:
    """Listed, then not there: it is not in the inventory, and the coverage names it."""
    here = account({"here": described("here", live("a"))}, {"here": config("here", planned("a"))})
    here["sagemaker", "ListEndpoints"] = {"Endpoints": [endpoint("here"), endpoint("went")]}

    run = bench.run("sagemaker-endpoints", here)

    assert run.order == ["sagemaker_endpoint:eu-central-1:here"]
    entry = run.coverage["DescribeEndpoint"]
    assert (entry.status, entry.items) == ("partial", 1)
    assert "went" in (entry.reason or "")


def test_a_configuration_that_went_leaves_the_compute_unknown(bench: Bench) -> None:
    """AWS lets a configuration be deleted under a running endpoint: what the endpoint runs on is then not known."""
    run = bench.run("sagemaker-endpoints", account({"w": described("w", live("a", 2))}, {}))

    workload = run.workload("sagemaker_endpoint:w")

    assert workload.compute.instance_type is None
    (missing,) = workload.missing
    assert missing.what == "compute"
    assert "DescribeEndpointConfig" in missing.reason


@pytest.mark.parametrize(
    ("operation", "lost"),
    [("DescribeEndpoint", "compute"), ("DescribeEndpointConfig", "compute"), ("DescribeModel", "model.artifact")],
)
def test_what_is_denied_is_said_by_the_endpoint_too(bench: Bench, operation: str, lost: str) -> None:
    """The endpoint is still there, and names what is missing, why, and the action to allow."""
    run = bench.run(
        "sagemaker-endpoints",
        account(
            {"d": described("d", live("a"))},
            {"d": config("d", planned("a"))},
            **{operation: refused("AccessDeniedException")},
        ),
    )

    (missing,) = run.workload("sagemaker_endpoint:d").missing

    assert missing.what == lost
    assert "AccessDeniedException" in missing.reason
    assert missing.fix == f"allow sagemaker:{operation}"
    assert run.coverage[operation].status == "denied"


def test_denied_tags_are_unknown_not_none(bench: Bench) -> None:
    """Without the tags of an endpoint it says so itself."""
    answers = account({"t": described("t", live("a"))}, {"t": config("t", planned("a"))})
    answers["resourcegroupstaggingapi", "GetResources"] = refused("AccessDeniedException")

    workload = bench.run("sagemaker-endpoints", answers).workload("sagemaker_endpoint:t")

    assert workload.tags == {}
    assert [one.what for one in workload.missing] == ["tags"]


def test_a_second_page_that_fails_keeps_the_first(bench: Bench) -> None:
    """What the first page of endpoints gave is found, the list is partial."""
    answers = account({"p": described("p", live("a"))}, {"p": config("p", planned("a"))})

    def pages(params: dict[str, Any]) -> Mapping[str, Any]:
        if "NextToken" in params:
            return refused("InternalFailure")(params)
        return {"Endpoints": [endpoint("p")], "NextToken": "2"}

    answers["sagemaker", "ListEndpoints"] = pages

    run = bench.run("sagemaker-endpoints", answers)

    assert run.order == ["sagemaker_endpoint:eu-central-1:p"]
    assert run.coverage["ListEndpoints"].status == "partial"


def test_an_account_with_nothing_takes_four_lists(bench: Bench) -> None:
    """No endpoint: no description, no tags, nothing found, nothing missing."""
    run = bench.run("sagemaker-endpoints", {})

    assert run.calls == {"ListEndpoints": 1, "ListInferenceComponents": 1, "ListEndpointConfigs": 1, "ListModels": 1}
    assert (run.found, run.resources) == ({}, {})
