"""Bedrock: provisioned throughput, models called on demand, batch inference, and what lies beside them.

Answers are shaped as the Amazon Bedrock and CloudWatch API references give them (read 2026-11), and held against
botocore's models; the dimension of AWS/Bedrock is from the Amazon Bedrock user guide, runtime metrics (read 2026-11).
"""

from datetime import timedelta
from typing import Any

import pytest

from aimigrate.assess._bedrock_models import bedrock_facts, closed_weights
from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.cost import cost_of
from tests.collecting import Bench, Run, refused
from tests.recorded.bedrock import CLAUDE, LLAMA, arn
from tests.recorded.sagemaker import tags
from tests.recorded_aws import NOW, REGION, Answer

CUSTOM = arn("custom-model/meta.llama3-1-8b-instruct-v1:0:128k/support1")


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def called(*model_ids: str) -> dict[str, Any]:
    """Return ListMetrics: an id has a metric of its own, and others with further dimensions."""
    metrics = [[("ModelId", name)] for name in model_ids]
    metrics += [[], *([("ModelId", name), ("ImageSize", "1024")] for name in model_ids)]
    return {
        "Metrics": [
            {
                "Namespace": "AWS/Bedrock",
                "MetricName": "Invocations",
                "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
            }
            for dimensions in metrics
        ]
    }


def provisioned(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListProvisionedModelThroughputs."""
    return {
        "provisionedModelName": "support",
        "provisionedModelArn": arn("provisioned-model/abcd1234efgh"),
        "modelArn": CUSTOM,
        "desiredModelArn": CUSTOM,
        "foundationModelArn": LLAMA,
        "modelUnits": 2,
        "desiredModelUnits": 2,
        "status": "InService",
        "creationTime": NOW - timedelta(days=20),
        "lastModifiedTime": NOW,
        **more,
    }


def account(metrics: Answer | None = None, **answers: Answer) -> dict[tuple[str, str], Answer]:
    """Return the answers of an account with the given ones of Bedrock."""
    given: dict[tuple[str, str], Answer] = {
        ("cloudwatch", "ListMetrics"): metrics or called(),
        ("resourcegroupstaggingapi", "GetResources"): tags,
    }
    return given | {("bedrock", operation): answer for operation, answer in answers.items()}


def asked(run: Run, name: str) -> dict[str, set[tuple[str, str]]]:
    """Return statistics and model ids wanted, by CloudWatch's name of the metric."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in run.found[f"bedrock_model:{REGION}:{name}"].wanted:
        assert one.namespace == "AWS/Bedrock"
        found.setdefault(one.name, set()).add((one.statistic, one.dimensions[0][1]))
    return found


def test_provisioned_throughput_is_a_workload_whether_it_was_called_or_not(bench: Bench) -> None:
    """It is paid for by the hour; that nobody called it is said, and is not a request count of zero."""
    run = bench.run("bedrock", account(ListProvisionedModelThroughputs={"provisionedModelSummaries": [provisioned()]}))

    workload = run.workload("bedrock_model:support")

    assert workload.arn == arn("provisioned-model/abcd1234efgh")
    assert workload.tags == {"team": "body"}
    assert (workload.model.name, workload.model.artifact) == ("meta.llama3-1-8b-instruct-v1", CUSTOM)
    assert workload.model.closed_weights is False
    assert {one.what for one in workload.missing} == {"compute", "requests_count"}
    assert run.found[workload.id].wanted == ()
    assert run.resources[workload.arn].facts == {"status": "InService", "units": "2"}
    assert run.commitments == []


@pytest.mark.parametrize("spelling", [arn("provisioned-model/abcd1234efgh"), "abcd1234efgh"])
def test_calls_of_provisioned_throughput_are_its_own(bench: Bench, spelling: str) -> None:
    """CloudWatch names it by its ARN or the end of it: either is the same workload, not a second one."""
    run = bench.run(
        "bedrock",
        account(called(spelling), ListProvisionedModelThroughputs={"provisionedModelSummaries": [provisioned()]}),
    )

    assert list(run.found) == [f"bedrock_model:{REGION}:support"]
    assert asked(run, "support")["InputTokenCount"] == {("Sum", spelling)}


def test_a_term_is_a_commitment(bench: Bench) -> None:
    """Bought for a month: what stays paid for, and until when; the price is not told."""
    item = provisioned(commitmentDuration="OneMonth", commitmentExpirationTime=NOW + timedelta(days=9))
    run = bench.run("bedrock", account(ListProvisionedModelThroughputs={"provisionedModelSummaries": [item]}))

    (commitment,) = run.commitments

    assert commitment.usd_per_hour is None
    assert (commitment.count, commitment.ends_at) == (2, NOW + timedelta(days=9))
    assert commitment.covers == "meta.llama3-1-8b-instruct-v1:0"
    assert commitment.kind == "capacity_block"  # it can't be cancelled, as a capacity reservation can


def test_a_model_called_on_demand_is_found_by_its_metric(bench: Bench) -> None:
    """Tokens, latency, errors and throttles of the model id; a throttle is an error of its caller."""
    run = bench.run("bedrock", account(called("anthropic.claude-3-5-sonnet-20240620-v1:0")))

    name = "anthropic.claude-3-5-sonnet-20240620-v1:0"
    workload = run.workload(f"bedrock_model:{name}")

    assert workload.arn == CLAUDE
    assert workload.triggers == ("http",)
    assert workload.model.closed_weights is True
    assert {metric: {how for how, _ in given} for metric, given in asked(run, name).items()} == {
        "Invocations": {"Sum"},
        "InvocationClientErrors": {"Sum"},
        "InvocationServerErrors": {"Sum"},
        "InvocationThrottles": {"Sum"},
        "InvocationLatency": {"Average", "p50", "p99"},
        "InputTokenCount": {"Sum"},
        "OutputTokenCount": {"Sum"},
    }
    errors = {one.name for one in run.found[workload.id].wanted if one.metric == "errors_count"}
    assert errors == {"InvocationClientErrors", "InvocationServerErrors", "InvocationThrottles"}
    assert "GetResources" not in run.calls  # a foundation model is AWS's: it carries no tags of the account


def test_cross_region_profiles_of_a_model_are_that_model(bench: Bench) -> None:
    """`eu.` and the bare id are one workload, whose metrics are added up."""
    ids = (
        "meta.llama3-1-8b-instruct-v1:0",
        "eu.meta.llama3-1-8b-instruct-v1:0",
        "global.meta.llama3-1-8b-instruct-v1:0",
    )
    run = bench.run("bedrock", account(called(*ids)))

    (workload,) = (one.workload for one in run.found.values())

    assert workload.arn == LLAMA
    assert asked(run, workload.name)["Invocations"] == {("Sum", name) for name in ids}


def test_an_applications_profile_is_a_workload_of_the_model_behind_it(bench: Bench) -> None:
    """A team calls a model by a profile of its own: its calls, its tags, the model's weights."""
    profile = {
        "inferenceProfileName": "chat",
        "inferenceProfileArn": arn("application-inference-profile/prof1"),
        "models": [{"modelArn": CLAUDE}],
        "inferenceProfileId": "prof1",
        "status": "ACTIVE",
        "type": "APPLICATION",
    }
    run = bench.run("bedrock", account(called("prof1"), ListInferenceProfiles={"inferenceProfileSummaries": [profile]}))

    workload = run.workload("bedrock_model:prof1")

    assert workload.arn == arn("application-inference-profile/prof1")
    assert workload.tags == {"team": "body"}
    assert (workload.model.name, workload.model.closed_weights) == ("anthropic.claude-3-5-sonnet-20240620-v1", True)
    assert run.resources[workload.arn].facts == {"name": "chat", "model": CLAUDE}


def test_an_imported_model_has_weights_that_are_at_hand(bench: Bench) -> None:
    """The account brought them: they can be copied to a module. One that nobody called is a resource."""
    models = [
        {"modelArn": arn(f"imported-model/im{number}"), "modelName": f"own-{number}", "creationTime": NOW}
        | {"modelArchitecture": "qwen2"}
        for number in (1, 2)
    ]
    run = bench.run(
        "bedrock", account(called(arn("imported-model/im1")), ListImportedModels={"modelSummaries": models})
    )

    assert list(run.found) == [f"bedrock_model:{REGION}:im1"]
    assert run.workload("bedrock_model:im1").model.closed_weights is False
    assert run.resources[arn("imported-model/im2")].facts == {"name": "own-2", "architecture": "qwen2"}


def test_a_deployment_of_a_custom_model_is_the_model_it_was_made_from(bench: Bench) -> None:
    """Deployment, custom model, foundation model: the weights are known by the last. Asked only where there are any."""
    custom = {
        "modelArn": CUSTOM,
        "modelName": "support",
        "creationTime": NOW,
        "baseModelArn": LLAMA,
        "baseModelName": "Llama 3.1 8B",
        "customizationType": "FINE_TUNING",
    }
    deployment = {
        "customModelDeploymentArn": arn("custom-model-deployment/dep1"),
        "customModelDeploymentName": "support",
        "modelArn": CUSTOM,
        "createdAt": NOW,
        "status": "Active",
    }
    run = bench.run(
        "bedrock",
        account(
            called(arn("custom-model-deployment/dep1")),
            ListCustomModels={"modelSummaries": [custom]},
            ListCustomModelDeployments={"modelDeploymentSummaries": [deployment]},
        ),
    )

    workload = run.workload("bedrock_model:dep1")

    assert (workload.model.name, workload.model.closed_weights) == ("meta.llama3-1-8b-instruct-v1", False)
    assert run.resources[CUSTOM].type == "bedrock:custom-model"


def job(status: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListModelInvocationJobs."""
    return {
        "jobArn": arn("model-invocation-job/job1"),
        "jobName": "labels",
        "modelId": CLAUDE,
        "roleArn": "arn:aws:iam::123456789012:role/batch",
        "status": status,
        "submitTime": NOW - timedelta(days=2),
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://in"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://out"}},
        **more,
    }


def test_batch_inference_is_a_run_of_the_model(bench: Bench) -> None:
    """It ends by itself: the run has an end once the job is over, and none while it goes on."""
    over = job("Completed", endTime=NOW - timedelta(days=1))
    going = job("InProgress", jobArn=arn("model-invocation-job/job2"), submitTime=NOW - timedelta(hours=2))
    run = bench.run("bedrock", account(ListModelInvocationJobs={"invocationJobSummaries": [going, over]}))

    (workload,) = (one.workload for one in run.found.values())

    assert [(one.started_at, one.ended_at) for one in workload.runs] == [
        (NOW - timedelta(days=2), NOW - timedelta(days=1)),
        (NOW - timedelta(hours=2), None),
    ]
    assert workload.triggers == ()


def test_what_a_model_costs_is_unknown_without_a_bill(bench: Bench) -> None:
    """Tokens and model units are on no rate card here: null with a reason, and the class is no surprise either."""
    workload = bench.run("bedrock", account(called("qwen.qwen3-32b-v1:0"))).workload(
        "bedrock_model:qwen.qwen3-32b-v1:0"
    )

    cost = cost_of(workload, None)

    assert (cost.monthly_usd, cost.quality) == (None, "unknown")
    assert cost.reason is not None
    assert "tokens or model units" in cost.reason
    assert classify(workload, all_rules()).label in ("realtime", "unknown")


@pytest.mark.parametrize(
    ("model_id", "closed"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0", True),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", True),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", True),
        ("amazon.nova-lite-v1:0", True),
        ("amazon.titan-embed-text-v2:0", True),
        ("meta.llama3-1-8b-instruct-v1:0", False),
        (LLAMA, False),
        ("mistral.mistral-7b-instruct-v0:2", False),
        ("mistral.mistral-small-2402-v1:0", False),
        ("qwen.qwen3-32b-v1:0", False),
        ("openai.gpt-oss-20b-1:0", False),
        ("google.gemma-3-4b-it", False),
        ("mistral.some-new-model-v1:0", None),
        ("cohere.command-r-v1:0", None),
        ("im1", None),
        ("", None),
    ],
)
def test_weights_are_closed_open_or_unknown(model_id: str, closed: bool | None) -> None:  # noqa: FBT001  # a value
    """By the beginning of the id alone: an unknown model is unknown, not open."""
    assert closed_weights(model_id) is closed
    assert bedrock_facts(model_id).closed_weights is closed


def test_an_account_without_bedrock_in_use_takes_one_request_a_list(bench: Bench) -> None:
    """Nothing is found; deployments and tags are not asked for."""
    run = bench.run("bedrock", {})

    assert run.found == {}
    assert run.calls == {
        "ListCustomModels": 1,
        "ListImportedModels": 1,
        "ListInferenceProfiles": 1,
        "ListMetrics": 1,
        "ListModelInvocationJobs": 1,
        "ListProvisionedModelThroughputs": 1,
    }


@pytest.mark.parametrize(
    "operation",
    [
        "ListCustomModels",
        "ListImportedModels",
        "ListInferenceProfiles",
        "ListModelInvocationJobs",
        "ListProvisionedModelThroughputs",
    ],
)
def test_a_denied_list_is_a_hole_and_the_others_are_read(bench: Bench, operation: str) -> None:
    """One list refused: the coverage names it, what was called is found all the same."""
    run = bench.run(
        "bedrock", account(called("amazon.nova-lite-v1:0"), **{operation: refused("AccessDeniedException")})
    )

    assert f"bedrock_model:{REGION}:amazon.nova-lite-v1:0" in run.found
    assert {name for name, entry in run.coverage.items() if entry.reason} == {operation}


def test_denied_metrics_are_why_requests_are_unknown(bench: Bench) -> None:
    """Without ListMetrics what was called on demand is not found, and provisioned throughput says why."""
    answers = account(
        refused("AccessDeniedException"),
        ListProvisionedModelThroughputs={"provisionedModelSummaries": [provisioned()]},
    )
    run = bench.run("bedrock", answers)

    (missing,) = (one for one in run.workload("bedrock_model:support").missing if one.what == "requests_count")

    assert "AccessDeniedException" in missing.reason
    assert run.coverage["ListMetrics"].status == "denied"


def test_a_second_page_that_fails_keeps_the_first(bench: Bench) -> None:
    """The first page's models are found, the list is partial; pages are as large as they may be."""

    def pages(params: dict[str, Any]) -> dict[str, Any]:
        assert params["maxResults"] == 1000
        if "nextToken" in params:
            refused("ThrottlingException")(params)
        return {"provisionedModelSummaries": [provisioned()], "nextToken": "2"}

    run = bench.run("bedrock", account(ListProvisionedModelThroughputs=pages))

    assert list(run.found) == [f"bedrock_model:{REGION}:support"]
    assert run.coverage["ListProvisionedModelThroughputs"].status == "partial"
